"""The console's pages in a real browser, over a real database: marks, permalinks, keyboard, width, hostile text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.support.browsing import WIDTHS, careful_page, chromium, fits
from tests.support.databases import cloned_database, settings_for
from tests.support.events import enriched
from tests.support.seeding import store
from tests.support.serving import served
from tests.support.stories import ATTACK, ID, TEXT, story

from factwire.console.app import create_app
from factwire.console.reading import Reading
from factwire.runtime.health import Health
from factwire.storage.engine import close_engine, open_engine

pytestmark = [pytest.mark.browser, pytest.mark.docker]

NOW = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def site(postgres: str, template_database: str) -> Iterator[str]:
    """The console over a database with a few articles."""
    with cloned_database(postgres, template_database) as url:
        store(url, story(), enriched("short"), story("hostile", title=ATTACK, byline=ATTACK))
        engine = open_engine(settings_for(url))
        console = create_app(Reading(engine, lambda: NOW, "postgres"), Health("console"))
        with served(console, close=partial(close_engine, engine)) as address:
            yield address


@pytest.fixture(scope="module")
def browser(site: str) -> Iterator[Browser]:
    """After the site: Playwright's loop would be in the way of its setting up."""
    with chromium() as browser:
        yield browser


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Page]:
    with careful_page(browser, site, width=request.param) as page:
        yield page


def open_story(page: Page, fragment: str = "") -> None:
    page.goto(f"/articles/{quote(ID, safe='')}{fragment}")


def test_text_is_shown_to_the_last_letter(page):
    open_story(page)
    page.locator(".gist").evaluate("summary => summary.remove()")
    shown = "".join(page.locator(".story").inner_text().split())
    assert shown.replace("REPEAT", "").replace("BOILERPLATE", "") == "".join(TEXT.split())


def test_every_claim_is_marked_and_linked_to_its_card(page):
    open_story(page)
    cards = page.locator(".card")
    assert cards.count() == 6
    for card in cards.all():
        written = card.locator(".written").inner_text()
        pieces = page.locator(f'.story [data-for="{card.get_attribute("id")}"]')
        assert "".join(pieces.all_inner_texts()) == written


def test_crossing_name_is_marked_on_both_sides_of_the_crossing(page):
    open_story(page)
    pieces = page.locator('.story [data-for="entity-nil:0b77aa"]')
    assert pieces.all_inner_texts() == ["$1.2 billion", " Harbour Fund"]


def test_click_on_a_claim_leads_to_its_card_and_back(page):
    open_story(page)
    page.locator(".story a.claim", has_text="18.4 million tonnes").click()
    card = page.locator(".card:target")
    expect(card).to_contain_text("18,400,000")
    expect(card).to_be_in_viewport()
    card.locator(".written a").click()
    mark = page.locator(".claim:target")
    expect(mark).to_have_text("18.4 million tonnes")
    expect(mark).to_be_in_viewport()


def test_permalink_opens_at_card_and_words(page):
    open_story(page)
    page.locator(".card").last.locator(".permalink").click()
    address = page.url
    page.goto("/")
    page.goto(address)
    expect(page.locator(".card:target")).to_contain_text("About 3,200 people")
    expect(page.locator(".claim.named")).to_have_text("About 3,200 people")
    beside_text = page.viewport_size["width"] > 900
    expect(page.locator(".claim.named" if beside_text else ".card:target")).to_be_in_viewport()


def test_permalinks_work_without_script(browser, site):
    context = browser.new_context(java_script_enabled=False, base_url=site)
    page = context.new_page()
    open_story(page)
    page.locator(".story a.claim", has_text="18.4 million tonnes").click()
    expect(page.locator(".card:target")).to_contain_text("18,400,000")
    context.close()


def test_keyboard_alone_reaches_what_a_claim_is(page):
    open_story(page)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    first = page.locator(".story a.claim").first
    for _ in range(30):
        page.keyboard.press("Tab")
        if first.evaluate("node => node === document.activeElement"):
            break
    expect(first).to_be_focused()
    tip = page.get_by_role("tooltip")
    expect(tip).to_contain_text("confidence 0.84")
    expect(tip).to_contain_text("comparator: more than")
    assert first.get_attribute("aria-describedby") == tip.get_attribute("id")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    assert first.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator(".card:target")).to_contain_text("> 1,200,000,000")


def test_hover_shows_the_innermost_mark_only(page):
    open_story(page)
    inner = page.locator('.story [data-for="entity-nil:0b77aa"]').first
    inner.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("1,200,000,000 USD · money")


def test_tip_needs_no_script(browser, site):
    context = browser.new_context(java_script_enabled=False, base_url=site)
    page = context.new_page()
    open_story(page)
    word = page.locator(".story a.claim").first
    word.focus()
    box = page.evaluate("getComputedStyle(document.activeElement, '::after').content")
    assert "confidence 0.84" in box
    context.close()


def test_rules_and_evidence_open_on_demand(page):
    open_story(page)
    card = page.locator(".card").first
    expect(card.locator("blockquote")).to_be_hidden()
    card.locator("summary").click()
    expect(card.locator("blockquote")).to_contain_text("Norland will spend more than $1.2 billion")
    expect(card.locator("details")).to_contain_text("comparator: more than")


def test_asides_are_greyed_and_named(page):
    open_story(page)
    ink = "node => getComputedStyle(node).color"
    asides = page.locator(".aside")
    assert [aside.get_attribute("data-label") for aside in asides.all()] == ["Repeat", "Boilerplate"]
    assert asides.first.evaluate(ink) != page.locator(".story p.body").first.evaluate(ink)


def test_hostile_text_stays_text(page):
    page.goto("/articles/hostile")
    expect(page.locator(".story")).to_contain_text(ATTACK)
    assert page.locator(".story img, .story script").count() == 0
    assert page.title() != "owned"
    page.goto("/?" + "q=" + quote(ATTACK))
    assert page.title() != "owned"
    assert page.locator("input[type=search]").input_value() == ATTACK


def test_nothing_is_wider_than_the_screen(page):
    for path in ("/", f"/articles/{quote(ID, safe='')}", "/docs", "/?q=xyzzy", "/articles/hostile"):
        page.goto(path)
        assert fits(page), path


def test_list_leads_to_an_article(page):
    page.goto("/")
    page.get_by_role("link", name="Norland doubles its harbour fund").first.click()
    assert unquote(page.url).endswith(ID)
    expect(page.locator("h1")).to_have_text("Norland doubles its harbour fund to $1.2 billion")


def test_search_finds_an_article(page):
    page.goto("/")
    page.get_by_role("searchbox").fill("drones")
    page.keyboard.press("Enter")
    expect(page.locator(".articles li")).to_have_count(1)


def test_page_has_landmarks_one_heading_and_names_for_its_links(page):
    for path in ("/", f"/articles/{quote(ID, safe='')}", "/docs"):
        page.goto(path)
        assert page.locator("main").count() == 1
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.lang") == "en"
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(node => node.id)")
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser, site, scheme):
    """WCAG 2.2, 1.4.3: a ratio of at least 4.5 for ink, quiet words and claims on their grounds."""
    context = browser.new_context(color_scheme=scheme, base_url=site)
    page = context.new_page()
    open_story(page)
    for selector in (".story p.body", ".facts li", ".aside", ".story a.claim", ".card dt", ".card .written a"):
        assert page.locator(selector).first.evaluate(CONTRAST) >= 4.5, selector
    context.close()


CONTRAST = """node => {
  const channels = color => color.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n], 0);
  let ground = node;
  while (ground && (channels(getComputedStyle(ground).backgroundColor)[3] ?? 1) === 0) ground = ground.parentElement;
  const colors = [getComputedStyle(node).color, getComputedStyle(ground).backgroundColor];
  const [ink, paper] = colors.map(channels).map(luminance);
  return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
}"""
