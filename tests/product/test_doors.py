"""What a person and a program meet when the product runs as it is delivered."""

from __future__ import annotations

import re

import httpx
import pytest

from kaspi_office.local import places
from tests.product.conftest import MERCHANT, Filling
from tests.product.running import Product, post

# Contract §3.
FIGURES = frozenset(
    {
        "office_http_request_seconds",
        "office_order_to_shelf_seconds",
        "office_poll_slot_oldest_due_seconds",
        "office_kaspi_requests_total",
        "office_actions_open",
        "office_action_oldest_seconds",
        "office_actions_total",
        "office_orders_parked",
        "office_queue_length",
        "office_scheduler_last_tick_seconds",
    }
)
pytestmark = pytest.mark.timeout(300)


def test_the_shelves_of_both_companies_fill(filling: Filling, capsys: pytest.CaptureFixture[str]) -> None:
    filling.join()
    assert filling.first_shelves is not None
    assert filling.imported is not None
    with capsys.disabled():
        print(f"\nready {filling.ready:.1f} s after `up`, first shelves {filling.first_shelves:.1f} s,", end=" ")
        print(f"all 90 days {filling.imported:.1f} s")


def test_an_accept_on_the_page_reaches_kaspi_once_and_the_api_says_so(product: Product, keys: dict[str, str]) -> None:
    browser = product.pages("m1@alma.example")
    found = re.search(r'<tr class="order-row[^>]* id="order-(\d+)"', browser.get("/orders/new/").text)
    assert found is not None
    code = found[1]
    assert post(browser, f"/orders/{code}/", f"/orders/{code}/accept/").status_code == 200
    api = product.rest(keys["alma"])
    assert places.wait_for(lambda: _is_accepted(api, code), seconds=30, pause=0.2)
    assert product.applied(code) == 1


def _is_accepted(api: httpx.Client, code: str) -> bool:
    order = api.get(f"/orders/{code}").json()
    return order["shelf"] != "new" and order["kaspi_status"] == "ACCEPTED_BY_MERCHANT" and order["pending"] is None


def test_a_company_made_beside_the_running_product_has_a_key_that_works(product: Product, keys: dict[str, str]) -> None:
    shops = product.rest(keys["sayran"]).get("/shops").json()["results"]
    assert [(shop["slug"], shop["merchant_uid"]) for shop in shops] == [("sayran", MERCHANT)]


def test_every_figure_of_the_contract_is_told(product: Product) -> None:
    def missing() -> frozenset[str]:
        told = re.findall(r"^# TYPE (\S+)", httpx.get(f"{product.address}/metrics", timeout=20).text, re.MULTILINE)
        return FIGURES - frozenset(told)

    assert places.wait_for(lambda: not missing(), seconds=30, pause=0.5), missing()
