"""What the forecast and what-if need of a shop: day buckets far enough back, and what its faults are made of.

Everything is an aggregate over one window, told of an order by its first line: a shop with 90 000 orders in 30 days is asked
no other way. Asked inside a company's scope; who may ask is the caller's matter.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    Avg,
    Case,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    Q,
    QuerySet,
    Sum,
    When,
)
from django.db.models.functions import Ceil, Extract, TruncDate

from orders.cancelling import ApiReason, Fault
from orders.models import Order
from quality.formulas import FORMULA, Metric
from quality.metrics import SAMPLE_OF, DayCounts, Window, day_counts, official_window
from quality.models import Dispute, DisputeState, QualityDay, Ruling
from quality.queries import MOMENT_OF, candidates, rows_of
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
    rows = kept.filter(_seen(seen_by)).order_by("day").values_list("metric", "day")
    for name, day, above, below in rows.annotate(Sum("numerator"), Sum("denominator")):
        found[Metric(name)].append(DayCounts(day, above, below))
    return {name: tuple(days) for name, days in found.items()}


def _seen(actor: Actor | None) -> Q:
    """Who sees only orders given to him sees no numbers: they are of all the others too (as quality.reading)."""
    if actor is None or (actor.points is None and actor.orders_of is None):
        return Q()
    if actor.orders_of is not None:
        return Q(pk__in=())
    return Q(point_id__in=actor.points) | Q(point_id=0, shop_id__in=actor.shops)


def made_of(
    shop_id: int, metric: Metric, days: Days, *, today: date, window_days: int, named: Sequence[str], now: datetime
) -> Made:
    """What the number of today is made of: its ten products with the most faults and the `named` ones, and its causes.

    A `named` one that nobody has ordered in the days counted is not among them. `days` hold those of the orders too.
    """
    window = official_window(today, window_days)
    faulty = _faulty(shop_id, metric, window)
    told = faulty.aggregate(**_totals(metric))
    disputed, disputes = _disputed(shop_id, metric, now)
    marks = metric is Metric.RATING
    counted = _newest(days[Metric.CANCELLED], today)
    products = _products(faulty, metric, tuple(named))
    return Made(
        window=window,
        products=_with_orders(products, named, shop_id, counted, marks=marks),
        counted=counted,
        faults=told["faults"],
        above=told["above"] or 0,
        below=told["below"]
        if marks
        else sum(day.denominator for day in days[Metric.CANCELLED] if counted.holds(day.day)),
        lag=max(round(told["lag"] / timedelta(days=1)), 0) if told["lag"] else 0,
        out_of_stock=told.get("out_of_stock", 0),
        late_by=_late_by(faulty) if metric is Metric.LATE_HANDOVER else (),
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


_LOW = Count("pk", filter=Q(mark__lte=LOW_MARK))
_OUT_OF_STOCK = Q(cancellation_reason=ApiReason.MERCHANT_OUT_OF_STOCK.value, expired_at=None)


def _totals(metric: Metric) -> dict[str, Any]:
    marks = metric is Metric.RATING
    happened = F(MOMENT_OF[metric])
    ordered = TruncDate("approved_at", tzinfo=ALMATY) if marks else F("approved_at")
    found = {
        "faults": _LOW if marks else Count("pk"),
        "above": Sum("mark") if marks else Count("pk"),
        "below": Count("pk"),
        "lag": Avg(ExpressionWrapper(happened - ordered, DurationField())),
    }
    return found | ({"out_of_stock": Count("pk", filter=_OUT_OF_STOCK)} if metric is Metric.CANCELLED else {})


def _products(faulty: "QuerySet[Order]", metric: Metric, named: tuple[str, ...]) -> tuple[Product, ...]:
    marks = metric is Metric.RATING
    rows = (
        faulty.exclude(first_sku="")
        .values("first_sku")
        .annotate(
            name=Max("first_item"),
            faults=_LOW if marks else Count("pk"),
            above=Sum("mark") if marks else Count("pk"),
            below=Count("pk"),
            asked=Case(When(first_sku__in=named, then=1), default=0, output_field=IntegerField()),
        )
        .order_by("-asked", "-faults", "first_sku")[: MOST_PRODUCTS + len(named)]
    )
    found = [Product(row["first_sku"], row["name"], row["faults"], row["above"], row["below"]) for row in rows]
    worst = sorted(found, key=lambda one: (-one.faults, one.sku))
    # Of those that nobody asked for only the ones with faults are worth a line.
    return tuple(one for one in worst if one.faults or one.sku in named)


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


def _late_by(late: "QuerySet[Order]") -> tuple[tuple[int, int], ...]:
    took = ExpressionWrapper(F("handed_at") - F("courier_planned_at"), DurationField())
    hours = Ceil(Extract(took, "epoch") / 3600.0)
    rows = late.annotate(hours=hours).filter(hours__lte=MOST_HOURS).values_list("hours").annotate(Count("pk"))
    return tuple((int(begun), count) for begun, count in rows.order_by("hours"))


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
