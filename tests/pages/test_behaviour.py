"""The pages in a real browser: keys, picks, countdowns, dialogs, and an empty log of complaints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, expect, sync_playwright

from kaspi_office.local import browser as installed
from orders.shelves.page_models import Pending
from tests.pages import samples, samples_orders
from tests.pages.scenes import BASE, SCENES
from tests.pages.server import Answer, Handler, serving
from tests.pages.watching import WIDER, watched

pytestmark = pytest.mark.browser

Answers = dict[tuple[str, str], Answer]
FIRST = "284915307"
PAGES = [name for name in SCENES if "--" not in name]


def changed(code: str, text: str, *, level: str = "ok") -> Answer:
    """The answer of an action: no body, two events."""
    events = {"toast": {"level": level, "text": text}, "order-changed": {"code": code}}
    return Answer(status=204, headers={"HX-Trigger": json.dumps(events)})


def rows(*shown: object) -> Answer:
    return Answer(render_to_string("orders/_rows.html", {"rows": shown, "slug": "new"}))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(installed.find()))
        yield browser
        browser.close()


@pytest.fixture
def answers() -> Answers:
    return {("GET", f"/{name}"): Answer(render_to_string(*scene)) for name, scene in SCENES.items()}


@pytest.fixture
def address(answers: Answers) -> Iterator[str]:
    with serving(answers) as found:
        yield found


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    with watched(chromium) as (found, complaints):
        yield found
    assert complaints == []


@pytest.mark.parametrize("width", [390, 1440])
def test_no_page_makes_the_browser_complain(chromium: Browser, address: str, width: int) -> None:
    with watched(chromium, width=width) as (found, complaints):
        for name in PAGES:
            found.goto(f"{address}/{name}", wait_until="load")
            complaints += [f"{name} scrolls sideways"] * bool(found.evaluate(WIDER))
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_rules_of_accessible_pages_hold(chromium: Browser, address: str, scheme: Literal["light", "dark"]) -> None:
    broken = []
    with watched(chromium, width=390 if scheme == "dark" else 1440, scheme=scheme) as (found, _):
        for name in ("shelf-states", "order", "quality", "integrations"):
            found.goto(f"{address}/{name}")
            result = Axe().run(found, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
            broken += [(name, one["id"], one["nodes"][0]["html"]) for one in result.response["violations"]]
    assert broken == []


def test_a_countdown_runs_from_the_servers_seconds_whatever_the_clock_of_the_computer(page: Page, address: str) -> None:
    page.clock.install(time="1999-12-31T23:59:00")
    page.goto(f"{address}/shelves")
    page.clock.run_for(48_000)
    expect(page.locator(f"#order-{FIRST} .deadline__text")).to_have_text("05:00")


def test_a_chip_that_crosses_a_quarter_of_an_hour_becomes_urgent_and_says_so(page: Page, address: str) -> None:
    page.clock.install()
    page.goto(f"{address}/shelves")
    soon = page.locator(".deadline--soon").first
    expect(soon.locator(".deadline__text")).to_have_text("27 мин")
    page.clock.run_for(13 * 60_000)
    expect(page.locator(".deadline--urgent")).to_have_count(2)
    expect(page.locator("#announce")).to_contain_text("срок вот-вот выйдет")


def test_picks_are_counted_and_summed_in_the_bar(page: Page, address: str) -> None:
    page.goto(f"{address}/shelves")
    page.locator("[name=pick]").nth(0).check()
    page.locator("[name=pick]").nth(1).check()
    expect(page.locator("#bulk")).to_contain_text("Выбрано 2 на 44\u2009330\u00a0₸")


def test_keys_work_by_their_place_in_any_layout(page: Page, address: str) -> None:
    page.goto(f"{address}/shelves")
    russian = "code => document.body.dispatchEvent(new KeyboardEvent('keydown', {code, key: 'о', bubbles: true}))"
    for code in ("KeyJ", "KeyJ", "KeyX"):
        page.evaluate(russian, code)
    expect(page.locator("[name=pick]").nth(1)).to_be_checked()


def test_a_key_pressed_in_the_search_field_is_a_letter(page: Page, address: str) -> None:
    page.goto(f"{address}/shelves")
    page.keyboard.press("/")
    page.keyboard.type("xa")
    expect(page.locator("[data-search]")).to_have_value("xa")
    expect(page.locator("#bulk")).to_be_hidden()


def test_the_key_a_accepts_the_row_under_the_cursor_and_the_row_shows_it(
    page: Page, address: str, answers: Answers
) -> None:
    waiting = replace(samples.row(0, 348), pending=Pending("принимаем…"))
    answers["POST", f"/orders/{FIRST}/accept/"] = changed(FIRST, "Отправляем в Kaspi")
    answers["GET", f"/orders/{FIRST}/row/"] = rows(waiting)
    page.goto(f"{address}/shelves")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator(f"#order-{FIRST}")).to_contain_text("принимаем…")
    expect(page.locator(".toast")).to_contain_text("Отправляем в Kaspi")
    pressed = [body for method, _, body in Handler.asked if method == "POST"]
    assert pressed == ["version=7&shelf=new"]


def test_a_row_whose_order_has_left_says_so_and_goes(page: Page, address: str, answers: Answers) -> None:
    answers["GET", f"/orders/{FIRST}/row/"] = rows(replace(samples.row(0, 348), gone="принят"))
    page.goto(f"{address}/shelves")
    page.evaluate(
        "code => document.dispatchEvent(new CustomEvent('order-changed', {detail: {code}}))",
        FIRST,
    )
    expect(page.locator(f"#order-{FIRST}")).to_contain_text("принят")
    expect(page.locator(f"#order-{FIRST}")).to_have_count(0)


def test_a_conflict_keeps_the_row_and_brings_its_words(page: Page, address: str, answers: Answers) -> None:
    refused = render_to_string("_components/_refused.html", {"sentence": "Заказ уже отменён"})
    answers["POST", f"/orders/{FIRST}/accept/"] = Answer(refused, status=409)
    answers["GET", f"/orders/{FIRST}/row/"] = rows(replace(samples.row(0, 348), item_note="отменил покупатель"))
    page.goto(f"{address}/shelves")
    page.locator(f"#order-{FIRST} [data-act=accept]").click()
    expect(page.locator(".toast--danger")).to_contain_text("Заказ уже отменён")
    expect(page.locator(f"#order-{FIRST}")).to_contain_text("отменил покупатель")


def test_a_cancel_closes_its_dialog_and_the_card_asks_for_itself(page: Page, address: str, answers: Answers) -> None:
    cancelled = replace(samples_orders.pending_order(), pending=Pending("Отменяем заказ"))
    answers["POST", "/orders/284917420/cancel/"] = changed("284917420", "Отмена отправлена")
    answers["GET", "/orders/284917420/"] = Answer(
        render_to_string("orders/_card_answer.html", BASE | {"page": cancelled})
    )
    page.goto(f"{address}/order")
    page.get_by_text("Отменить…").click()
    page.get_by_text("Нет в наличии").click()
    expect(page.locator("#cancel .before-after")).to_be_visible()
    page.get_by_role("button", name="Отменить заказ").click()
    expect(page.locator("#cancel")).to_have_count(0)
    expect(page.locator("#order")).to_contain_text("Отменяем заказ")


def test_a_form_with_a_mistake_comes_back_open(page: Page, address: str, answers: Answers) -> None:
    wrong = replace(samples_orders.pickup_order().issue, error="Код не подошёл")  # type: ignore[type-var]
    again = render_to_string(
        "orders/_issue_dialog.html", BASE | {"dialog": wrong, "page": samples_orders.pickup_order()}
    )
    answers["POST", "/orders/284902618/complete/"] = Answer(again, status=422)
    page.goto(f"{address}/order-delivery")
    page.get_by_text("Выдать заказ").click()
    page.locator("#sms").fill("4818")
    page.get_by_role("button", name="Подтвердить выдачу").click()
    expect(page.locator("#complete:modal")).to_contain_text("Код не подошёл")


def test_the_drawer_opens_beside_the_shelf_and_empties_its_slot_when_it_closes(
    page: Page, address: str, answers: Answers
) -> None:
    drawer = render_to_string("orders/_drawer.html", BASE | {"page": samples_orders.new_order()})
    answers["GET", f"/orders/{FIRST}/"] = Answer(drawer)
    page.goto(f"{address}/shelves")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#order-drawer:modal")).to_contain_text("Примите до 11:56")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer-slot > *")).to_have_count(0)


def test_the_theme_is_kept_for_the_server_to_paint(page: Page, address: str) -> None:
    page.goto(f"{address}/shelves")
    page.locator(".user-chip").click()
    page.get_by_role("button", name="Тёмное").first.click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert "theme=dark" in page.evaluate("document.cookie")


def test_a_pill_of_the_pulse_waits_and_the_rows_stay(page: Page, address: str, answers: Answers) -> None:
    page.clock.install()
    page.goto(f"{address}/shelf-states")
    before = page.locator("tbody tr").count()
    pill = '<a id="live-pill" class="live-pill" hx-swap-oob="true" href="/shelves">5 новых</a>'
    answers["GET", "/orders/new/pulse/"] = Answer(pill)
    page.clock.run_for(6_000)
    expect(page.locator("#live-pill")).to_have_text("5 новых")
    assert page.locator("tbody tr").count() == before
