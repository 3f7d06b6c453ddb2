"""What the browser says against the pages, kept over the whole session; each state of a page is looked over once."""

from __future__ import annotations

import json
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from tests.pages.watching import EXPECTED, WIDER

Scheme = Literal["light", "dark"]
Rules = list[str] | None
# The dark scheme changes colours and nothing else, at every width the same ones: only the rules of contrast are asked
# again, once.
VIEWS: tuple[tuple[Scheme, int, Rules], ...] = (
    ("light", 1440, None),
    ("light", 390, None),
    ("dark", 1440, ["color-contrast"]),
)
GRAVE = ("serious", "critical")
# Chromium tells a refusal of the policy on the console as well, but not always why.
TELL_REFUSALS = """document.addEventListener('securitypolicyviolation', event =>
  console.error(`policy refused ${event.violatedDirective}: ${event.blockedURI} ${event.sample}`))"""
# Animations that end (the pulse of a live dot never does), or leave the page with what they move.
SETTLED = """() => Promise.allSettled(document.getAnimations()
  .filter(animation => animation.effect.getTiming().iterations !== Infinity).map(animation => animation.finished))"""
RUN_AXE = """async rules => (await axe.run({resultTypes: ['violations'], ...rules && {runOnly: rules}})).violations
  .map(({id, impact, nodes}) => ({id, impact, nodes: nodes.slice(0, 3).map(({html}) => html.slice(0, 200))}))"""


class Watch:
    """Complaints of every page so far, in words."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.seen: list[str] = []

    def over(self, context: BrowserContext) -> None:
        """Hear what the pages of this context complain about."""
        context.add_init_script(TELL_REFUSALS)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(f"{error.page and error.page.url}: {error.error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.endswith(EXPECTED):
            self.complaints.append(f"{message.page and message.page.url}: {message.text}")

    def look(self, page: Page, name: str) -> None:
        """Look over the page as it stands, unless one of this name was: rules of access, and no sideways scroll."""
        if name in self.seen:
            return
        self.seen.append(name)
        before = page.viewport_size
        page.evaluate(AXE_SCRIPT)
        for scheme, width, rules in VIEWS:
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(color_scheme=scheme)
            page.evaluate(SETTLED)
            self.complaints += [f"{name}, {scheme}, {width}: {found}" for found in _broken(page, rules)]
        page.emulate_media(color_scheme="light")
        if before:
            page.set_viewport_size(before)


def _broken(page: Page, rules: Rules) -> list[str]:
    found: list[dict[str, Any]] = page.evaluate(RUN_AXE, rules)
    grave = [json.dumps(one, ensure_ascii=False) for one in found if one["impact"] in GRAVE]
    return grave + ["scrolls sideways"] * bool(page.evaluate(WIDER))
