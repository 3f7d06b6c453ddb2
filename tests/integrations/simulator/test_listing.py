"""The list of orders: strict rules, windows, pages, filters (kaspi-api §1.8, §12.1)."""

import pytest

from integrations.kaspi.simulator import ids
from integrations.kaspi.simulator.clock import DAY

from .conftest import WEDNESDAY_11, Simulator

GE, LE = "filter[orders][creationDate][$ge]", "filter[orders][creationDate][$le]"
PAGED = {"page[number]": 0, "page[size]": 10}


def title(response: object) -> str:
    return str(response.json()["errors"][0]["title"])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (PAGED, "Required filter [orders][creationDate][$ge] is empty."),
        ({GE: WEDNESDAY_11, "page[size]": 10}, "Required pagination value [number] is empty."),
        ({GE: WEDNESDAY_11, "page[number]": 0}, "Required pagination value [size] is empty."),
    ],
)
def test_what_kaspi_requires_is_asked_for_in_its_own_words(
    simulator: Simulator, query: dict[str, object], words: str
) -> None:
    response = simulator.get("orders", **query)
    assert (response.status_code, title(response)) == (400, words)


@pytest.mark.parametrize(
    "query",
    [
        PAGED | {GE: WEDNESDAY_11 - 14 * DAY - 1, LE: WEDNESDAY_11},
        PAGED | {GE: WEDNESDAY_11 - 15 * DAY},
        {GE: WEDNESDAY_11, "page[number]": 0, "page[size]": 101},
        {GE: WEDNESDAY_11, "page[number]": 0, "page[size]": 0},
        {GE: WEDNESDAY_11, "page[number]": -1, "page[size]": 10},
        PAGED | {GE: "yesterday"},
        PAGED | {GE: WEDNESDAY_11, "filter[orders][state]": "OLD"},
    ],
)
def test_strict_mode_refuses_what_the_rules_forbid(simulator: Simulator, query: dict[str, object]) -> None:
    assert simulator.get("orders", **query).status_code == 400


def test_exactly_fourteen_days_and_a_hundred_orders_are_allowed(simulator: Simulator) -> None:
    simulator.control("POST", "orders", {"count": 101, "kind": "pickup"})
    answer = simulator.listed(ge=WEDNESDAY_11 - 13 * DAY, le=WEDNESDAY_11 + DAY, size=100).json()
    assert len(answer["data"]) == 100
    assert answer["meta"] == {"pageCount": 2, "totalCount": 101}


def test_lenient_mode_asks_for_nothing(simulator: Simulator) -> None:
    code = simulator.make(creationDate=WEDNESDAY_11 - 60 * DAY)
    simulator.control("POST", "settings", {"strict": False})
    headers = {"X-Auth-Token": simulator.headers["X-Auth-Token"]}
    assert [order["attributes"]["code"] for order in simulator.get("orders", headers=headers).json()["data"]] == [code]


def test_a_missing_accept_header_brings_an_html_404() -> None:
    from integrations.kaspi.simulator.app import Visit
    from integrations.kaspi.simulator.http import Request
    from integrations.kaspi.simulator.world import World

    scope = {"method": "GET", "path": "/shop/api/v2/orders", "headers": [(b"host", b"kaspi.test")]}
    response = Visit(World(), Request(scope, b""), ["orders"], None).handle()
    assert (response.status, response.kind) == (404, "text/html;charset=utf-8")


def test_an_order_is_found_by_its_number_without_dates_and_pages(simulator: Simulator) -> None:
    code = simulator.make()
    answer = simulator.get("orders", **{"filter[orders][code]": code}).json()
    assert [order["id"] for order in answer["data"]] == [ids.encode(code)]
    assert answer["meta"] == {"pageCount": 1, "totalCount": 1}


def test_an_unknown_number_is_an_empty_list_with_meta(simulator: Simulator) -> None:
    answer = simulator.get("orders", **{"filter[orders][code]": "1"}).json()
    assert (answer["data"], answer["meta"]) == ([], {"pageCount": 0, "totalCount": 0})


def test_an_order_is_not_found_by_its_number_in_the_path(simulator: Simulator) -> None:
    assert simulator.get(f"orders/{simulator.make()}").status_code == 404


def test_orders_stand_by_creation_date_over_all_pages(simulator: Simulator) -> None:
    simulator.control("POST", "orders", {"orders": [{"creationDate": WEDNESDAY_11 - number} for number in range(7)]})
    pages = [simulator.codes(number=number, size=3) for number in range(4)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    dates = [simulator.attributes(code)["creationDate"] for page in pages for code in page]
    assert dates == sorted(dates)


def test_the_window_cuts_by_creation_date_on_both_sides(simulator: Simulator) -> None:
    codes = {day: simulator.make(creationDate=WEDNESDAY_11 - day * DAY) for day in (1, 2, 3)}
    found = simulator.codes(ge=WEDNESDAY_11 - 2 * DAY, le=WEDNESDAY_11 - 2 * DAY)
    assert found == [codes[2]]


@pytest.mark.parametrize(
    ("filters", "kinds"),
    [
        ({"state": "NEW"}, {"express"}),
        ({"state": "PICKUP"}, {"pickup"}),
        ({"status": "ACCEPTED_BY_MERCHANT"}, {"pickup", "own_delivery", "signature", "postomat"}),
        ({"signatureRequired": "true"}, {"signature"}),
        ({"deliveryType": "DELIVERY"}, {"own_delivery"}),
        ({"deliveryType": "PICKUP"}, {"pickup", "signature"}),
        ({"deliveryType": "KASPI_DELIVERY"}, {"express", "postomat"}),
        ({"state": "SIGN_REQUIRED", "status": "CANCELLED"}, set()),
    ],
)
def test_filters_choose_orders(simulator: Simulator, filters: dict[str, str], kinds: set[str]) -> None:
    codes = {simulator.make(kind=kind): kind for kind in ("express", "pickup", "own_delivery", "signature", "postomat")}
    for code, kind in codes.items():
        if kind != "express":
            simulator.write(code, "ACCEPTED_BY_MERCHANT")
    assert {codes[code] for code in simulator.codes(**filters)} == kinds


def test_a_page_and_its_count_follow_an_order_to_its_new_shelf(simulator: Simulator) -> None:
    code = simulator.make(kind="pickup")
    simulator.listed(state="NEW")
    simulator.write(code, "ACCEPTED_BY_MERCHANT")
    assert simulator.listed(state="NEW").json()["meta"]["totalCount"] == 0
    assert simulator.codes(state="PICKUP") == [code]


@pytest.mark.parametrize("path", ["products", "offers", "merchants", "orders/x/y/z", "orders/x/delivery"])
def test_an_unknown_path_is_an_html_404(simulator: Simulator, path: str) -> None:
    response = simulator.get(path)
    assert (response.status_code, response.headers["content-type"]) == (404, "text/html;charset=utf-8")


@pytest.mark.parametrize(
    "path", ["masterproducts", "merchantproducts", "orders/AAAA", "cities/AAAA", "pointofservices/AAAA"]
)
def test_what_does_not_exist_is_a_json_404(simulator: Simulator, path: str) -> None:
    response = simulator.get(path)
    assert response.status_code == 404
    assert title(response)


def test_a_method_kaspi_does_not_know_is_refused(simulator: Simulator) -> None:
    path = f"/shop/api/v2/orders/{ids.encode(simulator.make())}"
    assert simulator.send("PATCH", path, headers=simulator.headers).status_code == 405


def test_an_order_that_is_not_visible_yet_is_nowhere(simulator: Simulator) -> None:
    code = simulator.make(visible_in_seconds=3600)
    assert simulator.codes() == []
    assert simulator.get(f"orders/{ids.encode(code)}").status_code == 404
    simulator.advance(hours=1)
    assert simulator.codes(state="NEW") == [code]
