"""What the forecast and what-if need of a shop: day buckets far enough back, and what its faults are made of.

Everything is an aggregate over one window, told of an order by its first line: a shop with 90 000 orders in 30 days is asked
no other way. Asked inside a company's scope; who may ask is the caller's matter.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Max,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Ceil, Extract, TruncDate

from orders.cancelling import ApiReason, Fault
from orders.models import Order
from quality.formulas import FORMULA, Metric
from quality.metrics import SAMPLE_OF, DayCounts, Window, day_counts, official_window
from quality.models import Dispute, DisputeState, QualityDay, Ruling
from quality.queries import MOMENT_OF, buckets_seen_by, candidates, rows_of
from staff.access import Actor
from staff.formats import ALMATY

MOST_PRODUCTS, MOST_DISPUTES = 10, 200
LOW_MARK = 3
# A product's part of the orders is counted over the newest days that hold about so many.
ENOUGH_ORDERS = 20_000
FEWEST_DAYS, MOST_DAYS = 7, 30
MOST_HOURS = 72

Days = Mapping[Metric, tuple[DayCounts, ...]]


@dataclass(frozen=True, slots=True)
class Product:
    """A product by its part of a number: `faults` of it (low marks for the rating), what it adds `above` and `below`.

    Above: faults, or the sum of marks; below: orders of some newest days, or marks.
    """

    sku: str
    name: str
    faults: int
    above: int
    below: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a number of a window is made of; orders of products are told of the days `counted`.

    `lag`: whole days from an order to its fault, on the mean. `out_of_stock`: cancels for want of stock that a person
    made. `late_by`: late hand-overs by whole hours begun.
    `disputed`: what orders under dispute add, `disputes` how many of them are in the number.
    """

    window: Window
    counted: Window
    products: tuple[Product, ...]
    faults: int
    above: int
    below: int
    lag: int = 0
    out_of_stock: int = 0
    late_by: tuple[tuple[int, int], ...] = ()
    disputed: tuple[DayCounts, ...] = ()
    disputes: int = 0


def history(
    shop_ids: Sequence[int],
    metric: Metric,
    *,
    since: date,
    formula: str = FORMULA.version,
    seen_by: Actor | None = None,
) -> Days:
    """Day buckets of a number, of the orders that it is judged by and of all that arrived, from a day on. One query.

    Shops are taken together.     `seen_by`: only what happened at the points that this actor sees.
    """
    found: dict[Metric, list[DayCounts]] = {metric: [], SAMPLE_OF[metric]: [], Metric.CANCELLED: []}
    kept = QualityDay.objects.filter(shop_id__in=shop_ids, metric__in=list(found), formula=formula, day__gte=since)
    rows = kept.filter(buckets_seen_by(seen_by)).order_by("day").values_list("metric", "day")
    for name, day, above, below in rows.annotate(Sum("numerator"), Sum("denominator")):
        found[Metric(name)].append(DayCounts(day, above, below))
    return {name: tuple(days) for name, days in found.items()}


def made_of(
    shop_id: int, metric: Metric, days: Days, *, today: date, window_days: int, named: Sequence[str], now: datetime
) -> Made:
    """What the number of today is made of: its ten products with the most faults and the `named` ones, and its causes.

    A `named` one that nobody has ordered in the days counted is not among them. `days` hold those of the orders too.
    """
    window = official_window(today, window_days)
    faulty = _faulty(shop_id, metric, window)
    found = _causes(faulty, metric, named)
    disputed, disputes = _disputed(shop_id, metric, now)
    marks = metric is Metric.RATING
    counted = _newest(days[Metric.CANCELLED], today)
    arrived = sum(day.denominator for day in days[Metric.CANCELLED] if counted.holds(day.day))
    return Made(
        window=window,
        counted=counted,
        products=_with_orders(found.products, named, shop_id, counted, marks=marks),
        faults=found.faults,
        above=found.above,
        below=found.below if marks else arrived,
        lag=max(round(found.took / timedelta(days=1).total_seconds()), 0),
        out_of_stock=found.out_of_stock,
        late_by=found.late_by,
        disputed=disputed,
        disputes=disputes,
    )


def _faulty(shop_id: int, metric: Metric, window: Window) -> "QuerySet[Order]":
    """Orders above the line of the number in this window; for the rating all that have a mark in it."""
    judged = {
        Metric.RATING: Q(returned_at=None),
        Metric.CANCELLED: Q(fault=Fault.SELLER),
        Metric.LATE_HANDOVER: Q(handed_at__isnull=False),
        Metric.QUALITY_RETURNS: Q(return_for_quality=True),
    }
    said = Ruling.objects.filter(shop_id=shop_id, metric=metric, withdrawn_at=None)
    ruled_in, ruled_out = (said.filter(counts=one).values("order_id") for one in (True, False))
    found = candidates(metric, [shop_id], window).order_by()
    return found.filter(judged[metric] | Q(pk__in=ruled_in)).exclude(pk__in=ruled_out)


_OUT_OF_STOCK = Q(cancellation_reason=ApiReason.MERCHANT_OUT_OF_STOCK.value, expired_at=None)
# One walk over the faulty orders of the window, however many things are asked of them: of a large shop they lie far apart.
_CAUSES = """
WITH f AS MATERIALIZED ({faulty}), products AS (
  SELECT first_sku, max(first_item) AS name, count(*) FILTER (WHERE is_fault) AS faults, sum(above) AS above, count(*) AS below
  FROM f WHERE first_sku <> '' GROUP BY 1 ORDER BY first_sku = ANY(%s) DESC, faults DESC, first_sku LIMIT %s
)
SELECT 'all', '', '', count(*) FILTER (WHERE is_fault), sum(above), count(*), avg(took) FROM f
UNION ALL SELECT 'stock', '', '', count(*), 0, 0, 0 FROM f WHERE for_stock
UNION ALL SELECT 'product', first_sku, name, faults, above, below, 0 FROM products
UNION ALL SELECT 'late', hours::int::text, '', count(*), 0, 0, 0 FROM f WHERE hours <= %s GROUP BY hours
"""


class _Causes(NamedTuple):
    """What faulty orders have in common. `took`: seconds from an order to its fault, on the mean."""

    faults: int
    above: int
    below: int
    took: float
    out_of_stock: int
    products: tuple[Product, ...]
    late_by: tuple[tuple[int, int], ...]


def _causes(faulty: "QuerySet[Order]", metric: Metric, named: Sequence[str]) -> _Causes:
    told = faulty.values("first_sku", "first_item", **_causes_of(metric))
    sql, params = told.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_CAUSES.format(faulty=sql), [*params, list(named), MOST_PRODUCTS + len(named), MOST_HOURS])
        rows = cursor.fetchall()
    found: dict[str, list[tuple[Any, ...]]] = {"all": [], "stock": [], "product": [], "late": []}
    for kind, *rest in rows:
        found[kind].append(tuple(rest))
    _, _, faults, above, below, took = found["all"][0]
    return _Causes(
        faults,
        int(above or 0),
        below,
        float(took or 0),
        found["stock"][0][2],
        _worst(
            [Product(sku, name, some, int(sum_), count) for sku, name, some, sum_, count, _ in found["product"]], named
        ),
        tuple(sorted((int(hours), count) for hours, _, count, *_ in found["late"])),
    )


def _causes_of(metric: Metric) -> dict[str, Any]:
    marks, late = metric is Metric.RATING, metric is Metric.LATE_HANDOVER
    ordered = TruncDate("approved_at", tzinfo=ALMATY) if marks else F("approved_at")
    after_due = ExpressionWrapper(F("handed_at") - F("courier_planned_at"), DurationField())
    return {
        "is_fault": _yes(Q(mark__lte=LOW_MARK) if marks else Q(pk__isnull=False)),
        "above": F("mark") if marks else Value(1),
        "took": Extract(ExpressionWrapper(F(MOMENT_OF[metric]) - ordered, DurationField()), "epoch"),
        "for_stock": _yes(_OUT_OF_STOCK if metric is Metric.CANCELLED else Q(pk__isnull=True)),
        "hours": Ceil(Extract(after_due, "epoch") / 3600.0) if late else Value(MOST_HOURS + 1),
    }


def _yes(condition: Q) -> Case:
    return Case(When(condition, then=True), default=False, output_field=BooleanField())


def _worst(products: Sequence[Product], named: Sequence[str]) -> tuple[Product, ...]:
    """The worst first; of those that nobody asked for only the ten that have faults."""
    ranked = sorted(products, key=lambda one: (-one.faults, one.sku))
    return tuple(one for n, one in enumerate(ranked) if one.sku in named or (one.faults and n < MOST_PRODUCTS))


def _with_orders(
    products: Sequence[Product], named: Iterable[str], shop_id: int, window: Window, *, marks: bool
) -> tuple[Product, ...]:
    """The same with their orders of these days, and those asked for that have nothing in the number."""
    begins, after = window.instants(ALMATY)
    skus = {*named, *(one.sku for one in products)}
    arrived = Order.objects.filter(shop_id=shop_id, approved_at__gte=begins, approved_at__lt=after, first_sku__in=skus)
    rows = arrived.order_by().values_list("first_sku").annotate(Count("pk"), Max("first_item")) if skus else ()
    ordered = {sku: (count, name) for sku, count, name in rows}
    known = {one.sku for one in products}
    blameless = [Product(sku, name, 0, 0, count) for sku, (count, name) in sorted(ordered.items()) if sku not in known]
    if marks:
        # Its part of the marks is known already, and none of those without one.
        return (*products, *(Product(one.sku, one.name, 0, 0, 0) for one in blameless))
    counted = [Product(one.sku, one.name, one.faults, one.above, ordered.get(one.sku, (0, ""))[0]) for one in products]
    return (*counted, *blameless)


def _newest(arrived: Sequence[DayCounts], today: date) -> Window:
    """The newest whole days that hold enough orders to tell parts by: a week at least, thirty days at most."""
    counts = {day.day: day.denominator for day in arrived}
    total = days = 0
    while days < MOST_DAYS and (days < FEWEST_DAYS or total < ENOUGH_ORDERS):
        days += 1
        total += counts.get(today - timedelta(days=days), 0)
    return official_window(today, days)


def _disputed(shop_id: int, metric: Metric, now: datetime) -> tuple[tuple[DayCounts, ...], int]:
    """What the orders under open dispute add to the days of the number, by the rules of the number itself."""
    held = Dispute.objects.filter(shop_id=shop_id, metric=metric, state=DisputeState.OPEN).order_by("-pk")
    ids = list(held.values_list("order_id", flat=True)[:MOST_DISPUTES])
    if not ids:
        return (), 0
    counts = day_counts(list(rows_of(Order.objects.filter(pk__in=ids), now=now)), metric)
    if metric is Metric.RATING:
        return counts, sum(day.denominator for day in counts)
    return tuple(DayCounts(day.day, day.numerator, 0) for day in counts), sum(day.numerator for day in counts)
