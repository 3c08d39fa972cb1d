"""The system's Chromium, and pages that must run into no fault and ask nobody but the site."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDTHS = {"wide": (1280, 900), "narrow": (390, 844)}
SCHEMES = ("light", "dark")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Skips without one, but for where every test must run."""
    if CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def careful_page(browser: Browser, site: str, *, width: str = "wide", scheme: str = "light") -> Iterator[Page]:
    """A page of a fresh profile. At the end nothing may have failed, and nobody else been asked, whatever was done."""
    across, down = WIDTHS[width]
    context = browser.new_context(viewport={"width": across, "height": down}, base_url=site, color_scheme=scheme)  # type: ignore[arg-type]
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda sent: None if sent.url.startswith(site) else faults.append(f"asked {sent.url}"))
    page.on("dialog", lambda dialog: faults.append(f"dialog {dialog.message}"))
    yield page
    context.close()
    assert faults == []


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
