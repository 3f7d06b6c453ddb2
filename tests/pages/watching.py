"""A page of a real browser whose complaints are kept: errors and the policy's refusals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, ConsoleMessage, Page

# Answers that a page is meant to get; the browser notes every status above 400.
EXPECTED = ("409 (Conflict)", "422 (Unprocessable Entity)")
# Whether the page scrolls sideways.
WIDER = "document.documentElement.scrollWidth > innerWidth"


@contextmanager
def watched(
    browser: Browser, *, width: int = 1440, scheme: Literal["light", "dark"] = "light"
) -> Iterator[tuple[Page, list[str]]]:
    """A page and the list that fills with what the browser says against it."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.endswith(EXPECTED):
            complaints.append(message.text)

    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield page, complaints
    finally:
        page.close()
