"""What may be decided about an order, by whom, and what a decision writes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from integrations.models import ActionKind, ActionState, KaspiAction
from orders import actions
from orders.lifecycle import ALLOWED, ALLOWED_OF_LINE, Stage
from orders.models import Order, OrderEvent
from staff.access import Actor
from staff.errors import NotVisible, Refused
from staff.models import AuditEntry
from staff.permissions import Permission
from tests.cast import WALKS, Cast, Person

PARAMS: dict[ActionKind, dict[str, Any]] = {
    ActionKind.CANCEL_ENTRY: {"entry": 0, "quantity": 0, "reason": "out_of_stock"},
    ActionKind.WEIGH: {"entry": 0, "grams": 1},
    ActionKind.IMEI: {"entry": 0, "items": []},
    ActionKind.CANCEL: {"reason": "out_of_stock"},
    ActionKind.ASSEMBLE: {"places": 1},
    ActionKind.COMPLETE: {"code": "1234"},
}


def decide(person: Person, kind: ActionKind, order: Order, **params: Any) -> KaspiAction:
    with person.company.scope():
        made: KaspiAction = actions.VERBS[kind](order, by=person.actor, now=timezone.now(), **params)
        return made


def refusal(work: Callable[[], object]) -> tuple[str, int, str | None]:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.code, refused.value.status, refused.value.field


@pytest.mark.parametrize("stage", list(WALKS))
def test_exactly_what_the_table_allows_may_be_decided(cast: Cast, stage: Stage) -> None:
    order = cast.place(stage)
    for kind in ActionKind:
        if kind in ALLOWED_OF_LINE[stage]:
            continue
        if kind in ALLOWED[stage]:
            with cast.alma.scope():
                assert kind in actions.allowed(order, by=cast.bolat.actor)
        else:
            ask = refusal(lambda kind=kind: decide(cast.bolat, kind, order, **PARAMS.get(kind, {})))  # type: ignore[misc]
            assert ask == ("not_allowed", 409, None)


def test_a_decision_writes_the_action_its_event_and_the_audit_row(cast: Cast) -> None:
    order = cast.place()
    made = decide(cast.bolat, ActionKind.CANCEL, order, reason="buyer_refused", comment="Передумал")
    with cast.alma.scope():
        event = OrderEvent.objects.get(kind="requested")
        audit = AuditEntry.objects.filter(action="order.cancel").get()
    assert (made.state, event.actor_label, event.details["reason"]) == (ActionState.QUEUED, "Болат", "buyer_refused")
    assert (audit.actor_label, audit.subject_id) == ("Болат", order.code)
    assert "Передумал" not in f"{event.details}{audit.details}"


@pytest.mark.parametrize(
    ("kind", "params", "field"),
    [
        (ActionKind.CANCEL, {"reason": "tired"}, "reason"),
        (ActionKind.CANCEL, {"reason": "out_of_stock", "comment": "я" * 1001}, "comment"),
        (ActionKind.CANCEL, {"reason": "out_of_stock", "comment": "\x00"}, "comment"),
        (ActionKind.ASSEMBLE, {"places": 0}, "places"),
        (ActionKind.ASSEMBLE, {"places": 51}, "places"),
        (ActionKind.COMPLETE, {"code": "123"}, "code"),
        (ActionKind.COMPLETE, {"code": "12345"}, "code"),
        (ActionKind.COMPLETE, {"code": "12a4"}, "code"),
        (ActionKind.COMPLETE, {"code": "١٢٣٤"}, "code"),
    ],
)
def test_bad_input_is_refused_by_the_name_of_its_field(
    cast: Cast, kind: ActionKind, params: dict[str, Any], field: str
) -> None:
    order = cast.place()
    code, status, named = refusal(lambda: decide(cast.bolat, kind, order, **params))
    assert (status, named) == (400, field) and code.startswith("bad_")


def test_who_may_only_look_may_not_decide(cast: Cast) -> None:
    order, bolat = cast.place(), cast.bolat.actor
    visitor = Actor("member", 1, "Гость", bolat.company_id, frozenset({Permission.ORDERS_VIEW}), None)
    with cast.alma.scope():
        assert actions.allowed(order, by=visitor) == ()
        assert refusal(lambda: actions.accept(order, by=visitor, now=timezone.now())) == ("forbidden", 403, None)


@pytest.mark.parametrize("ref", ["code", "public_id"])
def test_an_order_of_another_point_and_one_that_is_not_there_look_alike(cast: Cast, ref: str) -> None:
    order = cast.place(point="PP2")
    with cast.alma.scope():
        assert actions.find(str(getattr(order, ref)), by=cast.daniyar.actor) == order
        for unseen in (str(getattr(order, ref)), "no such order", "00000000-0000-0000-0000-000000000000"):
            with pytest.raises(NotVisible):
                actions.find(unseen, by=cast.bolat.actor)


def test_while_an_action_is_open_nothing_else_may_be_decided_and_the_same_one_is_answered(cast: Cast) -> None:
    order = cast.place()
    first = decide(cast.bolat, ActionKind.ACCEPT, order)
    assert decide(cast.aigerim, ActionKind.ACCEPT, order).pk == first.pk
    ask = refusal(lambda: decide(cast.aigerim, ActionKind.CANCEL, order, reason="out_of_stock"))
    assert ask == ("action_open", 409, None)
    with cast.alma.scope():
        assert actions.pending(order) == first
        assert actions.allowed(order, by=cast.bolat.actor, open_action=first) == ()


def test_an_accept_is_tried_until_its_deadline_and_express_goes_first(cast: Cast) -> None:
    plain, express = cast.place(), cast.place(kind="express")
    first, second = (decide(cast.bolat, ActionKind.ACCEPT, order) for order in (plain, express))
    assert (first.give_up_at, second.give_up_at) == (plain.accept_by, express.accept_by)
    assert (
        second.urgency
        < first.urgency
        < decide(cast.bolat, ActionKind.CANCEL, cast.place(), reason="out_of_stock").urgency
    )
