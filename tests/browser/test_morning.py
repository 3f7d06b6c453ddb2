"""A manager's morning, from signing in to an empty shelf, on the real pages; Kaspi's own log is the judge."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Sit
from tests.browser.office import Office
from tests.browser.watch import Watch
from tests.cast import PASSWORD

pytestmark = pytest.mark.browser

BOLAT = "m1@alma.example"
OLGA = {"firstName": "Ольга", "lastName": "Кимбаева", "cellPhone": "7775554021"}
# Minutes of the three hours for acceptance that are gone already.
ALMOST_OVER, LATE, EARLY = 172, 120, 30
OUT_OF_STOCK = "MERCHANT_OUT_OF_STOCK"


@dataclass
class Morning:
    """Болат at his browser, and the orders that wait for him."""

    office: Office
    page: Page
    watch: Watch
    urgent: str = ""
    for_pickup: str = ""
    out_of_stock: str = ""
    olgas: str = ""
    others: tuple[str, ...] = ()

    def come_in(self) -> None:
        """The orders of the night: one almost over, one of another point that is none of Болат's business."""
        new, kaspi = self.office.new_order, self.office.kaspi
        self.urgent = new(kind="kaspi_delivery", approved_minutes_ago=ALMOST_OVER)
        self.for_pickup = new(state="PICKUP")
        self.out_of_stock = new(approved_minutes_ago=LATE)
        self.olgas = new(approved_minutes_ago=EARLY, customer=OLGA)
        self.others = tuple(new(approved_minutes_ago=EARLY - 1 - number) for number in range(3))
        new(point="PP2", approved_minutes_ago=ALMOST_OVER + 3)
        done = {"kind": "pickup", "point": "PP1", "state": "ARCHIVE", "approved_minutes_ago": 3 * 24 * 60}
        kaspi.control("orders", {"merchant": "30000001", "count": 40, **done})
        self.office.wait_until_known(48)
        self.office.wait_until_imported()

    def row(self, code: str) -> Locator:
        return self.page.locator(f"#order-{code}")

    def shown(self) -> list[str]:
        return [row.get_attribute("id") or "" for row in self.page.locator("tbody .order-row").all()]

    def open(self, code: str) -> None:
        self.page.goto(f"/orders/{code}/")
        expect(self.page.locator("#order")).to_have_attribute("data-code", code)

    def look(self, name: str) -> None:
        self.watch.look(self.page, name)


def test_a_managers_morning(office: Office, sit: Sit, watch: Watch) -> None:
    morning = Morning(office, sit(), watch)
    morning.come_in()
    sign_in(morning)
    see_what_burns_first(morning)
    accept_the_most_urgent(morning)
    pack_it_and_print_the_waybill(morning)
    hand_out_by_code(morning)
    cancel_one_and_see_the_price(morning)
    find_by_phone_and_by_name(morning)
    see_a_new_order_arrive(morning)
    accept_the_rest_at_once(morning)


def sign_in(at: Morning) -> None:
    at.page.goto("/")
    at.look("sign in")
    at.page.get_by_label("Почта").fill(BOLAT)
    at.page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    at.page.get_by_role("button", name="Войти").click()
    at.page.wait_for_url("**/orders/new/")


def see_what_burns_first(at: Morning) -> None:
    codes = (at.urgent, at.out_of_stock, at.olgas, *at.others)
    assert at.shown() == [f"order-{code}" for code in codes]
    expect(at.row(at.urgent).locator(".deadline--urgent")).to_be_visible()
    at.look("shelf of new orders")


def accept_the_most_urgent(at: Morning) -> None:
    at.page.locator("tbody .order-row").first.get_by_role("button", name="Принять").click()
    # Kaspi may have answered before the page does.
    expect(at.row(at.urgent)).to_contain_text(re.compile("принимаем…|принят"))
    expect(at.row(at.urgent)).to_contain_text("принят")
    expect(at.row(at.urgent)).to_have_count(0)
    assert at.office.applied(at.urgent) == 1


def pack_it_and_print_the_waybill(at: Morning) -> None:
    at.page.goto("/orders/kaspi-delivery/")
    at.look("shelf of Kaspi Delivery")
    at.row(at.urgent).locator(".order-row__no a").click()
    expect(at.page.locator("#order-drawer:modal")).to_be_visible()
    at.look("drawer of an order")
    at.page.get_by_label("Открыть на всю страницу").click()
    at.page.get_by_role("link", name="Собрать…").click()
    at.page.get_by_label("Количество мест").fill("2")
    at.look("dialog of packing")
    at.page.get_by_role("button", name="Собрать и получить накладную").click()
    expect(at.page.locator("#order-documents")).to_contain_text("№", timeout=30_000)
    waybill = at.page.locator("#order-documents a[data-act=waybill]")
    expect(at.page.locator("#order-documents")).not_to_contain_text("загружаем")
    at.look("order that is packed")
    paper = at.page.request.get(waybill.get_attribute("href") or "").body()
    assert paper.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 2


def hand_out_by_code(at: Morning) -> None:
    at.open(at.for_pickup)
    at.page.get_by_role("link", name="Выдать заказ").click()
    at.page.get_by_role("button", name="Отправить код покупателю").click()
    expect(at.page.locator("#complete")).to_contain_text("Код отправлен")
    at.look("dialog of handing out")
    code = at.office.kaspi.control(f"orders/{at.for_pickup}")["security_code"]
    type_the_code(at, "0000" if code != "0000" else "1111")
    expect(at.page.locator("#order .notice--danger")).to_contain_text("Kaspi не принял")
    at.look("order whose code was wrong")
    at.page.get_by_role("link", name="Выдать заказ").click()
    type_the_code(at, code)
    expect(at.page.locator("#order-head .chip")).to_have_text("Выдан")
    assert at.office.applied(at.for_pickup, "COMPLETED") == 1


def type_the_code(at: Morning, code: str) -> None:
    at.page.locator("#sms").fill(code)
    at.page.get_by_role("button", name="Подтвердить выдачу").click()


def cancel_one_and_see_the_price(at: Morning) -> None:
    at.open(at.out_of_stock)
    at.page.get_by_role("link", name="Отменить…").click()
    title = at.page.get_by_text("Нет в наличии", exact=True)
    title.click()
    price = at.page.locator(".choice__item").filter(has=title).locator(".before-after")
    expect(price).to_have_text(re.compile(r"0,00\s%0 из 48, запас 1.*2,08\s%1 из 48, запас 0"))
    at.look("dialog of a cancel")
    at.page.get_by_role("button", name="Отменить заказ").click()
    expect(at.page.locator("#order-head .chip")).to_have_text("Отменён")
    (write,) = at.office.kaspi.writes(at.out_of_stock, status="CANCELLED")
    assert (write["applied"], write["reason"]) == (True, OUT_OF_STOCK)


def find_by_phone_and_by_name(at: Morning) -> None:
    at.page.goto("/orders/new/")
    for words in ("4021", "кимбаева"):
        at.page.get_by_label("Поиск по заказам полки").fill(words)
        expect(at.page.locator("tbody .order-row")).to_have_count(1)
        expect(at.row(at.olgas)).to_be_visible()
    at.page.keyboard.press("Control+k")
    at.page.get_by_label("Поиск по всем полкам").fill("555 40 21")
    expect(at.page.locator("#search-results a")).to_have_attribute("href", f"/orders/{at.olgas}/")
    at.look("search over everything")
    at.page.keyboard.press("Escape")


def see_a_new_order_arrive(at: Morning) -> None:
    at.page.goto("/orders/new/")
    at.page.evaluate("window.neverReloaded = true")
    before = at.shown()
    fresh = at.office.new_order(approved_minutes_ago=1)
    expect(at.page.locator("#live-pill")).to_have_text("1 новый")
    assert at.shown() == before
    at.look("shelf with a new order waiting")
    at.page.locator("#live-pill").click()
    expect(at.row(fresh)).to_be_visible()
    assert at.page.evaluate("window.neverReloaded")


def accept_the_rest_at_once(at: Morning) -> None:
    for code in at.others:
        at.row(code).get_by_role("checkbox").check()
    at.look("shelf with picked orders")
    at.page.locator("[data-bulk-accept]").click()
    expect(at.page.locator(".toast")).to_contain_text("Принимаем 3 заказа")
    for code in at.others:
        expect(at.row(code)).to_have_count(0)
    assert [at.office.applied(code) for code in at.others] == [1, 1, 1]
