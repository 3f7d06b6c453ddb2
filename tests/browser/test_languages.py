"""Longer words fit: Kazakh and English pages do not scroll sideways on a phone, and no label is cut off."""

from __future__ import annotations

import pytest

from staff.models import Language, User
from tests.browser.conftest import Sit
from tests.browser.office import Office
from tests.pages.watching import WIDER

pytestmark = pytest.mark.browser

AIGERIM = "owner@alma.example"
PAGES = (
    "/",
    "/orders/new/",
    "/orders/kaspi-delivery/",
    "/quality/",
    "/catalog/",
    "/staff/",
    "/integrations/",
    "/account/",
)
# Labels that do not fit into what holds them; a line that ends in «…» by intention is left out.
CUT_OFF = """() => [...document.querySelectorAll('.btn, .chip, .tabs__item, .tabbar__item, .segmented__item, .nav__label')]
  .filter(node => node.offsetParent && node.scrollWidth > node.clientWidth + 1 && !node.querySelector('.truncate'))
  .filter(node => getComputedStyle(node).textOverflow !== 'ellipsis' && getComputedStyle(node).overflowX !== 'visible')
  .map(node => node.textContent.trim())"""


@pytest.mark.parametrize("language", [Language.KK, Language.EN])
def test_longer_words_fit(office: Office, sit: Sit, language: Language) -> None:
    code = office.new_order()
    User.objects.filter(email=AIGERIM).update(language=language)
    office.wait_until_known(1)
    page, broken = sit(AIGERIM), []
    for url in (*PAGES, f"/orders/{code}/"):
        page.goto(url)
        assert page.locator("html").get_attribute("lang") == language
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 844})
            broken += [f"{url} at {width}: scrolls sideways"] * bool(page.evaluate(WIDER))
            broken += [f"{url} at {width}: {label}" for label in page.evaluate(CUT_OFF)]
    assert broken == []
