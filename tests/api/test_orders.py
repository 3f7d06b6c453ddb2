"""Orders as the API tells them: what is in them, who sees what, which filters there are."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orders import actions
from orders.lifecycle import Stage
from staff import middleware
from staff.access import Actor
from staff.standing import KeyStanding
from tests.api.asking import everything, get, program_with, with_entries
from tests.cast import Cast, Person


def codes(rows: list[dict[str, Any]]) -> list[str]:
    return [row["code"] for row in rows]


def test_an_order_is_found_by_its_id_and_by_its_code(cast: Cast) -> None:
    order, program = cast.place(), cast.alma.program()
    by_id = get(program, f"orders/{order.public_id}")
    by_code = get(program, f"orders/{order.code}")
    assert by_id.status == 200
    assert by_id.body == by_code.body
    assert by_id.body["id"] == str(order.public_id)
    assert by_id.body["code"] == order.code


def test_an_order_tells_its_shop_shelf_and_what_kaspi_calls_it(cast: Cast) -> None:
    order = cast.place(Stage.KD_PACKING)
    told = get(cast.alma.program(), f"orders/{order.code}").body
    where = {name: told[name] for name in ("shop", "point", "shelf", "stage", "kaspi_state", "kaspi_status")}
    assert where == {
        "shop": "alma-tech",
        "point": "PP1",
        "shelf": "kaspi_delivery",
        "stage": "kd_packing",
        "kaspi_state": "KASPI_DELIVERY",
        "kaspi_status": "ACCEPTED_BY_MERCHANT",
    }


def test_money_is_a_number_of_tenge_and_entries_add_up_to_it(cast: Cast) -> None:
    order = with_entries(cast, cast.place(entries=[{"sku": "SKU-1", "quantity": 2, "price": 12500}]))
    told = get(cast.alma.program(), f"orders/{order.code}").body
    assert told["total_price"] == int(order.total_price)
    assert isinstance(told["total_price"], int)
    assert sum(entry["total_price"] for entry in told["entries"]) == told["total_price"]
    assert [(entry["sku"], entry["quantity"]) for entry in told["entries"]] == [("SKU-1", 2)]


def test_the_single_order_and_its_row_in_the_list_are_the_same(cast: Cast) -> None:
    order, program = cast.place(Stage.PICKUP), cast.alma.program()
    (row,) = get(program, "orders").body["results"]
    assert row == get(program, f"orders/{order.code}").body


@pytest.mark.parametrize("stage", [Stage.NEW, Stage.PICKUP, Stage.KD_PREORDER, Stage.KD_RETURNING, Stage.COMPLETED])
def test_the_actions_of_an_order_are_those_the_rules_allow(cast: Cast, stage: Stage) -> None:
    order = cast.place(stage)
    told = get(cast.alma.program(), f"orders/{order.code}").body
    with cast.alma.scope():
        allowed = actions.allowed(order, by=cast.alma.key_actor)
    assert told["actions"] == [kind.replace("_", "-") for kind in allowed]


def test_a_key_that_may_only_read_is_offered_no_actions(cast: Cast) -> None:
    order = cast.place()
    assert get(program_with(cast.alma, "orders:read"), f"orders/{order.code}").body["actions"] == []


def test_a_buyers_phone_needs_the_right_to_see_buyers(cast: Cast) -> None:
    order = cast.place(customer={"first": "Асель", "last": "Н", "phone": "7011234567"})
    seen = get(program_with(cast.alma, "orders:read"), f"orders/{order.code}").body
    hidden = get(program_with(cast.alma, "orders:write"), f"orders/{order.code}").body
    assert seen["buyer"]["phone"] == order.phone != ""
    assert (hidden["buyer"]["phone"], hidden["buyer"]["phone_state"]) == (None, "hidden")
    assert order.phone not in str(hidden)


def test_another_companys_order_is_answered_like_an_unknown_one(cast: Cast) -> None:
    foreign, program = cast.place(shop="bereke-tools"), cast.alma.program()
    unknown = get(program, "orders/0198c0de-0000-7000-8000-000000000000")
    for ref in (str(foreign.public_id), foreign.code):
        told = get(program, f"orders/{ref}")
        assert (told.status, told.error) == (404, unknown.error)


def test_a_list_holds_only_orders_of_the_company(cast: Cast) -> None:
    own, _ = cast.place(), cast.place(shop="bereke-tools")
    assert codes(get(cast.alma.program(), "orders").body["results"]) == [own.code]


def speaks_as(person: Person, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A program whose key is bound to the points of a person."""

    def bound(found: KeyStanding) -> Actor:
        actor = person.actor
        return Actor("api_key", found.key.pk, "API", actor.company_id, actor.rights, actor.points)

    monkeypatch.setattr(middleware, "key_as", bound)
    return person.company.program()


def test_an_order_of_another_point_is_not_there(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    own, other = cast.place(point="PP1"), cast.place(point="PP2")
    program = speaks_as(cast.bolat, monkeypatch)
    assert codes(get(program, "orders").body["results"]) == [own.code]
    assert get(program, f"orders/{other.code}").status == 404
    assert get(program, f"orders/{other.code}/history").status == 404


def test_each_filter_leaves_what_it_names(cast: Cast) -> None:
    new, packing, dom = cast.place(), cast.place(Stage.KD_PACKING, point="PP2"), cast.place(shop="alma-dom")
    program = cast.alma.program()
    asked: dict[str, list[str]] = {
        "shop=alma-dom": [dom.code],
        "point=PP2": [packing.code],
        "shelf=kaspi_delivery": [packing.code],
        "stage=kd_packing": [packing.code],
        f"q={new.code}": [new.code],
        "created_from=2999-01-01": [],
        "created_to=2001-01-01": [],
        "updated_since=2999-01-01T00:00:00Z": [],
    }
    for query, expected in asked.items():
        name, _, value = query.partition("=")
        assert codes(get(program, "orders", **{name: value}).body["results"]) == expected, query


def test_orders_come_newest_first(cast: Cast) -> None:
    placed = [cast.place(approved_minutes_ago=minutes).code for minutes in (90, 10, 50)]
    assert codes(get(cast.alma.program(), "orders").body["results"]) == [placed[1], placed[2], placed[0]]


def test_a_list_costs_the_same_queries_whatever_its_length(cast: Cast) -> None:
    program, counted = cast.alma.program(), []
    # That a key is used is written down once a minute.
    get(program, "orders")
    for _ in range(2):
        with_entries(cast, cast.place(Stage.PICKUP))
        with CaptureQueriesContext(connection) as queries:
            assert get(program, "orders").status == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_history_tells_both_clocks_in_the_order_of_learning(cast: Cast) -> None:
    order = cast.place(Stage.KD_HANDOVER)
    events = get(cast.alma.program(), f"orders/{order.code}/history").body["results"]
    assert [event["stage_after"] for event in events] == ["new", "kd_packing", "kd_handover"]
    assert events[0]["kaspi_at"] is not None
    assert sorted(event["learned_at"] for event in events) == [event["learned_at"] for event in events]


def test_every_order_has_its_page_of_the_list_once(cast: Cast) -> None:
    placed = {cast.place().code for _ in range(5)}
    rows = everything(cast.alma.program(), "orders", limit=2)
    assert sorted(codes(rows)) == sorted(placed)
