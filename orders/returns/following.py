"""Kaspi's facts move returns: one place, in the transaction that writes the orders, for those that have a return only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from orders.lifecycle import Stage
from orders.models import Order, ReturnCase
from orders.returns.states import ANEW, ON_THE_WAY, OPEN, OPENS, Mover, ReturnState, follow
from orders.returns.writing import put, save, tell
from staff.access import rule

KASPI = "Kaspi"
# Stages that mean something to a return only when the order comes from one of `ON_THE_WAY`.
ENDS = frozenset({Stage.COMPLETED, Stage.CANCELLED})
RECEIVED = frozenset({ReturnState.DECIDING, ReturnState.COLLECTED})
DECIDED = frozenset({ReturnState.ACCEPTED, ReturnState.REJECTED})


@dataclass(frozen=True, slots=True)
class Come:
    """An order has come to a stage. `at`: when, by Kaspi's clock, else when we learned it; `back`: the goods lie at the
    drop point, as far as Kaspi says so (it often does not, capabilities.md §0, 10).
    """

    order_id: int
    before: str
    stage: Stage
    at: datetime
    back: bool = False

    @property
    def begins(self) -> bool:
        return self.stage in ANEW and self.before != self.stage

    @property
    def matters(self) -> bool:
        return self.stage in OPENS or (self.stage in ENDS and self.before in ON_THE_WAY)


def follow_facts(company_id: int, come: Sequence[Come], *, now: datetime) -> None:
    """Open and move the returns of these orders. Nothing is asked of the database when none of them matters."""
    found = [one for one in come if one.matters]
    if not found:
        return
    ids = [one.order_id for one in found]
    orders = {order.pk: order for order in Order.objects.filter(pk__in=ids).select_related("point").defer("raw")}
    # The latest of each order; the shop's turn keeps every other writer away.
    latest = {case.order_id: case for case in ReturnCase.objects.filter(order_id__in=ids).order_by("id")}
    for one in found:
        _follow(company_id, orders[one.order_id], latest, one, now=now)


def _follow(company_id: int, order: Order, latest: Mapping[int, ReturnCase], come: Come, *, now: datetime) -> None:
    case = latest.get(order.pk)
    if come.stage in OPENS and (case is None or (case.state not in OPEN and come.begins)):
        case = _opened(order, come)
    if case is None:
        return
    state = _state(case, come)
    if state == case.state:
        return
    contradicts = put(case, "state", state, by=Mover.KASPI, now=now)
    for column in _moments(case, state, come):
        contradicts |= put(case, column, come.at, by=Mover.KASPI, now=now)
    save(case, order, at=come.at, now=now)
    if contradicts:
        # A move of its own the history tells by the order's stage.
        tell(order, rule(KASPI, company_id), {"return": "contradicted", "return_state": state.value}, now=now)


def _state(case: ReturnCase, come: Come) -> ReturnState:
    state = follow(ReturnState(case.state), come.stage) if case.state else OPENS[come.stage][1]
    return ReturnState.AT_POINT if come.back and state is ReturnState.TRAVELLING else state


def _moments(case: ReturnCase, state: ReturnState, come: Come) -> Iterator[str]:
    """What the fact tells the time of. That money went back says nothing of the goods, unless they were handed in."""
    if state is ReturnState.AT_POINT:
        yield "arrived_at"
    if state in RECEIVED or (state is ReturnState.ACCEPTED and come.before == Stage.COMPLETED):
        yield "received_at"
    if state in DECIDED and case.decided_at is None:
        yield "decided_at"


def _opened(order: Order, come: Come) -> ReturnCase:
    return ReturnCase(
        company_id=order.company_id,
        shop_id=order.shop_id,
        order_id=order.pk,
        kind=OPENS[come.stage][0],
        opened_at=come.at,
        state="",
    )
