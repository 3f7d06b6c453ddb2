import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.kaspi import jsonapi, parse
from integrations.kaspi.errors import NoInformation
from integrations.kaspi.facts import Faulty, KaspiOrder, OrderPage, PhoneState
from tests.integrations.kaspi_client.conversation import sample

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def order_with(**attributes: Any) -> Any:
    resource = copy.deepcopy(sample("orders")["data"][0])
    resource["attributes"].update(attributes)
    return resource


def page_of(*resources: Any, included: Any = (), **meta: Any) -> OrderPage:
    counts = {"pageCount": 1, "totalCount": len(resources)} | meta
    document = {"data": list(resources), "included": list(included), "meta": counts}
    return parse.order_page(jsonapi.decode(json.dumps(document).encode()), page=0, size=100, requested_at=NOW)


def read(resource: Any, included: Any = ()) -> KaspiOrder:
    (order,) = page_of(resource, included=included).orders
    return order


def faulty(resource: Any) -> Faulty:
    (found,) = page_of(resource).faulty
    return found


@pytest.mark.parametrize(
    ("written", "phone", "state"),
    [
        ("7011234567", "+77011234567", PhoneState.REAL),
        ("77011234567", "+77011234567", PhoneState.REAL),
        ("87011234567", "+77011234567", PhoneState.REAL),
        ("+77011234567", "+77011234567", PhoneState.REAL),
        ("+7 (701) 123-45-67", "+77011234567", PhoneState.REAL),
        ("8 701 123 45 67", "+77011234567", PhoneState.REAL),
        (7011234567, "+77011234567", PhoneState.REAL),
        ("7777777777", "+77777777777", PhoneState.REAL),
        ("+0(000)-000-00-00", "", PhoneState.MASKED),
        ("0000000000", "", PhoneState.MASKED),
        ("+7(000)-000-00-00", "", PhoneState.MASKED),
        ("+7 (7**) ***-**-67", "", PhoneState.MASKED),
        ("", "", PhoneState.ABSENT),
        (None, "", PhoneState.ABSENT),
        (True, "", PhoneState.ABSENT),
        ({"number": "7011234567"}, "", PhoneState.ABSENT),
        ("позвоните мне", "", PhoneState.ABSENT),
        ("701123456", "", PhoneState.ABSENT),
        ("+8 701 123 45 67", "", PhoneState.ABSENT),
        ("+1 202 555 0123", "", PhoneState.ABSENT),
        ("0111234567", "", PhoneState.ABSENT),
        ("7" * 40, "", PhoneState.ABSENT),
        ("٧٠١١٢٣٤٥٦٧", "", PhoneState.ABSENT),
    ],
)
def test_a_phone_is_real_masked_or_absent(written: Any, phone: str, state: PhoneState) -> None:
    assert parse.phone(written) == (phone, state)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), -1, 10**12, 1e308, 10**450, "много", [], {}, True, "NaN", "1e5", ""]
)
def test_money_outside_its_bounds_parks_the_order(value: Any) -> None:
    assert faulty(order_with(totalPrice=value)).problem == "Поле totalPrice: ожидалась сумма в тенге."


@pytest.mark.parametrize(
    ("value", "money"),
    [(0, "0.00"), (-0.0, "0.00"), (0.1, "0.10"), (24990.005, "24990.01"), ("1455.0", "1455.00"), (None, "None")],
)
def test_money_has_two_places(value: Any, money: str) -> None:
    assert str(read(order_with(totalPrice=value)).total_price) == money


@pytest.mark.parametrize("value", [0, -1, 1420070399999, 4102444800000, 10**30, 1.5, "вчера", [], True, float("nan")])
def test_a_moment_outside_2015_to_2100_parks_the_order(value: Any) -> None:
    assert "plannedDeliveryDate" in faulty(order_with(plannedDeliveryDate=value)).problem


@pytest.mark.parametrize("value", [1420070400000, 1420070400000.0, "1420070400000"])
def test_a_moment_is_read_from_each_spelling_of_milliseconds(value: Any) -> None:
    assert read(order_with(plannedDeliveryDate=value)).planned_delivery_at == datetime(2015, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, "", {}, [], True, "x" * 65, "71 23", float("nan")])
def test_an_order_without_a_code_is_parked(value: Any) -> None:
    assert "code" in faulty(order_with(code=value)).problem


@pytest.mark.parametrize("value", [None, "", {}, [], True])
def test_an_order_without_a_state_is_still_an_order(value: Any) -> None:
    order = read(order_with(state=value, status=value))
    assert (order.code, order.state, order.status) == ("712345678", "", "")


@pytest.mark.parametrize("name", ["state", "status"])
def test_a_state_longer_than_any_word_parks_the_order(name: str) -> None:
    assert name in faulty(order_with(**{name: "x" * 65})).problem


def test_an_unknown_state_is_stored_as_it_came() -> None:
    order = read(order_with(state="DRONE_DELIVERY", status="FLYING", deliveryMode="BY_DRONE"))
    assert (order.state, order.status, order.delivery_mode) == ("DRONE_DELIVERY", "FLYING", "BY_DRONE")


def test_a_bad_order_does_not_stop_its_neighbours() -> None:
    page = page_of(order_with(code="1"), order_with(code="2", totalPrice="даром"), "не заказ", order_with(code="3"))
    assert [order.code for order in page.orders] == ["1", "3"]
    assert [(bad.code, bad.kaspi_id) for bad in page.faulty] == [("2", "NzEyMzQ1Njc4"), ("", "")]


def test_the_text_of_a_parked_order_is_bounded() -> None:
    bad = faulty(order_with(totalPrice=-1, note="я" * 100_000))
    assert 64_000 < len(bad.raw_text.encode()) <= 64 * 1024


def test_the_nested_spelling_of_the_delivery_wins() -> None:
    flat = {"waybillNumber": "flat", "express": False, "courierTransmissionDate": 1767279600000}
    order = read(order_with(**flat, kaspiDelivery={"waybillNumber": "nested", "express": True}))
    assert (order.waybill_number, order.express) == ("nested", True)
    assert order.courier_handed_at == datetime(2026, 1, 1, 15, 0, tzinfo=UTC)


def test_the_flat_spelling_of_the_delivery_is_understood() -> None:
    order = read(
        order_with(kaspiDelivery=None, waybill="https://kaspi.kz/w", firstMileCourier="Ержан", returnedToWarehouse=True)
    )
    assert (order.waybill_url, order.first_mile_courier, order.returned_to_warehouse) == (
        "https://kaspi.kz/w",
        "Ержан",
        True,
    )


def test_a_user_sent_along_fills_what_the_order_lacks() -> None:
    user = {"type": "customers", "id": "NzAxMTIzNDU2Nw", "attributes": {"lastName": "Серик", "cellPhone": "7011234567"}}
    masked = {"id": "NzAxMTIzNDU2Nw", "firstName": "Айгуль", "lastName": None, "cellPhone": "+0(000)-000-00-00"}
    buyer = read(order_with(customer=masked), [user]).buyer
    assert (buyer.first_name, buyer.last_name, buyer.phone) == ("Айгуль", "Серик", "+77011234567")


def test_a_trusted_recipient_is_read_beside_the_buyer() -> None:
    recipient = read(order_with(recipient={"firstName": "Данияр", "cellPhone": "87770000001"})).recipient
    assert recipient is not None
    assert (recipient.first_name, recipient.phone) == ("Данияр", "+77770000001")


def linked_order(*entry_ids: str) -> Any:
    resource = order_with()
    resource["relationships"]["entries"]["data"] = [{"type": "orderentries", "id": one} for one in entry_ids]
    return resource


def test_entries_sent_along_belong_to_their_order() -> None:
    (line,) = sample("entries")["data"]
    order = read(linked_order(line["id"]), [line])
    assert order.entries is not None
    assert [entry.sku for entry in order.entries] == ["A100"]


def test_half_of_the_entries_counts_as_none() -> None:
    (line,) = sample("entries")["data"]
    assert read(linked_order(line["id"], "b3RoZXI"), [line]).entries is None


def test_an_entry_that_cannot_be_read_leaves_the_order_standing() -> None:
    (line,) = sample("entries")["data"]
    line["attributes"]["quantity"] = -2
    assert read(linked_order(line["id"]), [line]).entries is None


def test_an_empty_page_with_a_count_is_no_information() -> None:
    with pytest.raises(NoInformation):
        page_of(totalCount=7)


def test_an_empty_page_behind_the_last_is_an_answer() -> None:
    document = {"data": [], "meta": {"pageCount": 1, "totalCount": 100}}
    assert parse.order_page(document, page=1, size=100, requested_at=NOW).orders == ()


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"data": None, "meta": {"pageCount": 0, "totalCount": 0}},
        {"data": {}, "meta": {"pageCount": 0, "totalCount": 0}},
        {"data": []},
        {"data": [], "meta": []},
        {"data": [], "meta": {"pageCount": 0, "totalCount": "0"}},
        {"data": [], "meta": {"pageCount": 0, "totalCount": -1}},
        {"data": [], "meta": {"pageCount": True, "totalCount": 0}},
    ],
)
def test_a_page_of_the_wrong_shape_is_no_information(document: Any) -> None:
    with pytest.raises(NoInformation):
        parse.order_page(document, page=0, size=100, requested_at=NOW)


@pytest.mark.parametrize("cut", [True, False])
def test_neither_repr_nor_problem_shows_a_phone(cut: bool) -> None:
    resource = order_with(totalPrice="x") if cut else order_with(phoneAlias="+ 7 (701) 123-45-67,1234567890")
    page = page_of(resource)
    assert "7011234567" not in repr(page) and "701) 123" not in repr(page) and "NzAxMTIzNDU2Nw" not in repr(page)


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["+0(000)", "NaN", "1e9"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places_in(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for name, item in items for place in places_in(item, (*at, name)))]


def with_value(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    changed = copy.copy(document)
    changed[place[0]] = with_value(changed[place[0]], place[1:], value)
    return changed


READERS = {
    "orders": lambda document: parse.order_page(document, page=0, size=100, requested_at=NOW),
    "entries": parse.entries,
    "master_product": lambda document: parse.master_product(jsonapi.resource(document)),
    "merchant_product": lambda document: parse.merchant_product(jsonapi.resource(document)),
    "point": lambda document: parse.point(jsonapi.resource(document)),
    "city": lambda document: parse.city(jsonapi.resource(document)),
    "accept_echo": parse.echoed_id,
}


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from(sorted(READERS)), data=st.data())
def test_a_spoilt_document_is_parked_or_says_nothing(name: str, data: st.DataObject) -> None:
    document = sample(name)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(places_in(document)))
        document = with_value(document, place, data.draw(ANY_JSON))
    try:
        facts: Any = READERS[name](jsonapi.decode(json.dumps(document).encode()))
    except NoInformation:
        return
    assert json.dumps(repr(facts))


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_decode_or_say_nothing(body: bytes) -> None:
    try:
        assert isinstance(jsonapi.decode(body), dict)
    except NoInformation as error:
        assert error.for_log


@settings(max_examples=200, deadline=None)
@given(cut=st.integers(0, 2000))
def test_a_cut_off_page_is_never_an_answer(cut: int) -> None:
    whole = json.dumps(sample("orders")).encode()
    with pytest.raises(NoInformation):
        jsonapi.decode(whole[: min(cut, len(whole) - 1)])
