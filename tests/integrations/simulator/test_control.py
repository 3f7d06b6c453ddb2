"""The control door: making, changing and showing what the simulated Kaspi knows."""

import pytest

from integrations.kaspi.simulator.clock import MINUTE

from .conftest import WEDNESDAY_11, Simulator


def test_orders_are_made_by_number_or_by_description(simulator: Simulator) -> None:
    made = simulator.control("POST", "orders", {"count": 3, "kind": "pickup", "point": "PP2"})
    assert len(made["codes"]) == len(made["ids"]) == 3
    assert {order["point"] for order in made["orders"]} == {"PP2"}


def test_a_lenient_simulator_stays_lenient_over_a_reset(simulator: Simulator) -> None:
    simulator.control("POST", "settings", {"strict": False, "hide_offer": True})
    simulator.control("POST", "reset", {"scenario": "empty"})
    settings = simulator.control("GET", "settings")
    assert (settings["strict"], settings["hide_offer"]) == (False, False)


def test_numbers_never_repeat_over_a_reset(simulator: Simulator) -> None:
    before = {simulator.make() for _ in range(5)}
    simulator.control("POST", "reset", {"merchants": [{"uid": "30000001"}]})
    assert not before & {simulator.make() for _ in range(5)}


def test_an_order_is_made_as_described(simulator: Simulator) -> None:
    code = simulator.make(
        kind="own_delivery", point="PP2", approved_minutes_ago=30, paymentMode="PAY_WITH_CREDIT", creditTerm=12,
        customer={"firstName": "Ольга", "lastName": "К", "cellPhone": "7775554021"},
        entries=[{"sku": "A100", "name": "Чайник", "quantity": 2, "price": 1500}],
    )  # fmt: skip
    shown = simulator.attributes(code)
    assert (shown["totalPrice"], shown["creditTerm"], shown["pickupPointId"]) == (3000.0, 12, "30000001_PP2")
    assert (shown["approvedByBankDate"], shown["customer"]["firstName"]) == (WEDNESDAY_11 - 30 * MINUTE, "Ольга")


def test_an_attribute_nobody_knows_is_shown_as_given(simulator: Simulator) -> None:
    code = simulator.make(brandNew={"a": 1}, state="TELEPORT", status="SENT")
    shown = simulator.control("GET", f"orders/{code}")["attributes"]
    assert (shown["brandNew"], shown["state"], shown["status"]) == ({"a": 1}, "TELEPORT", "SENT")


def test_any_attribute_can_be_changed_later(simulator: Simulator) -> None:
    code = simulator.make(kind="pickup")
    simulator.control(
        "PATCH", f"orders/{code}", {"totalPrice": 1.0, "state": "PICKUP", "status": "ACCEPTED_BY_MERCHANT"}
    )
    assert simulator.codes(state="PICKUP") == [code]
    assert simulator.attributes(code)["totalPrice"] == 1.0


def test_the_lines_and_the_point_of_an_order_can_be_changed(simulator: Simulator) -> None:
    code = simulator.make(point="PP1")
    simulator.control(
        "PATCH", f"orders/{code}", {"point": "PP2", "entries": [{"sku": "A1", "quantity": 3, "price": 100}]}
    )
    shown = simulator.attributes(code)
    assert (shown["totalPrice"], shown["pickupPointId"]) == (300.0, "30000001_PP2")


def test_a_deed_that_cannot_be_is_refused_with_a_sentence(simulator: Simulator) -> None:
    code = simulator.make()
    answer = simulator.control("POST", f"orders/{code}", {"do": "delivered"}, expect=400)
    assert answer["error"] == "do: delivered is not possible from NEW/APPROVED_BY_BANK"


def test_kaspi_accepts_by_itself(simulator: Simulator) -> None:
    code = simulator.make(kind="pickup")
    simulator.control("POST", f"orders/{code}", {"do": "kaspi_accepts"})
    assert simulator.where(code) == ("PICKUP", "ACCEPTED_BY_MERCHANT")
    assert simulator.log() == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("orders", []),
        ("orders", {"count": 0}),
        ("orders", {"count": 10**9}),
        ("orders", {"orders": [7]}),
        ("orders", {"orders": [{"kind": "teleport"}]}),
        ("orders", {"orders": [{"entries": []}]}),
        ("orders", {"orders": [{"entries": [{"sku": 7}]}]}),
        ("orders", {"orders": [{"entries": [{"sku": "A", "quantity": 0}]}]}),
        ("orders", {"orders": [{"creationDate": "today"}]}),
        ("orders", {"orders": [{"isKaspiDelivery": None}]}),
        ("orders", {"orders": [{"customer": "Ольга"}]}),
        ("orders", {"orders": [{"approved_minutes_ago": -1}]}),
        ("orders", {"orders": [{"merchant": 7}]}),
        ("advance", {}),
        ("advance", {"seconds": "1"}),
        ("settings", {"colour": "red"}),
        ("settings", {"strict": 1}),
        ("settings", {"latency_ms": -1}),
        ("merchants", {}),
        ("merchants", {"uid": "1", "token": "short"}),
        ("merchants", {"uid": "1", "points": [7]}),
        ("merchants", {"uid": "1", "points": [{"code": "PP1", "city": "1"}]}),
        ("merchants", {"uid": "1", "schedule": {"mon": "always"}}),
        ("reset", {"scenario": "paradise"}),
        ("reset", {"merchants": {}}),
    ],
)
def test_a_body_that_makes_no_sense_is_refused_with_a_sentence(simulator: Simulator, path: str, body: object) -> None:
    assert simulator.control("POST", path, body, expect=400)["error"]


def test_a_body_that_is_no_json_is_refused(simulator: Simulator) -> None:
    response = simulator.send("POST", "/_control/orders", content=b"{")
    assert (response.status_code, response.json()) == (400, {"error": "the body is not JSON"})


def test_a_refused_batch_leaves_nothing_behind(simulator: Simulator) -> None:
    simulator.control("POST", "orders", {"orders": [{}, {"kind": "teleport"}]}, expect=400)
    assert simulator.control("GET", "state")["orders"] == 0


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "orders/1"), ("POST", "orders/1"), ("GET", "nothing"), ("PUT", "log")]
)
def test_what_is_unknown_is_a_404(simulator: Simulator, method: str, path: str) -> None:
    assert simulator.control(method, path, {} if method == "POST" else None, expect=404)["error"]


def test_the_log_is_filtered_by_code_and_status(simulator: Simulator) -> None:
    first, second = simulator.make(kind="pickup"), simulator.make(kind="pickup")
    simulator.write(first, "ACCEPTED_BY_MERCHANT")
    simulator.write(second, "CANCELLED", cancellationReason="MERCHANT_OUT_OF_STOCK")
    assert [write["status"] for write in simulator.log(f"?code={first}")] == ["ACCEPTED_BY_MERCHANT"]
    assert [(write["code"], write["reason"]) for write in simulator.log("?status=CANCELLED")] == [
        (second, "MERCHANT_OUT_OF_STOCK")
    ]
    assert [write["n"] for write in simulator.log("?since=1")] == [2]


def test_the_state_counts_orders_by_merchant_and_state(simulator: Simulator) -> None:
    simulator.make(kind="pickup")
    simulator.write(simulator.make(kind="pickup"), "ACCEPTED_BY_MERCHANT")
    assert simulator.control("GET", "state")["merchants"]["30000001"]["states"] == {"NEW": 1, "PICKUP": 1}


def test_a_reset_brings_the_merchants_that_were_asked_for(simulator: Simulator) -> None:
    simulator.make()
    simulator.advance(hours=1)
    shops = [{"uid": "5", "name": "Пять", "points": ["PP1", {"code": "PP2", "name": "Склад", "city": "710000000"}]}]
    state = simulator.control("POST", "reset", {"merchants": shops})
    assert (state["orders"], state["offset_seconds"], state["scenario"]) == (0, 0, "empty")
    assert state["merchants"] == {"5": {"name": "Пять", "points": ["PP1", "PP2"], "orders": 0, "states": {}}}
