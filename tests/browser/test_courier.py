"""A courier at his phone: what was given to him stands there, and he hands it out by the code."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect

from kaspi_office.provisioning import provision
from tests import cast
from tests.browser.conftest import Sit
from tests.browser.office import Office
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

AIGERIM, ERLAN = "owner@alma.example", "erlan@alma.example"


def hire() -> None:
    wanted = cast.document()
    courier = {"email": ERLAN, "password": "unused in tests", "name": "Ерлан", "role": "courier"}
    wanted["companies"][0]["members"].append(courier)
    provision(wanted)


def test_an_order_is_given_to_a_courier_who_hands_it_out(office: Office, sit: Sit, watch: Watch) -> None:
    hire()
    mine, other = office.new_order(kind="own_delivery"), office.new_order(kind="own_delivery")
    office.wait_until_known(2)
    owner = sit(AIGERIM)
    for code in (mine, other):
        owner.goto(f"/orders/{code}/")
        owner.get_by_role("button", name="Принять").first.click()
        expect(owner.get_by_role("combobox", name="Кто доставит").first).to_be_visible()
    owner.goto(f"/orders/{mine}/")
    watch.look(owner, "the card of an order to be given to a courier")
    owner.get_by_role("combobox", name="Кто доставит").select_option(label="Ерлан")
    owner.get_by_role("button", name="Назначить").click()
    expect(owner.locator("#order-history")).to_contain_text("Курьер: Ерлан")
    owner.goto("/orders/delivery/")
    expect(owner.locator(f"#order-{mine}")).to_contain_text("Ерлан")
    watch.look(owner, "the shelf with a courier")

    courier = sit(ERLAN)
    courier.set_viewport_size(ViewportSize(width=390, height=844))
    courier.goto("/")
    expect(courier.locator(f"#order-{mine}")).to_be_visible()
    expect(courier.locator(f"#order-{other}")).to_have_count(0)
    watch.look(courier, "a courier's shelf")
    courier.locator(f"#order-{mine}").get_by_role("link", name="Выдать").click()
    expect(courier.get_by_role("dialog")).to_be_visible()
    watch.look(courier, "a courier hands out")
