"""The pages without a database: what must stand on them, and what must never."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string

from orders.shelves.page_models import LivePill, Pulse
from staff.page_parts import Phone
from tests.pages import samples, samples_orders
from tests.pages.scenes import BASE, SCENES

TEMPLATES = Path(settings.BASE_DIR) / "templates"
SPRITE = frozenset(re.findall(r'id="i-([a-z0-9-]+)"', (TEMPLATES / "_frame/_icons.svg").read_text()))
PAGES = sorted(name for name in SCENES if "--" not in name)


class Page(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def values(self, attribute: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(attribute)) is not None]

    def forms(self) -> set[str]:
        return {str(attrs.get("action")) for tag, attrs in self.tags if tag == "form" and attrs.get("method") == "post"}


def page(name: str) -> Page:
    template, context = SCENES[name]
    return Page(render_to_string(template, context))


def order(**changes: object) -> Page:
    shown = replace(samples_orders.new_order(), **changes)  # type: ignore[arg-type]
    return Page(render_to_string("orders/order.html", BASE | {"page": shown}))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_carries_no_style_and_no_script_of_its_own(name: str) -> None:
    found = page(name)
    handlers = [attribute for _, attrs in found.tags for attribute in attrs if attribute.startswith(("on", "hx-on"))]
    scripts = [attrs for tag, attrs in found.tags if tag == "script" and not attrs.get("src")]
    assert (handlers, scripts, found.values("style")) == ([], [], [])
    assert "style" not in {tag for tag, _ in found.tags}


@pytest.mark.parametrize("name", PAGES)
def test_an_id_stands_once_on_a_page(name: str) -> None:
    ids = page(name).values("id")
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("name", PAGES)
def test_every_picture_is_in_the_sprite(name: str) -> None:
    asked = {attrs["href"] or "" for tag, attrs in page(name).tags if tag == "use"}
    assert {picture.removeprefix("#i-") for picture in asked} <= SPRITE


@pytest.mark.parametrize("name", PAGES)
def test_every_posting_form_carries_its_token(name: str) -> None:
    found = page(name)
    tokens = [attrs for _, attrs in found.tags if attrs.get("name") == "csrfmiddlewaretoken"]
    posting = [attrs for tag, attrs in found.tags if tag == "form" and attrs.get("method") == "post"]
    assert len(tokens) == len(posting)


def test_a_form_stands_on_the_card_only_while_its_action_is_allowed() -> None:
    allowed = {"/orders/284917420/accept/", "/orders/284917420/cancel/"}
    assert allowed <= order().forms()
    assert not allowed & order(actions=(), cancel=None).forms()


def test_a_cancel_has_no_reason_chosen_and_the_focus_on_the_safe_button() -> None:
    found = order()
    reasons = [attrs for _, attrs in found.tags if attrs.get("name") == "reason"]
    assert len(reasons) == 3
    assert not any("checked" in attrs for attrs in reasons)
    html = render_to_string("orders/order.html", BASE | {"page": samples_orders.new_order()})
    assert "data-close autofocus>Не отменять</a>" in html


def test_a_counting_reason_shows_its_price_before_the_press() -> None:
    html = render_to_string("orders/order.html", BASE | {"page": samples_orders.new_order()})
    price = html.split('value="out_of_stock"')[1].split("</label>")[0]
    assert "войдёт в долю отмен" in price
    assert price.index("2,18 %") < price.index("2,27 %")


def test_without_script_a_question_stands_open_on_its_own_address() -> None:
    html = render_to_string("orders/order.html", BASE | {"page": samples_orders.new_order(), "open_dialog": "cancel"})
    assert '<dialog class="dialog" id="cancel" aria-labelledby="cancel-title" open' in html


def test_a_row_asks_for_itself_only_while_its_action_is_on_its_way() -> None:
    rows = {attrs["id"]: attrs for tag, attrs in page("shelf-states").tags if tag == "tr" and attrs.get("id")}
    asking = [attrs["hx-get"] for attrs in rows.values() if "hx-get" in attrs]
    assert asking == ["/orders/284916866/row/?shelf=new", "/orders/284918425/row/?shelf=new"]


def test_a_row_on_its_way_offers_no_second_press() -> None:
    accepts = [attrs["formaction"] for _, attrs in page("shelf-states").tags if attrs.get("data-act") == "accept"]
    assert "/orders/284916866/accept/" not in accepts
    assert "/orders/284921543/accept/" in accepts


def test_enter_in_a_box_of_the_shelf_accepts_nothing() -> None:
    buttons = [attrs for tag, attrs in page("shelves").tags if tag == "button" and attrs.get("type") == "submit"]
    first = next(attrs for attrs in buttons if "hidden" in attrs or attrs.get("formaction"))
    assert "disabled" in first


def test_the_pulse_moves_counters_and_pill_but_never_rows() -> None:
    pulse = Pulse(
        "/orders/new/pulse/?since=42", "обновлено в 11:43:00", samples.tabs("new"), LivePill("1 новый", "", "/")
    )
    found = Page(render_to_string("orders/_pulse.html", BASE | {"pulse": pulse}))
    swapped = {attrs["id"] for _, attrs in found.tags if "hx-swap-oob" in attrs}
    assert {"live", "fresh", "shelf-tabs", "live-pill", "nav-counts", "tab-badge"} <= swapped
    assert "tr" not in {tag for tag, _ in found.tags}


def test_a_buyers_name_with_markup_in_it_stays_text() -> None:
    hostile = replace(samples.row(0, 348), who="<img src=x onerror=alert(1)>")
    html = render_to_string("orders/_rows.html", {"rows": (hostile,), "slug": "new"})
    assert "<img" not in html
    assert "&lt;img" in html


def test_a_masked_phone_is_no_link() -> None:
    masked = replace(samples.row(0, 348), phone=Phone("номер скрыт"))
    html = render_to_string("orders/_rows.html", {"rows": (masked,), "slug": "new"})
    assert "номер скрыт" in html
    assert "tel:" not in html


def test_a_manager_sees_no_section_that_his_role_may_not_use() -> None:
    addresses = page("shelves").values("href")
    assert not {"/staff/", "/integrations/"} & set(addresses)
    assert {"/staff/", "/integrations/"} <= set(page("staff").values("href"))


def test_the_error_page_needs_nothing_but_itself() -> None:
    html = render_to_string("errors/500.html")
    assert "Не получилось на нашей стороне" in html


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ 1225650|tenge }}", "1\u2009225\u2009650\u00a0₸"),
        ("{{ value|share:1 }}", "2,2\u00a0%"),
        ("{{ value|change }}", "+0,02"),
        ('{{ "+77775554021"|kz_phone }}', "+7 (777) 555-40-21"),
        ("{{ 2280|time_left }}", "38 мин"),
        ('{% plural 2 "заказ" "заказов" %}', "2\u00a0заказа"),
        ("{% almaty_day moment %}", "вчера"),
        ("{% almaty_day moment True %}", "вчера, 22:05"),
        (
            '{{ "<b>123456"|order_no }}',
            '<span class="order-no"><span>&lt;b&gt;</span><span>123</span><b>456</b></span>',
        ),
    ],
)
def test_a_tag_says_what_its_format_says(source: str, said: str) -> None:
    now = datetime(2026, 10, 14, 6, 42, tzinfo=UTC)
    moment = datetime(2026, 10, 13, 17, 5, tzinfo=UTC)
    context = Context({"value": 27 / 1236, "moment": moment, "now": now})
    assert Template(source).render(context) == said
