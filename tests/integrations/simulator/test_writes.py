"""Each write from each state, what it answers, what it changes, and what the log says (kaspi-api §2.6, §4)."""

import pytest

from integrations.kaspi.simulator import ids
from integrations.kaspi.simulator.rules import CANCEL_REASONS, WRITES

from .conftest import Simulator

ACCEPT, CANCEL, COMPLETE = "ACCEPTED_BY_MERCHANT", "CANCELLED", "COMPLETED"
ASSEMBLE, ARRIVED, BACK = "ASSEMBLE", "ARRIVED", "ARRIVED_BACKWARD"

# place -> how an order gets there: its kind, then deeds of the control door and accepted writes
PLACES: dict[str, tuple[str, tuple[str, ...]]] = {
    "new": ("pickup", ()),
    "new pre-order": ("pre_order", ()),
    "to sign": ("signature", (ACCEPT,)),
    "pickup": ("pickup", (ACCEPT,)),
    "own delivery": ("own_delivery", (ACCEPT,)),
    "pre-order": ("pre_order", (ACCEPT,)),
    "to pack": ("kaspi_delivery", (ACCEPT,)),
    "to hand over": ("postomat", (ACCEPT, ASSEMBLE)),
    "on the way": ("postomat", (ACCEPT, ASSEMBLE, "courier_collects")),
    "coming back": ("postomat", (ACCEPT, ASSEMBLE, "courier_collects", "refused")),
    "completed": ("postomat", (ACCEPT, ASSEMBLE, "courier_collects", "delivered")),
    "return asked": ("postomat", (ACCEPT, ASSEMBLE, "courier_collects", "delivered", "return_requested")),
    "return taken": ("postomat", (ACCEPT, ASSEMBLE, "courier_collects", "delivered", "return_requested", BACK)),
    "returned": (
        "postomat",
        (ACCEPT, ASSEMBLE, "courier_collects", "delivered", "return_requested", BACK, "return_decided"),
    ),
    "cancelled": ("pickup", ("buyer_cancels",)),
}
# write -> place -> where the order stands afterwards; what is not named is refused and changes nothing
KASPI, ARCHIVE = "KASPI_DELIVERY", "ARCHIVE"
OPEN = ("new", "new pre-order", "to sign", "pickup", "own delivery", "pre-order", "to pack", "to hand over")
ALLOWED: dict[str, dict[str, tuple[str, str]]] = {
    ACCEPT: {"new": ("PICKUP", ACCEPT), "new pre-order": (KASPI, ACCEPT)},
    CANCEL: dict.fromkeys(OPEN, (ARCHIVE, CANCEL)),
    ASSEMBLE: {"to pack": (KASPI, ACCEPT)},
    COMPLETE: {"pickup": ("PICKUP", ACCEPT), "own delivery": ("DELIVERY", ACCEPT)},  # the first of two steps
    ARRIVED: {"pre-order": (KASPI, ACCEPT)},
    BACK: {"coming back": (ARCHIVE, CANCEL), "return asked": (KASPI, "RETURN_ACCEPTED_BY_MERCHANT")},
}


def stand(simulator: Simulator, place: str) -> str:
    """An order walked to a place by real steps; its number."""
    kind, steps = PLACES[place]
    code = simulator.make(kind=kind)
    for step in steps:
        if step in WRITES:
            assert simulator.write(code, step).status_code == 200
        else:
            simulator.control("POST", f"orders/{code}", {"do": step})
    return code


def try_write(simulator: Simulator, code: str, write: str) -> int:
    extra = {CANCEL: {"cancellationReason": "BUYER_NOT_REACHABLE"}, ASSEMBLE: {"numberOfSpace": "1"}}.get(write, {})
    headers = {"X-Send-Code": "true", "X-Security-Code": ""} if write == COMPLETE else {}
    return simulator.write(code, write, headers=headers, **extra).status_code


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("write", ALLOWED)
def test_a_write_is_taken_from_its_states_only(simulator: Simulator, write: str, place: str) -> None:
    code = stand(simulator, place)
    before = simulator.attributes(code)
    status = try_write(simulator, code, write)
    if place in ALLOWED[write]:
        assert (status, simulator.where(code)) == (200, ALLOWED[write][place])
    else:
        assert (status, simulator.attributes(code)) == (400, before)


def test_the_table_speaks_of_every_write() -> None:
    assert set(ALLOWED) == set(WRITES)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("pickup", "PICKUP"),
        ("own_delivery", "DELIVERY"),
        ("signature", "SIGN_REQUIRED"),
        ("kaspi_delivery", KASPI),
        ("postomat", KASPI),
        ("express", KASPI),
        ("pre_order", KASPI),
    ],
)
def test_an_accepted_order_goes_to_the_shelf_of_its_kind(simulator: Simulator, kind: str, state: str) -> None:
    code = simulator.make(kind=kind)
    simulator.write(code, ACCEPT)
    assert simulator.where(code) == (state, ACCEPT)


def test_a_second_accept_is_refused_and_stands_in_the_log(simulator: Simulator) -> None:
    code = simulator.make(kind="pickup")
    assert [simulator.write(code, ACCEPT).status_code for _ in range(2)] == [200, 400]
    assert [(write["applied"], write["answer"]) for write in simulator.log(f"?code={code}")] == [
        (True, 200),
        (False, 400),
    ]


def test_an_accept_without_the_code_works(simulator: Simulator) -> None:
    code = simulator.make(kind="pickup")
    assert simulator.write(code, ACCEPT, code=None).status_code == 200


def test_a_code_that_is_not_of_this_order_is_refused(simulator: Simulator) -> None:
    assert simulator.write(simulator.make(), ACCEPT, code="1").status_code == 400


# Cancelling


@pytest.mark.parametrize("reason", CANCEL_REASONS)
def test_a_cancel_shows_its_reason_on_the_read_side(simulator: Simulator, reason: str) -> None:
    code = simulator.make()
    echo = simulator.write(code, CANCEL, cancellationReason=reason, cancellationComment="нет на складе").json()
    assert echo["data"]["attributes"] == {"status": CANCEL, "cancellationReason": reason}
    assert simulator.attributes(code)["cancellationReason"] == reason


@pytest.mark.parametrize(
    "attributes", [{}, {"cancellationReason": "NO_DELIVERY_TO_REGION"}, {"cancellationReason": "TIMEOUT_BUYER_PICKUP"}]
)
def test_a_cancel_needs_one_of_the_three_reasons(simulator: Simulator, attributes: dict[str, str]) -> None:
    code = simulator.make()
    assert simulator.write(code, CANCEL, **attributes).status_code == 400
    assert simulator.where(code) == ("NEW", "APPROVED_BY_BANK")


def test_a_comment_of_more_than_a_thousand_characters_is_refused(simulator: Simulator) -> None:
    code = simulator.make()
    answers = [
        simulator.write(code, CANCEL, cancellationReason="BUYER_NOT_REACHABLE", cancellationComment="я" * n).status_code
        for n in (1001, 1000)
    ]
    assert answers == [400, 200]


# Packing


def test_a_waybill_appears_seconds_after_packing(simulator: Simulator) -> None:
    code = stand(simulator, "to pack")
    echo = simulator.write(code, ASSEMBLE, code=None, numberOfSpace="2").json()
    assert echo["data"]["attributes"] == {"numberOfSpace": 2, "status": ASSEMBLE}
    first = simulator.attributes(code)
    assert (first["assembled"], first["kaspiDelivery"]["waybill"]) == (True, None)
    simulator.advance(minutes=1)
    later = simulator.attributes(code)["kaspiDelivery"]
    assert later["waybill"] == f"http://kaspi.test/shop/api/waybill/{code}"
    assert len(later["waybillNumber"]) == 8


@pytest.mark.parametrize(
    ("places", "answer"), [("2", 200), (3, 200), ("0", 400), ("-1", 400), ("two", 400), (True, 400), (101, 400)]
)
def test_the_number_of_places_is_a_text_or_a_number_from_one_to_a_hundred(
    simulator: Simulator, places: object, answer: int
) -> None:
    assert simulator.write(stand(simulator, "to pack"), ASSEMBLE, numberOfSpace=places).status_code == answer


# Completing in two steps


def code_of(simulator: Simulator, order: str) -> str | None:
    code: str | None = simulator.control("GET", f"orders/{order}")["security_code"]
    return code


def test_the_first_step_sends_a_code_and_changes_nothing(simulator: Simulator) -> None:
    code = stand(simulator, "pickup")
    before = simulator.attributes(code)
    echo = simulator.write(code, COMPLETE, headers={"X-Send-Code": "true", "X-Security-Code": ""})
    assert echo.json()["data"]["attributes"] == {"code": code, "status": COMPLETE}
    assert simulator.attributes(code) == before
    assert len(code_of(simulator, code) or "") == 4
    assert [(w["step"], w["applied"], w["answer"]) for w in simulator.log("?status=COMPLETED")] == [
        ("send_code", False, 200)
    ]


def test_the_right_code_completes_the_order(simulator: Simulator) -> None:
    code = stand(simulator, "own delivery")
    simulator.write(code, COMPLETE, headers={"X-Send-Code": "true"})
    answer = simulator.write(code, COMPLETE, headers={"X-Security-Code": code_of(simulator, code)})
    assert answer.status_code == 200
    assert simulator.where(code) == (ARCHIVE, COMPLETE)
    assert simulator.attributes(code)["completionDate"] == simulator.world.clock.now()


def test_a_wrong_code_is_refused_in_kaspis_words(simulator: Simulator) -> None:
    code = stand(simulator, "pickup")
    simulator.write(code, COMPLETE, headers={"X-Send-Code": "true"})
    wrong = "0000" if code_of(simulator, code) != "0000" else "0001"
    answer = simulator.write(code, COMPLETE, headers={"X-Send-Code": "true", "X-Security-Code": wrong})
    assert answer.json() == {
        "errors": [{"title": "Security code is not valid. And the order cannot be completed without it"}]
    }
    assert simulator.where(code) == ("PICKUP", ACCEPT)


def test_no_code_can_be_right_before_one_was_asked_for(simulator: Simulator) -> None:
    code = stand(simulator, "pickup")
    assert [
        simulator.write(code, COMPLETE, headers={"X-Security-Code": "1234"}).status_code,
        simulator.write(code, COMPLETE).status_code,
    ] == [400, 400]


@pytest.mark.parametrize(
    ("place", "title"),
    [
        ("cancelled", "Order is cancelled, so it can't be completed."),
        ("completed", "Order already has been completed, so it can't be completed again."),
        ("to sign", "Order is not may complete allowed"),
    ],
)
def test_a_completion_that_cannot_be_is_refused_in_kaspis_words(simulator: Simulator, place: str, title: str) -> None:
    answer = simulator.write(stand(simulator, place), COMPLETE, headers={"X-Send-Code": "true"})
    assert (answer.status_code, answer.json()["errors"][0]["title"]) == (400, title)


# Bodies


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"data":null}', b'{"data":{"type":"users","id":"x"}}', b'{"data":{"type":"orders","id":"x"}}',
     b'{"data":{"type":"orders","id":"x","attributes":{"status":7}}}'],
)  # fmt: skip
def test_a_body_that_is_no_write_is_refused_and_logged(simulator: Simulator, body: bytes) -> None:
    answer = simulator.send("POST", "/shop/api/v2/orders", content=body, headers=simulator.headers)
    assert answer.status_code == 400
    assert [(write["applied"], write["answer"]) for write in simulator.log()] == [(False, 400)]


def test_an_order_of_another_shop_does_not_exist(simulator: Simulator) -> None:
    code = simulator.make(merchant="30000009")
    assert simulator.write(code, ACCEPT).status_code == 404


def test_an_unknown_status_is_refused(simulator: Simulator) -> None:
    assert simulator.write(simulator.make(), "TELEPORT").status_code == 400


# Lines of an order


TWO_LINES = [{"sku": "A1", "quantity": 3, "price": 1000}, {"sku": "A2", "quantity": 1, "price": 500}]


def reduce(simulator: Simulator, code: str, *, entry: int, left: object, reason: str = "MERCHANT_OUT_OF_STOCK") -> int:
    related = {"entry": {"data": {"type": "orderentries", "id": ids.encode(f"{code}##{entry}")}}}
    attributes = {"notes": "мало", "remainedQuantity": left, "reason": reason}
    body = {"data": {"type": "orderEntryCancelOperation", "attributes": attributes, "relationships": related}}
    response = simulator.send("POST", "/shop/api/v2/orderEntryCancelOperation", json=body, headers=simulator.headers)
    return response.status_code


def test_a_line_is_reduced_or_removed_and_the_total_follows(simulator: Simulator) -> None:
    code = simulator.make(kind="pickup", entries=TWO_LINES)
    assert [reduce(simulator, code, entry=0, left=1), reduce(simulator, code, entry=1, left=0)] == [200, 200]
    assert simulator.attributes(code)["totalPrice"] == 1000.0
    entries = simulator.get(f"orders/{ids.encode(code)}/entries").json()["data"]
    assert [(entry["attributes"]["offer"]["code"], entry["attributes"]["quantity"]) for entry in entries] == [("A1", 1)]


@pytest.mark.parametrize(
    ("left", "reason"),
    [(4, "MERCHANT_OUT_OF_STOCK"), (-1, "MERCHANT_OUT_OF_STOCK"), ("1", "MERCHANT_OUT_OF_STOCK"), (1, "LAZY")],
)
def test_a_line_cannot_grow_and_needs_a_reason(simulator: Simulator, left: object, reason: str) -> None:
    code = simulator.make(kind="pickup", entries=TWO_LINES)
    assert reduce(simulator, code, entry=0, left=left, reason=reason) == 400


def test_the_answer_to_a_removal_says_in_progress(simulator: Simulator) -> None:
    code = simulator.make(kind="pickup", entries=TWO_LINES)
    related = {"entry": {"data": {"type": "orderentries", "id": ids.encode(f"{code}##0")}}}
    attributes = {"notes": "", "remainedQuantity": 2, "reason": "BUYER_NOT_REACHABLE"}
    body = {"data": {"type": "orderEntryCancelOperation", "attributes": attributes, "relationships": related}}
    answer = simulator.send(
        "POST", "/shop/api/v2/orderEntryCancelOperation", json=body, headers=simulator.headers
    ).json()
    assert answer["data"]["attributes"] == {"remainedWeight": 0.0, "remainedQuantity": 2, "status": "INPROGRESS"}
    assert answer["data"]["relationships"]["entry"]["data"] is None


def test_a_partial_cancel_takes_a_bare_list_on_the_old_base(simulator: Simulator) -> None:
    code = simulator.make(kind="pickup", entries=TWO_LINES)
    item = {
        "entry": {"id": ids.encode(f"{code}##0")},
        "remainedWeight": 950,
        "remainedQuantity": 2,
        "reason": "PRODUCT_UNDERWEIGHT",
        "notes": "x",
    }
    answer = simulator.send(
        "PUT", f"/shop/api/orderPartialCancel/{ids.encode(code)}", json=[item], headers=simulator.headers
    )
    assert (answer.status_code, answer.json()["status"]) == (200, "INPROGRESS")
    assert set(answer.json()["orderCancelEntries"][0]) == {"id", "notes", "entry", "remainedQuantity", "remainedWeight"}
    assert simulator.attributes(code)["totalPrice"] == 2500.0


def test_imei_are_set_and_read_back(simulator: Simulator) -> None:
    code = simulator.make(kind="pickup", entries=[{"sku": "TLP-X5-256-GR", "quantity": 1}])
    assert simulator.attributes(code)["isImeiRequired"] is True
    related = {"entry": {"data": {"type": "orderentries", "id": ids.encode(f"{code}##0")}}}
    imei = ["350000000000001", "350000000000002"]
    body = {
        "data": {"type": "orderEntryImeiOperation", "attributes": {"items": [{"imei": imei}]}, "relationships": related}
    }
    answer = simulator.send("POST", "/shop/api/v2/orderEntryImeiOperation", json=body, headers=simulator.headers)
    assert answer.json()["data"]["attributes"] == {"status": "SUCCESSFUL"}
    shown = simulator.get(f"orders/{ids.encode(code)}/imei").json()["data"]
    assert (shown["type"], shown["attributes"]["entries"][0]["items"]) == (
        "orderimeis",
        [{"itemNumber": 1, "imei": imei}],
    )
