"""What a number is made of, grouped: goods, points, reasons. A bounded list by one aggregate query each, no order loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import Case, CharField, Count, F, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce

from orders.models import Order, ReturnCase
from quality.formulas import Metric
from quality.metrics import Window
from quality.models import Ruling
from quality.queries import IN_NUMBER, RAN_OUT, candidates
from quality.standing.plan import LATE_DAY, LATE_HOUR, LATE_HOURS, NOT_ACCEPTED
from quality.standing.recovery import LOW

MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Part:
    """So many of a number: `code` for rules (a SKU, a reason), `name` for people."""

    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What is wrong in a number, each list the greatest first. `count` of all, those beyond the lists included."""

    count: int
    goods: tuple[Part, ...]
    points: tuple[Part, ...]
    reasons: tuple[Part, ...]


_LATE = F("courier_planned_at")
# How an order came into the number, as a code that `quality.standing.plan` advises on.
_REASONS: Mapping[Metric, Any] = {
    Metric.RATING: Cast("mark", CharField()),
    Metric.CANCELLED: Case(
        When(RAN_OUT, then=Value(NOT_ACCEPTED)),
        default=F("cancellation_reason"),
    ),
    Metric.LATE_HANDOVER: Case(
        When(handed_at__lte=_LATE + timedelta(hours=1), then=Value(LATE_HOUR)),
        When(handed_at__lte=_LATE + timedelta(days=1), then=Value(LATE_HOURS)),
        default=Value(LATE_DAY),
    ),
}


def numerator(metric: Metric, shop_id: int, window: Window) -> "QuerySet[Order]":
    """The orders that the numerator of the window is counted from, what people said of them included; for the rating all
    marks that count.
    """
    said = Ruling.objects.filter(shop_id=shop_id, metric=metric, withdrawn_at=None)
    # Asked once each, not of every order: rulings are few.
    out, into = (Q(pk__in=said.filter(counts=counts).values("order_id")) for counts in (False, True))
    return candidates(metric, [shop_id], window).filter((IN_NUMBER[metric] & ~out) | into)


def parts_of(metric: Metric, shop_id: int, window: Window) -> Parts:
    """What went wrong in the number of this window; of the rating the marks 1–3. Four queries."""
    orders = numerator(metric, shop_id, window).order_by()
    if metric is Metric.RATING:
        orders = orders.filter(mark__in=LOW)
    return Parts(
        count=orders.count(),
        goods=_greatest(orders, F("first_sku"), Max("first_item")),
        points=_greatest(orders, Cast("point_id", CharField()), Max("point__name")),
        reasons=_greatest(orders, _reason(metric), Value("")),
    )


def _reason(metric: Metric) -> Any:
    if metric is Metric.QUALITY_RETURNS:
        newest = ReturnCase.objects.filter(order_id=OuterRef("pk")).exclude(reason="").order_by("-id")
        return Coalesce(Subquery(newest.values("reason")[:1]), Value(""))
    return _REASONS[metric]


def _greatest(orders: "QuerySet[Order]", key: Any, name: Any) -> tuple[Part, ...]:
    groups = orders.annotate(key=key).values("key").annotate(times=Count("pk"), said=name)
    found = groups.order_by("-times", "key").values_list("key", "said", "times")[:MOST]
    return tuple(Part(code or "", said or "", times) for code, said, times in found)
