"""How a return is written: each value with whose word it is, and everything that follows from the values."""

from datetime import datetime
from typing import Any

from orders.hours import calendar_of
from orders.merging import NOTHING_BURNS
from orders.models import EventKind, Order, OrderEvent, ReturnCase
from orders.returns.deadlines import ReturnFacts, return_due
from orders.returns.states import OPEN, Deed, Mover, ReturnKind, ReturnState
from staff.access import Actor
from staff.working_calendar import WorkingCalendar


def put(case: ReturnCase, name: str, value: Any, *, by: Mover, now: datetime, deed: Deed | None = None) -> bool:
    """Set a value and its source. Answers whether it takes the place of what another one had said.

    That is kept beside it. A state moves on all the time; it contradicts only what was closed.
    """
    before, source = getattr(case, name), case.sources.get(name)
    told: dict[str, Any] = {"by": by.value, "at": now.isoformat()} | ({"deed": deed.value} if deed else {})
    other = source is not None and source["by"] != by and before not in (None, "", value)
    contradicts = other and (name != "state" or before not in OPEN)
    if contradicts:
        told["instead"] = {"by": source["by"], "at": source["at"], "value": _text(before)}
    setattr(case, name, value)
    case.sources = {**case.sources, name: told}
    return bool(contradicts)


def settle(case: ReturnCase, calendar: WorkingCalendar, *, at: datetime, now: datetime) -> None:
    """Set what follows: when it was closed (`at`, if it was just now), the deadline, its place in the list."""
    case.closed_at = None if case.state in OPEN else case.closed_at or at
    due = return_due(facts_of(case), calendar)
    case.due_at, case.due_kind = (due.at, due.kind.value) if due else (None, "")
    case.burns_at = case.due_at or case.opened_at + NOTHING_BURNS
    case.changed_at = now


def facts_of(case: ReturnCase) -> ReturnFacts:
    return ReturnFacts(
        kind=ReturnKind(case.kind),
        state=ReturnState(case.state),
        opened_at=case.opened_at,
        arrived_at=case.arrived_at,
        received_at=case.received_at,
        disputed_at=case.disputed_at,
        answered_at=case.answered_at,
    )


def save(case: ReturnCase, order: Order, *, at: datetime, now: datetime) -> None:
    """Write a return of this order, read with its point, in the caller's transaction."""
    settle(case, calendar_of(order.point), at=at, now=now)
    case.save()


def tell(order: Order, by: Actor, details: dict[str, Any], *, now: datetime, at: datetime | None = None) -> None:
    """A line in the history of the order. `at`: when it happened, if somebody said so."""
    OrderEvent.objects.create(
        shop_id=order.shop_id,
        order_id=order.pk,
        kind=EventKind.RETURN,
        kaspi_at=at,
        learned_at=now,
        stage_before=order.stage,
        stage_after=order.stage,
        actor_kind=by.kind,
        actor_label=by.label,
        details={name: value for name, value in details.items() if value not in ("", None)},
    )


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
