"""Orders as the frozen rows that `quality.metrics` judges."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from orders.cancelling import ApiReason, Fault
from orders.lifecycle import Stage
from orders.models import Order
from quality.buckets import COLUMN_OF
from quality.formulas import FORMULA, Anchor, Formula, Metric
from quality.metrics import OrderRow, Window, day_of, is_late, is_overdue
from quality.models import Ruling
from staff.access import Actor
from staff.formats import ALMATY

# Parcels that are still in the shop's hands.
NOT_HANDED = (Stage.KD_PACKING, Stage.KD_HANDOVER)
# By which moment an order comes into a numerator; marks are dated by days.
MOMENT_OF: Mapping[Metric, str] = {
    Metric.RATING: "mark_on",
    Metric.CANCELLED: "cancelled_at",
    Metric.LATE_HANDOVER: "handed_at",
    Metric.QUALITY_RETURNS: "returned_at",
}
# quality.metrics.COUNTING as conditions of the database.
IN_NUMBER: Mapping[Metric, Q] = {
    Metric.RATING: Q(returned_at=None),
    Metric.CANCELLED: Q(fault="seller"),
    Metric.LATE_HANDOVER: Q(),
    Metric.QUALITY_RETURNS: Q(return_for_quality=True),
}
# Nobody accepted it in time, by our clock or by Kaspi's cancel after the deadline; Kaspi itself says «нет в наличии».
_MISSED = Q(accepted_at=None) & (
    Q(expired_at__isnull=False) | Q(stage=Stage.EXPIRED) | Q(cancelled_at__gte=F("accept_by"))
)
RAN_OUT = Q(cancellation_reason=ApiReason.MERCHANT_OUT_OF_STOCK) & _MISSED | Q(cancellation_reason="") & (
    Q(expired_at__isnull=False) | Q(stage=Stage.EXPIRED)
)
# More than so many words of people are asked of the database one by one.
MOST_RULED = 500
FIELDS = (
    "id",
    "point_id",
    "created_at",
    "approved_at",
    "cancelled_at",
    "fault",
    "stage",
    "courier_planned_at",
    "handed_at",
    "completed_at",
    "returned_at",
    "return_for_quality",
    "mark",
    "mark_on",
    "items_count",
)


class _Facts(NamedTuple):
    id: int
    point_id: int | None
    created_at: datetime
    approved_at: datetime
    cancelled_at: datetime | None
    fault: str
    stage: str
    courier_planned_at: datetime | None
    handed_at: datetime | None
    completed_at: datetime | None
    returned_at: datetime | None
    return_for_quality: bool
    mark: int | None
    mark_on: date | None
    items_count: int


def rows_of(orders: "QuerySet[Order]", *, now: datetime) -> Iterator[OrderRow]:
    """These orders as rows of the four numbers, with what people said of them."""
    said = rulings_of(orders)
    for values in orders.values_list(*FIELDS):
        row = _row(_Facts(*values), now)
        if row.order_id in said:
            ruled_in, ruled_out = said[row.order_id]
            row = replace(row, ruled_in=ruled_in, ruled_out=ruled_out)
        yield row


class Said(NamedTuple):
    """The numbers of which people say that an order counts, and those where it does not."""

    ruled_in: frozenset[Metric] = frozenset()
    ruled_out: frozenset[Metric] = frozenset()


def rulings_of(orders: "QuerySet[Order]") -> dict[int, Said]:
    """What holds of these orders by the word of a person, by order."""
    found: defaultdict[int, Said] = defaultdict(Said)
    held = Ruling.objects.filter(withdrawn_at=None, order_id__in=orders.order_by().values("pk"))
    for order_id, metric, counts in held.values_list("order_id", "metric", "counts"):
        said, one = found[order_id], {Metric(metric)}
        found[order_id] = (
            Said(said.ruled_in | one, said.ruled_out) if counts else Said(said.ruled_in, said.ruled_out | one)
        )
    return found


def buckets_seen_by(actor: Actor | None) -> Q:
    """Which day buckets an actor sees, as `quality.reading` asks for them in SQL: those of his points, and of a shop
    seen whole what has no point. Whoever sees only orders given to him sees none: numbers are of all the others too.
    """
    if actor is None:
        return Q()
    if actor.orders_of is not None:
        return Q(pk__in=())
    return Q() if actor.points is None else Q(point_id__in=actor.points) | Q(point_id=0, shop_id__in=actor.shops)


def in_number(metric: Metric, shop_ids: Sequence[int]) -> Q:
    """Which candidates are in the number; a person's word goes before our judgement.

    Rulings are few and mostly none: then the condition is ours alone, and an index may answer it.
    """
    said = Ruling.objects.filter(shop_id__in=shop_ids, metric=metric, withdrawn_at=None)
    ruled = list(said.values_list("order_id", "counts")[:MOST_RULED])
    if len(ruled) == MOST_RULED:
        of_order = said.filter(order_id=OuterRef("pk"))
        return Q(Exists(of_order.filter(counts=True))) | (IN_NUMBER[metric] & ~Q(Exists(of_order.filter(counts=False))))
    ins, outs = ([order for order, counts in ruled if counts is side] for side in (True, False))
    ours = IN_NUMBER[metric] & ~Q(pk__in=outs) if outs else IN_NUMBER[metric]
    # Where all of them are in it, one more word changes nothing.
    return Q(pk__in=ins) | ours if ins and ours else ours


def candidates(
    metric: Metric,
    shop_ids: Sequence[int],
    window: Window,
    *,
    formula: Formula = FORMULA,
    since: datetime | None = None,
) -> "QuerySet[Order]":
    """Orders whose event puts them, or would put them, into the numerator of the metric in this window.

    `since` leaves out what was earlier on the first day, where that counts in part.
    """
    anchor = formula.sides[metric].numerator
    field, by_day = COLUMN_OF[anchor], anchor is Anchor.MARKED
    begins, after = window if by_day else window.instants(ALMATY)
    found: QuerySet[Order] = Order.objects.filter(
        shop_id__in=shop_ids, **{f"{field}__gte": since or begins, f"{field}__{'lte' if by_day else 'lt'}": after}
    )
    if metric is Metric.LATE_HANDOVER:
        found = found.filter(handed_at__gt=F("courier_planned_at"))
    return found.filter(**{f"{MOMENT_OF[metric]}__isnull": False}).order_by(f"-{field}", "-id")


def _row(facts: _Facts, now: datetime) -> OrderRow:
    return OrderRow(
        order_id=facts.id,
        point_id=facts.point_id,
        created_day=_day(facts.created_at),
        arrived_day=_day(facts.approved_at),
        cancelled_day=_day(facts.cancelled_at),
        fault=Fault(facts.fault) if facts.fault else None,
        provisional=facts.stage == Stage.EXPIRED,
        handed_over_day=_day(facts.handed_at),
        late=is_late(facts.courier_planned_at, facts.handed_at),
        overdue=facts.stage in NOT_HANDED and is_overdue(facts.courier_planned_at, facts.handed_at, now),
        completed_day=_day(facts.completed_at),
        returned_day=_day(facts.returned_at),
        # Kaspi's API does not tell the reason of a return: only a known one is stored.
        return_for_quality=True if facts.return_for_quality else None,
        mark=facts.mark,
        mark_day=facts.mark_on,
        # The lines of an order come a moment after the order itself.
        items=max(facts.items_count, 1),
    )


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else day_of(moment, ALMATY)
