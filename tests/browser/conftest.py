"""A browser, the product behind it, and somebody who keeps what the browser complains about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from pytest_django import Settings

from integrations import slots
from integrations.models import SlotKind
from orders import undoing
from tests.browser.office import PATIENCE, Office, opened
from tests.browser.watch import Watch
from tests.kaspi_server import KaspiServer

# Seconds between two reads of a shelf: a person waits a quarter of a minute for a new order, a test does not.
PERIODS = MappingProxyType(
    {kind: 2.0 if kind is SlotKind.NEW else min(seconds, 5.0) for kind, seconds in slots.PERIODS.items()}
)
# A person has five seconds to think better of a press; a test that does not needs none.
PAUSE = timedelta(seconds=0.3)

Sit = Callable[..., Page]


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """Given up when the folder is left: Playwright allows one of its kind in a thread."""
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium)
    expect.set_options(timeout=5000)


@pytest.fixture(scope="session")
def watch() -> Watch:
    return Watch()


@pytest.fixture
def office(
    kaspi_server: KaspiServer, transactional_db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    settings.KASPI_RATE = 200
    monkeypatch.setattr(slots, "PERIODS", PERIODS)
    monkeypatch.setattr(undoing, "PAUSE", PAUSE)
    with opened(kaspi_server) as office:
        yield office


@pytest.fixture
def sit(browser: Browser, office: Office, watch: Watch) -> Iterator[Sit]:
    """Somebody sits down at a browser of his own: `sit("owner@alma.example")`, signed in already, or nobody yet."""
    before, contexts = len(watch.complaints), []

    def down(email: str = "", **options: Any) -> Page:
        size = ViewportSize(width=1440, height=900)
        known = {"locale": "ru-RU", "reduced_motion": "reduce", "viewport": size} | options
        context = browser.new_context(base_url=office.address, **known)
        contexts.append(context)
        watch.over(context)
        if email:
            office.let_in(context, email)
        return context.new_page()

    yield down
    for context in contexts:
        context.close()
    assert watch.complaints[before:] == []
