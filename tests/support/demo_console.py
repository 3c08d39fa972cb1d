"""The console over the sample articles, with everything that a wired one has; and, run as a program, pictures of it.

``make screenshots`` writes them to ``docs/screenshots``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from playwright.sync_api import Page
from tests.support.browsing import SCHEMES, careful_page, chromium
from tests.support.consoles import InlineTrial, MemoryDesk, MemoryLetter, answering_services
from tests.support.containers import postgres_container
from tests.support.databases import cloned_database, create_database, migrate, settings_for
from tests.support.demo import demo_events
from tests.support.seeding import store
from tests.support.serving import served
from tests.support.stories import ATTACK, story

from factwire.console.app import create_app, open_site
from factwire.console.reading import Reading
from factwire.runtime.health import Health
from factwire.storage.engine import close_engine, open_engine

SHOTS = Path(__file__).parents[2] / "docs" / "screenshots"
PICTURED = {
    "article": "/articles/demo-machine-tools",
    "claims": "/claims?kind=money",
    "entity": "/entities/Q148",
    "now": "/now",
    "dead-letters": "/dead-letters",
    "try": "/try",
}
NARROW = ("article", "claims")
"""Shown as on a telephone too."""


@contextmanager
def demo_console(postgres: str, template: str, *, hostile: bool = True) -> Iterator[str]:
    """Its address. ``hostile``: with an article and a dead letter that try to break the pages."""
    letters = [MemoryLetter(f"raw:0:{n}", f"wire-2026-{n:04}") for n in range(40)]
    extra = [story("hostile", title=ATTACK, byline=ATTACK)] if hostile else []
    if hostile:
        letters.append(MemoryLetter("raw:0:99", f"hostile {ATTACK}", reason=f"/title: {ATTACK}", value=ATTACK))
    with cloned_database(postgres, template) as url:
        store(url, *demo_events(), *extra)
        engine = open_engine(settings_for(url))
        reading = Reading(engine, lambda: datetime.now(UTC), "postgres")
        site = open_site(reading, desk=MemoryDesk(letters), trial=InlineTrial(), watch=answering_services())
        with served(create_app(reading, Health("console"), site), close=partial(close_engine, engine)) as address:
            yield address


def take_pictures(address: str) -> None:
    with chromium() as browser:
        for scheme in SCHEMES:
            with careful_page(browser, address, scheme=scheme) as page:
                for name, path in PICTURED.items():
                    if scheme == "light" or name in NARROW:
                        show(page, name, path)
                        page.screenshot(path=SHOTS / f"{name}-{scheme}.png")
        with careful_page(browser, address, width="narrow") as page:
            for name in NARROW:
                show(page, name, PICTURED[name])
                page.screenshot(path=SHOTS / f"{name}-narrow.png")


def show(page: Page, name: str, path: str) -> None:
    """Opens a page as a reader would have it before him: a claim pointed at, a text tried."""
    page.goto(path)
    if name == "article":
        page.locator(".story a.claim").first.focus()
    if name == "try":
        page.get_by_role("button", name="Look").click()
        page.locator(".story").wait_for()


def main() -> None:
    SHOTS.mkdir(exist_ok=True)
    with postgres_container() as container:
        server = container.get_connection_url(driver=None)
        template = create_database(server, "pictures")
        migrate(template)
        with demo_console(server, template, hostile=False) as address:
            take_pictures(address)


if __name__ == "__main__":
    main()
