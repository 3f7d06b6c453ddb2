"""The orders behind a number, a page at a time: a number of a large shop has thousands, and a page shows fifty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Case, CharField, Count, Expression, F, QuerySet, Value, When
from django.db.models.functions import Cast

from orders.models import Order
from quality.buckets import COLUMN_OF
from quality.formulas import FORMULAS, Anchor, Metric
from quality.metrics import Exclusion, evidence
from quality.queries import RAN_OUT, in_number, rows_of
from quality.reading import Behind, behind_of, candidates_of, today_of
from quality.thresholds import Profile, shown_window
from staff.access import Actor

EXPIRED: Final = "expired"
FOR_QUALITY: Final = "quality"
LATE: Final = "late"
# Why an order stands behind a number, as a word of ours or of Kaspi's: what the tabs of the list choose by.
REASON: Final[Mapping[Metric, Expression]] = {
    Metric.RATING: Cast(F("mark"), CharField()),
    Metric.CANCELLED: Case(
        When(RAN_OUT, then=Value(EXPIRED)),
        default=F("cancellation_reason"),
        output_field=CharField(),
    ),
    Metric.LATE_HANDOVER: Value(LATE, output_field=CharField()),
    Metric.QUALITY_RETURNS: Case(When(return_for_quality=True, then=Value(FOR_QUALITY)), default=Value("other")),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """`total` orders, by reason in `reasons` (the most frequent first); `rows` are here.

    `chosen` is how many there are of the reason that was asked for.
    """

    rows: tuple[Behind, ...]
    total: int
    chosen: int
    reasons: tuple[tuple[str, int], ...]


def listed(
    metric: Metric,
    shop_ids: Sequence[int],
    profile: Profile,
    *,
    reason: str | None = None,
    outside: bool = False,
    start: int = 0,
    limit: int = 50,
    known: int | None = None,
    among: "QuerySet[Order] | None" = None,
    now: datetime,
    seen_by: Actor,
) -> Listed:
    """The orders in the numerator, of the rating all its marks: who leaves the window first comes first.

    `known`: how many there are, where the buckets say so and there is one reason for all; then nobody counts them again.
    `outside`: those instead that look like it and are not in the number. `among`: some of its candidates, where only of
    these it is asked.
    """
    candidates = candidates_of(metric, shop_ids, profile, now=now, seen_by=seen_by)
    if among is not None:
        candidates, known = among, None
    inside = in_number(metric, shop_ids)
    beyond = candidates.exclude(inside) if inside else candidates.none()
    every = beyond if outside else candidates.filter(inside)
    found = every.annotate(reason=REASON[metric])
    if known is not None and metric is Metric.LATE_HANDOVER and not outside:
        counted = {LATE: known}
    else:
        counted = dict(found.order_by().values_list("reason").annotate(orders=Count("*")))
    reasons = tuple(sorted(counted.items(), key=lambda one: (-one[1], one[0])))
    chosen = found if reason is None else found.filter(reason=reason) if reason in counted else found.none()
    here = (
        chosen.select_related("shop", "point")
        .defer("raw")
        .order_by(COLUMN_OF[_anchor(metric, profile)], "id")[start : start + limit]
    )
    total = sum(counted.values())
    return Listed(
        _judged(metric, profile, here, now), total, total if reason is None else counted.get(reason, 0), reasons
    )


def _anchor(metric: Metric, profile: Profile) -> Anchor:
    return FORMULAS[profile.formula].sides[metric].numerator


def _judged(metric: Metric, profile: Profile, orders: "QuerySet[Order]", now: datetime) -> tuple[Behind, ...]:
    kept = {order.pk: order for order in orders}
    rule, formula = profile.rules[metric], FORMULAS[profile.formula]
    rows = rows_of(Order.objects.filter(pk__in=kept), now=now)
    proof = evidence(rows, metric, shown_window(rule, today_of(now)), formula=formula)
    why: dict[int, Exclusion | None] = {**dict.fromkeys(proof.numerator), **dict(proof.excluded)}
    anchor = _anchor(metric, profile)
    return tuple(behind_of(order, rule, anchor, why[pk]) for pk, order in kept.items() if pk in why)
