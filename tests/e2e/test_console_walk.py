"""A walk through every page of the console over the sample articles: both widths, both schemes, by keyboard, by script
and without; no accessibility violation (axe: WCAG 2.2 AA and best practices), no fault, nothing asked of anybody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from tests.support.browsing import SCHEMES, WIDTHS, careful_page, chromium, fits
from tests.support.demo_console import demo_console
from tests.support.stories import ATTACK

from factwire.console.site.claims import PAGE_LENGTH

pytestmark = [pytest.mark.browser, pytest.mark.docker]

PAGES = {
    "article": "/articles/demo-machine-tools",
    "article-long": "/articles/demo-pump-maker-profit",
    "article-hostile": "/articles/hostile",
    "articles": "/",
    "articles-found": "/?q=tariffs&published_from=2018-01-01",
    "articles-none": "/?q=xyzzy",
    "claims": "/claims",
    "claims-filtered": "/claims?kind=money&min=1000000&published_from=2023-01-01",
    "claims-none": "/claims?kind=money&entity=Q1",
    "claims-fault": "/claims?min=lots&begin=yesterday",
    "entities": "/entities",
    "entities-found": "/entities?name=uni&type=organization",
    "entities-none": "/entities?name=xyzzy",
    "entity": "/entities/Q148",
    "entity-speaker": "/entities/Q458",
    "now": "/now",
    "dead-letters": "/dead-letters",
    "dead-letters-none": "/dead-letters?topic=enriched",
    "dead-letter": "/dead-letters/one?place=raw:0:0",
    "replay": "/dead-letters/confirm?act=replay&topic=raw",
    "purge": "/dead-letters/confirm?act=purge&topic=raw&all=true",
    "try": "/try",
    "sign-in": "/sign-in",
    "api": "/docs",
}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
HEAVIEST = 150_000


@pytest.fixture(scope="module")
def site(postgres: str, template_database: str) -> Iterator[str]:
    with demo_console(postgres, template_database) as address:
        yield address


@pytest.fixture(scope="module")
def browser(site: str) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    with careful_page(browser, site) as page:
        yield page


def violations(page: Page) -> list[str]:
    """What axe finds, each with the element it is at. Axe comes in by the debugger, past the page's policy."""
    found = Axe().run(page, options=AXE).response["violations"]
    return [f"{one['id']}: {node['target']}: {node['failureSummary']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_accessible_fits_and_is_light(browser, site, width, scheme):
    with careful_page(browser, site, width=width, scheme=scheme) as page:
        for name, path in PAGES.items():
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, name
            assert len(answer.body()) <= HEAVIEST, name
            assert fits(page), f"{name} is wider than the screen"
            assert violations(page) == [], name
            assert page.locator("h1").count() == 1, name


def test_missing_page_and_refused_form_are_pages_too(browser, site):
    context = browser.new_context(base_url=site)
    page = context.new_page()
    for path in ("/nothing-here", "/articles/unknown", "/entities/Q0", "/dead-letters/one?place=raw:9:9"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 404
        assert violations(page) == []
        expect(page.get_by_role("link", name="Latest articles")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_result_of_a_trial_is_accessible(browser, site, width):
    with careful_page(browser, site, width=width) as page:
        page.goto("/try")
        page.get_by_role("button", name="Look").click()
        expect(page.get_by_role("heading", name="What is in it")).to_be_visible()
        assert fits(page)
        assert violations(page) == []


def test_opening_a_tip_or_a_reason_keeps_the_page_accessible(page):
    page.goto(PAGES["article"])
    page.locator(".story a.claim").first.focus()
    expect(page.get_by_role("tooltip")).to_be_visible()
    assert violations(page) == []
    page.locator(".card summary").first.click()
    assert violations(page) == []


def test_every_page_can_be_reached_and_left_by_keyboard_alone(page):
    """Tab comes to every link of the bar and goes on into the page: no trap, and the focus is always to be seen."""
    page.goto(PAGES["article"])
    for name in ("Claims", "Entities", "Now", "Dead letters", "Try it", "Articles"):
        tab_to(page, page.get_by_role("navigation", name="Pages").get_by_role("link", name=name, exact=True))
        page.keyboard.press("Enter")
        expect(page.locator("nav [aria-current=page]")).to_have_text(name)
        page.keyboard.press("Tab")
        for _ in range(12):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.tagName") != "BODY":  # past the last link, out of the page
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", name


def test_claims_are_filtered_by_keyboard_and_the_address_says_so(page):
    page.goto("/claims")
    tab_to(page, page.get_by_label("Unit", exact=True))
    page.keyboard.type("USD")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("unit=USD"))
    units = page.locator(".claims tbody .unit").all_inner_texts()
    assert len(units) == PAGE_LENGTH
    assert all(unit.startswith("USD") for unit in units)
    page.get_by_role("link", name="Remove the filter unit: USD").click()
    expect(page).not_to_have_url(re.compile("USD"))


def test_claim_leads_to_its_words_in_the_article(page):
    page.goto("/claims?unit=USD&text=%22machine+tools%22")
    row = page.locator(".claims tbody tr").first
    written = row.locator("mark").inner_text()
    row.locator(".what > a").click()
    expect(page.locator(".card:target .written")).to_have_text(written)
    expect(page.locator(".claim.named")).to_have_text(written)


def test_entity_leads_from_the_article_to_its_numbers(page):
    page.goto(PAGES["article"])
    page.locator(".names").get_by_role("link", name="China").click()
    expect(page.locator("h1")).to_have_text("China")
    expect(page.get_by_role("table", name="Numbers about China")).to_contain_text("> 60")


def test_charts_follow_the_chosen_unit(page):
    page.goto("/claims")
    page.get_by_role("list", name="Other units").get_by_role("link", name="USD").click()
    expect(page.locator(".chart-head h2")).to_have_text("USD")
    assert page.locator(".chart circle").count() > 10
    page.locator(".chart a").first.dispatch_event("click")
    expect(page.locator(".card:target")).to_be_visible()


def test_curl_is_copied(page):
    page.goto("/claims?kind=money")
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").endswith("/v1/claims?kind=money'")


def test_trial_shows_marks_and_a_report_to_paste(page):
    page.goto("/try")
    page.get_by_label("Text").fill(f"Acme cut 1,200 jobs in Canada, it said on Friday. {ATTACK}")
    page.get_by_label("Published").fill("2024-04-12")
    page.get_by_role("button", name="Look").click()
    expect(page.locator(".story .claim")).to_have_text("1,200 jobs")
    expect(page.locator(".story")).to_contain_text(ATTACK)
    page.get_by_role("button", name="Copy the report").click()
    report = page.evaluate("navigator.clipboard.readText()")
    assert "Published: 2024-04-12" in report
    assert "| 1,200 jobs |" in report
    assert "knowledge base" in report
    assert page.title() != "owned"


def test_now_keeps_itself_fresh_until_paused(page):
    page.goto("/now")
    expect(page.locator(".tiles")).to_contain_text("12")
    before = page.locator("#board .lead").inner_text()
    expect(page.locator("#board .lead")).not_to_have_text(before)
    pause = page.get_by_role("button", name="Pause")
    pause.click()
    expect(page.get_by_role("button", name="Paused: go on")).to_have_attribute("aria-pressed", "true")


def test_dead_letters_are_sent_again_and_deleted_after_being_asked(page):
    page.goto("/dead-letters?match=hostile")
    page.get_by_role("link", name="Send these again …").click()
    expect(page.get_by_role("heading", name="Send 1 dead letter again?")).to_be_visible()
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("status")).to_have_text("1 sent again to where it came from.")
    page.get_by_role("link", name="Delete …").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_role("checkbox")).to_be_focused()  # the browser asks for the tick
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_role("status")).to_have_text("1 deleted for good.")
    assert page.title() != "owned"


def test_pages_work_without_script(browser, site):
    context = browser.new_context(java_script_enabled=False, base_url=site)
    page = context.new_page()
    for path in PAGES.values():
        page.goto(path)
        assert page.locator("main").inner_text().strip()
    page.goto("/try")
    page.get_by_role("button", name="Look").click()
    expect(page.locator(".story .claim").first).to_be_visible()
    context.close()


def tab_to(page, target):
    for _ in range(120):
        page.keyboard.press("Tab")
        if target.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError("the keyboard does not get there")
