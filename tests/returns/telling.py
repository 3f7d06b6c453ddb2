"""A day at the returns desk in few words: take up, tell, look what became of it."""

from datetime import timedelta
from typing import Any

from orders.models import Order, OrderEvent, ReturnCase
from orders.returns import cases
from orders.returns.states import Deed
from staff.clock import database_now
from tests.cast import Cast, Person


def case_of(cast: Cast, order: Order) -> ReturnCase:
    """The latest return of the order, which is one of Алма's."""
    return _latest(cast, order.pk)


def _latest(cast: Cast, order_id: int) -> ReturnCase:
    with cast.alma.scope():
        found: ReturnCase = ReturnCase.objects.select_related("order__point").filter(order_id=order_id).latest("id")
        return found


def take_up(cast: Cast, order: Order, *, by: Person | None = None, **told: Any) -> ReturnCase:
    """Болат has seen an application in the cabinet."""
    with cast.alma.scope():
        return cases.open_case(order, by=(by or cast.bolat).actor, now=database_now(), **told)


def tell(cast: Cast, case: ReturnCase, *deeds: Deed, by: Person | None = None, **told: Any) -> ReturnCase:
    """One deed after another, by Болат; the return as it is then."""
    for deed in deeds:
        with cast.alma.scope():
            cases.move(case, deed, by=(by or cast.bolat).actor, now=database_now(), **told)
    return _latest(cast, case.order_id)


def say(cast: Cast, case: ReturnCase, reason: str, note: str = "") -> Order:
    """Why it comes back, by Болат; the order as it is then."""
    with cast.alma.scope():
        cases.tell_reason(case, reason, by=cast.bolat.actor, now=database_now(), note=note)
        found: Order = Order.objects.get(pk=case.order_id)
        return found


def age(cast: Cast, case: ReturnCase, **by: float) -> None:
    """All that was told of the return was told so much earlier."""
    moments = ("opened_at", "arrived_at", "received_at", "decided_at", "disputed_at", "due_at", "burns_at")
    with cast.alma.scope():
        row = ReturnCase.objects.get(pk=case.pk)
        for name in moments:
            if (moment := getattr(row, name)) is not None:
                setattr(row, name, moment - timedelta(**by))
        row.save()


def told_of(cast: Cast, order: Order) -> list[dict[str, Any]]:
    """What the history of the order says of its return, the oldest first."""
    with cast.alma.scope():
        return list(
            OrderEvent.objects.filter(order_id=order.pk, kind="return").order_by("id").values_list("details", flat=True)
        )
