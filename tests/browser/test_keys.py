"""A shelf worked through without the mouse, and a morning at the counter by touch alone."""

from __future__ import annotations

import re
import sys
import time
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from kaspi_office.local import places
from orders import undoing
from tests.browser.conftest import Sit
from tests.browser.office import PATIENCE, SHOP, Office
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

BOLAT = "m1@alma.example"
# Capabilities, B9: sixty orders in two minutes.
MANY, LIMIT = 60, 120.0
LONG_PAUSE = timedelta(minutes=1)
# What is smaller than a finger; links inside a line of text are as large as their line.
SMALL = """() => [...document.querySelectorAll('main :is(button, .btn, .tabs__item, summary, select), .tabbar a')]
  .filter(one => !one.closest('.visually-hidden, [aria-hidden=true]') && one.checkVisibility({ checkVisibilityCSS: true }))
  .map(one => ({ is: one.outerHTML.slice(0, 120), box: one.getBoundingClientRect() }))
  .filter(({ box }) => box.width && Math.min(box.height, box.width) < 43.5)
  .map(({ is, box }) => `${box.width}x${box.height} ${is}`)"""


@dataclass
class Hands:
    """Somebody at a keyboard, and what he sees."""

    office: Office
    page: Page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def row(self, code: str) -> Locator:
        return self.page.locator(f"#order-{code}")

    def walk_to(self, code: str) -> None:
        """Down from the top: whatever else has come to this shelf meanwhile is stepped over."""
        expect(self.row(code)).to_be_visible()
        for _ in range(self.page.locator("tbody .order-row").count()):
            self.press("j")
            if "order-row--cursor" in (self.row(code).get_attribute("class") or ""):
                break
        self.stands_on(code)

    def stands_on(self, code: str) -> None:
        """The cursor and the focus of the page are on this row."""
        expect(self.page.locator(".order-row--cursor")).to_have_id(f"order-{code}")
        expect(self.row(code)).to_be_focused()


def test_a_whole_shelf_is_worked_by_keys_alone(
    office: Office, sit: Sit, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = [office.new_order(approved_minutes_ago=90 - number) for number in range(5)]
    packing = office.new_order(kind="kaspi_delivery", state="KASPI_DELIVERY", status="ACCEPTED_BY_MERCHANT")
    waiting = office.new_order(state="PICKUP")
    office.wait_until_known(7)
    hands = Hands(office, sit(BOLAT))
    hands.page.goto("/orders/new/")
    walk_and_look(hands, new, watch)
    with monkeypatch.context() as patient:
        patient.setattr(undoing, "PAUSE", LONG_PAUSE)
        accept_and_think_better_of_it(hands, new)
        accept_many_and_think_better_of_it(hands, new, watch)
    cancel_one(hands, new[1])
    accept_the_rest(hands, [new[0], *new[2:]])
    pack_and_print(hands, packing)
    hand_out(hands, waiting)


def walk_and_look(at: Hands, codes: list[str], watch: Watch) -> None:
    at.press("j", "j", "k")
    at.stands_on(codes[0])
    at.press("Enter")
    drawer = at.page.locator("#order-drawer:modal")
    expect(drawer).to_have_attribute("data-code", codes[0])
    at.press("j")
    expect(drawer).to_have_attribute("data-code", codes[1])
    at.press("Escape")
    at.stands_on(codes[1])
    at.press("Shift+?")
    expect(at.page.locator("#keys:modal")).to_be_visible()
    watch.look(at.page, "list of keys")
    at.press("Escape", "/", "a")
    expect(at.page.get_by_label("Поиск по заказам полки")).to_have_value("a")
    expect(at.page.locator("tbody .order-row")).to_have_count(0)
    at.press("Backspace")
    expect(at.page.locator("tbody .order-row")).to_have_count(len(codes))
    at.press("Escape", "k", "k", "k")
    at.stands_on(codes[0])


def accept_and_think_better_of_it(at: Hands, codes: list[str]) -> None:
    at.press("a")
    expect(at.row(codes[0])).to_contain_text("принимаем…")
    at.stands_on(codes[0])
    at.press("j", "z")
    expect(at.row(codes[0]).locator("[data-act=accept]")).to_be_visible()
    at.stands_on(codes[1])
    assert at.office.applied(codes[0]) == 0


def accept_many_and_think_better_of_it(at: Hands, codes: list[str], watch: Watch) -> None:
    at.press("k", "x", "j", "j", "j", "Shift+X")
    expect(at.page.locator("#bulk")).to_contain_text("Выбрано 4")
    at.press("a")
    panel = at.page.locator("#bulk-result")
    expect(panel).to_contain_text(re.compile(r"Принимаем 4.заказа"))
    expect(at.page.locator("[data-act=undo]")).to_have_count(5)
    watch.look(at.page, "what became of the picked orders")
    at.press("z")
    expect(panel).to_contain_text(re.compile(r"Отозвали 4.заказа"))
    expect(at.page.locator("[data-act=accept]")).to_have_count(len(codes))
    at.stands_on(codes[3])
    assert sum(map(at.office.applied, codes)) == 0


def cancel_one(at: Hands, code: str) -> None:
    at.press("k", "k")
    at.stands_on(code)
    at.press("c")
    expect(at.page.locator("#cancel:modal .before-after").first).to_be_attached()
    choose(at, "MERCHANT_OUT_OF_STOCK")
    at.press("Enter")
    expect(at.row(code)).to_have_count(0)
    assert at.office.applied(code, "CANCELLED") == 1


def choose(at: Hands, reason: str) -> None:
    """Through the dialog by Tab and arrows until the reason that Kaspi will hear is chosen."""
    for _ in range(12):
        if at.page.evaluate("document.activeElement.matches('[name=reason]')"):
            break
        at.press("Shift+Tab")
    for _ in range(8):
        at.press("ArrowDown")
        if at.page.evaluate("document.activeElement.closest('label').innerText.includes('Нет в наличии')"):
            return
    pytest.fail(f"{reason} cannot be chosen by keys")


def accept_the_rest(at: Hands, codes: list[str]) -> None:
    """The cancelled row has left the cursor to its neighbour; each row that goes does the same."""
    at.stands_on(codes[1])
    at.press("k", *("a", "j") * len(codes))
    for code in codes:
        expect(at.row(code)).to_have_count(0)
    assert [at.office.applied(code) for code in codes] == [1] * len(codes)


def pack_and_print(at: Hands, code: str) -> None:
    at.press("5")
    at.page.wait_for_url(re.compile("/orders/kaspi-delivery/"))
    expect(at.row(code)).to_be_visible()
    at.press("j", "p")
    expect(at.page.locator("#assemble:modal #places")).to_be_focused()
    at.press("2", "Enter")
    # Kaspi may have answered before the row is shown again: then it is never seen on the way.
    expect(at.row(code)).not_to_contain_text("Собрать…")
    at.stands_on(code)
    expect(at.row(code)).not_to_contain_text("собираем…")
    reopen_until_there_is_a_waybill(at, code)
    paper = f"/orders/{code}/waybill/"
    assert places.wait_for(lambda: at.page.request.get(paper).ok, seconds=PATIENCE)
    # The paper itself would take the place of the page.
    at.page.route(f"**{paper}", lambda route: route.fulfill(status=204))
    at.press("j")
    with at.page.expect_request(f"**{paper}"):
        at.press("w")


def reopen_until_there_is_a_waybill(at: Hands, code: str) -> None:
    for _ in range(100):
        if at.row(code).locator("[data-act=waybill]").count():
            return
        with at.page.expect_navigation():
            at.press("5")
        expect(at.row(code)).to_be_visible()
    pytest.fail("Kaspi made no waybill")


def hand_out(at: Hands, code: str) -> None:
    at.page.goto("/orders/pickup/")
    at.walk_to(code)
    at.press("h")
    expect(at.page.locator("#send-code-form button")).to_be_focused()
    at.press("Enter")
    expect(at.page.locator("#complete")).to_contain_text("Код отправлен")
    at.page.locator("#sms").focus()
    at.page.keyboard.type(at.office.kaspi.control(f"orders/{code}")["security_code"])
    at.press("Enter")
    expect(at.row(code)).to_have_count(0)
    assert at.office.applied(code, "COMPLETED") == 1


def test_sixty_orders_are_accepted_in_two_minutes(office: Office, sit: Sit) -> None:
    """The last of the first page leads to the next page; nothing is waited for but what a person would see."""
    spec = {"merchant": SHOP, "kind": "pickup", "point": "PP1", "count": MANY + 1}
    codes = office.kaspi.control("orders", spec)["codes"]
    office.wait_until_known(MANY + 1)
    hands = Hands(office, sit(BOLAT))
    hands.page.goto("/orders/new/")
    expect(hands.page.locator("tbody .order-row")).to_have_count(50)
    leaving_waits_for_what_was_pressed(hands, codes)
    began = time.monotonic()
    hands.press("j", *("a", "j") * 50)
    hands.page.wait_for_url(re.compile("after="))
    expect(hands.page.locator("tbody .order-row")).to_have_count(MANY - 50)
    hands.press("j", *("a", "j") * (MANY - 50))
    expect(hands.page.locator("[data-act=accept]")).to_have_count(0)
    taken = time.monotonic() - began
    sys.stdout.write(f"{MANY} orders accepted by key in {taken:.1f} s, the limit is {LIMIT:.0f} s\n")
    assert taken < LIMIT
    assert office.accepts() == dict.fromkeys(codes, 1)


def leaving_waits_for_what_was_pressed(hands: Hands, codes: list[str]) -> None:
    """A browser that goes to another page drops what it has not sent: the press on the last row must not be lost."""
    page, held = hands.page, list[Route]()
    page.route("**/accept/", lambda route: held.append(route))
    hands.press("j", "a", "6")
    page.wait_for_function("() => document.querySelector('.is-busy')")
    assert page.url.endswith("/orders/new/")
    held[0].continue_()
    page.wait_for_url(re.compile("/orders/archive/"))
    page.unroute("**/accept/")
    assert places.wait_for(lambda: any(map(hands.office.applied, codes)), seconds=PATIENCE)
    # A page that came before Kaspi's word was read shows the row that is leaving as one of its fifty.
    assert places.wait_for(lambda: fifty_to_accept(page), seconds=PATIENCE)


def fifty_to_accept(page: Page) -> bool:
    page.goto("/orders/new/")
    return page.locator("tbody .order-row [data-act=accept]").count() == 50


def test_a_morning_by_touch(office: Office, sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = office.new_order(approved_minutes_ago=90), office.new_order(approved_minutes_ago=60)
    packing = office.new_order(kind="kaspi_delivery", state="KASPI_DELIVERY", status="ACCEPTED_BY_MERCHANT")
    office.wait_until_known(3)
    page = sit(BOLAT, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto("/orders/new/")
    row = page.locator(f"#order-{first}")
    monkeypatch.setattr(undoing, "PAUSE", LONG_PAUSE)
    row.get_by_role("button", name="Принять").tap()
    undo = row.get_by_role("button", name="Отменить")
    expect(undo).to_be_visible()
    assert page.evaluate(SMALL) == []
    undo.tap()
    monkeypatch.undo()
    row.get_by_role("button", name="Принять").tap()
    expect(row).to_have_count(0)
    page.locator(f"#order-{second} .order-row__no a").tap()
    page.locator("#order-drawer:modal [data-act=accept]").tap()
    expect(page.locator("#order-drawer")).to_contain_text("Ждёт покупателя")
    page.locator("#order-drawer [data-close]").tap()
    page.locator(".tabs__item", has_text="Kaspi Доставка").tap()
    page.locator(f"#order-{packing} [data-act=assemble]").tap()
    page.get_by_role("button", name="Собрать и получить накладную").tap()
    page.goto(f"/orders/{packing}/")
    assert page.evaluate(SMALL) == []
    assert [office.applied(code) for code in (first, second)] == [1, 1]


SETTLED = """() => new Promise(done => {
  document.addEventListener('htmx:afterSettle', () => setTimeout(done), { once: true });
  document.dispatchEvent(new Event('woke'));
})"""


def test_the_cursor_stays_when_the_whole_shelf_has_come_again(office: Office, sit: Sit) -> None:
    first = office.new_order()
    office.wait_until_known(1)
    hands = Hands(office, sit(BOLAT))
    hands.page.goto("/orders/new/")
    hands.walk_to(first)
    hands.page.evaluate(SETTLED)
    assert "order-row--cursor" in (hands.row(first).get_attribute("class") or "")
    hands.stands_on(first)


# Presses the moment a fresh shelf is in the page, before anything else may run.
PRESSED_AT_ONCE = """() => {
  window.same = true;
  const press = () => setTimeout(() => document.querySelector('[data-act=accept]').click(), 0);
  document.addEventListener('htmx:afterSwap', press, { once: true });
  htmx.trigger('#orders', 'stale');
}"""


def test_a_press_on_a_shelf_that_has_just_come_again_stays_on_its_page(
    office: Office, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Else Kaspi may have answered before the page does.
    monkeypatch.setattr(undoing, "PAUSE", LONG_PAUSE)
    first = office.new_order()
    office.wait_until_known(1)
    hands = Hands(office, sit(BOLAT))
    hands.page.goto("/orders/new/")
    hands.walk_to(first)
    hands.page.evaluate(PRESSED_AT_ONCE)
    expect(hands.row(first)).to_contain_text("принимаем…")
    assert hands.page.evaluate("window.same"), "the form was sent by the browser, and the page began anew"
    hands.stands_on(first)


def test_the_page_of_an_order_leads_to_its_neighbours(office: Office, sit: Sit) -> None:
    codes = [office.new_order(approved_minutes_ago=90 - number) for number in range(3)]
    office.wait_until_known(3)
    page = sit(BOLAT)
    page.goto(f"/orders/{codes[0]}/")
    for key, code in (("j", codes[1]), ("ArrowRight", codes[2]), ("k", codes[1]), ("ArrowLeft", codes[0])):
        page.keyboard.press(key)
        page.wait_for_url(f"**/orders/{code}/")
    for key, address in (("3", "/orders/pickup/"),):
        page.keyboard.press(key)
        page.wait_for_url(f"**{address}*")
    page.keyboard.press("g")
    page.keyboard.press("k")
    page.wait_for_url("**/quality/*")
