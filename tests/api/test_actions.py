"""The verbs through the API: the same rows as through `orders.actions`, the same refusals."""

from typing import Any

import pytest

from integrations import actions_out
from integrations.models import ActionKind, KaspiAction
from orders import actions
from orders.lifecycle import Stage
from orders.models import Order, OrderEvent
from staff.clock import database_now
from staff.models import AuditEntry
from tests.api.asking import get, post, program_with
from tests.cast import Cast, Company

BODIES: dict[ActionKind, dict[str, Any]] = {
    ActionKind.CANCEL: {"reason": "out_of_stock", "comment": "Последний разбился"},
    ActionKind.ASSEMBLE: {"places": 2},
    ActionKind.COMPLETE: {"code": "0417"},
    ActionKind.CANCEL_ENTRY: {"entry": 0, "quantity": 1, "reason": "out_of_stock", "comment": "Один разбит"},
    ActionKind.WEIGH: {"entry": 1, "grams": 950},
    ActionKind.IMEI: {"entry": 2, "items": [["490154203237518", "356938035643809"]]},
}
GOODS = [
    {"sku": "TEA", "quantity": 3, "price": 9990},
    {"sku": "FISH", "quantity": 1, "price": 5000, "unit_type": "MEASURABLE", "weight": 1000},
    {"sku": "PHONE", "quantity": 1, "price": 99990, "needs_imei": True},
]
ALLOWED_AT = {
    ActionKind.ACCEPT: Stage.NEW,
    ActionKind.CANCEL: Stage.NEW,
    ActionKind.ASSEMBLE: Stage.KD_PACKING,
    ActionKind.SEND_CODE: Stage.PICKUP,
    ActionKind.COMPLETE: Stage.DELIVERY,
    ActionKind.ARRIVED: Stage.KD_PREORDER,
    ActionKind.RETURNED: Stage.KD_RETURNING,
    ActionKind.CANCEL_ENTRY: Stage.NEW,
    ActionKind.WEIGH: Stage.KD_PACKING,
    ActionKind.IMEI: Stage.PICKUP,
}


def address(order: Order, kind: ActionKind) -> str:
    return f"orders/{order.code}/{kind.value.replace('_', '-')}"


def effect(company: Company, order: Order) -> dict[str, Any]:
    """What an action has left in the database, without ids and times."""
    with company.scope():
        (action,) = KaspiAction.objects.filter(subject_id=order.pk)
        event = OrderEvent.objects.filter(order_id=order.pk).order_by("-id").values("kind", "stage_after", "details")[0]
        audit = AuditEntry.objects.order_by("-id").values(
            "action", "actor_kind", "actor_id", "subject_kind", "details"
        )[0]
        # A line is named by Kaspi's id of it, which holds that of its order.
        sent = {name: value for name, value in actions_out.params_of(action).items() if name != "entry"}
        order.refresh_from_db()
        kept = {
            name: getattr(action, name) for name in ("kind", "state", "urgency", "actor_kind", "actor_id", "shop_id")
        }
        times = {"lives": action.give_up_at and (action.give_up_at - action.created_at).total_seconds() > 0}
    return {**kept, **times, "sent": sent, "event": event, "audit": audit, "version": order.version}


@pytest.mark.parametrize("kind", list(ActionKind))
def test_an_action_through_the_api_leaves_what_the_rule_leaves(cast: Cast, kind: ActionKind) -> None:
    through_api, through_rule = (cast.place(ALLOWED_AT[kind], entries=GOODS) for _ in range(2))
    told = post(cast.alma.program(), address(through_api, kind), BODIES.get(kind, {}))
    left_by_api = effect(cast.alma, through_api)
    with cast.alma.scope():
        by = cast.alma.key_actor
        actions.VERBS[kind](through_rule, by=by, now=database_now(), **BODIES.get(kind, {}))
    assert told.status == 202
    assert left_by_api == effect(cast.alma, through_rule)


def test_the_answer_names_the_action_and_the_order_waits_for_it(cast: Cast) -> None:
    order, program = cast.place(), cast.alma.program()
    told = post(program, f"orders/{order.code}/accept").body
    assert {name: told[name] for name in ("kind", "state", "order")} == {
        "kind": "accept",
        "state": "queued",
        "order": str(order.public_id),
    }
    after = get(program, f"orders/{order.code}").body
    assert after["pending"] == {"id": told["id"], "kind": "accept", "state": "queued"}
    assert after["actions"] == []


def test_an_action_is_read_again_by_its_id(cast: Cast) -> None:
    program = cast.alma.program()
    told = post(program, f"orders/{cast.place().code}/accept").body
    assert get(program, f"actions/{told['id']}").body == told


def test_the_same_press_twice_is_one_action(cast: Cast) -> None:
    order, program = cast.place(), cast.alma.program()
    first, second = (post(program, f"orders/{order.code}/accept") for _ in range(2))
    assert (first.status, second.status) == (202, 202)
    assert first.body == second.body


@pytest.mark.parametrize("stage", [Stage.PICKUP, Stage.CANCELLED, Stage.COMPLETED])
def test_an_order_past_accepting_is_refused_and_nothing_is_queued(cast: Cast, stage: Stage) -> None:
    order = cast.place(stage)
    told = post(cast.alma.program(), f"orders/{order.code}/accept")
    assert told.fault == (409, "not_allowed", None)
    with cast.alma.scope():
        assert not KaspiAction.objects.filter(subject_id=order.pk).exists()


def test_a_second_kind_of_action_waits_for_the_first(cast: Cast) -> None:
    order, program = cast.place(), cast.alma.program()
    post(program, f"orders/{order.code}/accept")
    told = post(program, f"orders/{order.code}/cancel", {"reason": "out_of_stock"})
    assert told.fault[:2] == (409, "action_open")


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("cancel", {"reason": "because"}, "reason"),
        ("cancel", {}, "reason"),
        ("cancel", {"reason": None}, "reason"),
        ("cancel", {"reason": "out_of_stock", "comment": "я" * 1001}, "comment"),
        ("assemble", {"places": 0}, "places"),
        ("assemble", {"places": 51}, "places"),
        ("assemble", {"places": "две"}, "places"),
        ("assemble", {"places": 1.5}, "places"),
        ("assemble", {"places": True}, "places"),
        ("assemble", {"places": [1]}, "places"),
        ("complete", {"code": "123"}, "code"),
        ("complete", {"code": "12345"}, "code"),
        ("complete", {"code": "12a4"}, "code"),
        ("complete", {"code": "١٢٣٤"}, "code"),
        ("accept", {"company_id": 1}, "company_id"),
        ("cancel", {"reason": "out_of_stock", "shop_id": 1}, "shop_id"),
    ],
)
def test_a_body_that_is_wrong_is_told_by_its_field(cast: Cast, verb: str, body: dict[str, Any], field: str) -> None:
    stages = {"assemble": Stage.KD_PACKING, "complete": Stage.PICKUP}
    order = cast.place(stages.get(verb, Stage.NEW))
    told = post(cast.alma.program(), f"orders/{order.code}/{verb}", body)
    assert (told.status, told.fault[2]) == (400, field)
    with cast.alma.scope():
        assert not KaspiAction.objects.filter(subject_id=order.pk).exists()


def test_a_foreign_order_is_not_there_for_any_verb(cast: Cast) -> None:
    foreign, program = cast.place(shop="bereke-tools"), cast.alma.program()
    for kind in ActionKind:
        told = post(program, address(foreign, kind), BODIES.get(kind, {}))
        unknown = post(program, address(Order(code="999999999"), kind), BODIES.get(kind, {}))
        assert (told.status, told.error) == (404, unknown.error)


def test_a_foreign_action_is_answered_like_an_unknown_one(cast: Cast) -> None:
    foreign = post(cast.bereke.program(), f"orders/{cast.place(shop='bereke-tools').code}/accept").body
    told = get(cast.alma.program(), f"actions/{foreign['id']}")
    unknown = get(cast.alma.program(), "actions/0198c0de-0000-7000-8000-000000000000")
    assert (told.status, told.error) == (404, unknown.error)


def test_a_key_that_may_only_read_is_forbidden_to_act(cast: Cast) -> None:
    order, reader = cast.place(), program_with(cast.alma, "orders:read")
    assert post(reader, f"orders/{order.code}/accept").fault == (403, "forbidden", None)
