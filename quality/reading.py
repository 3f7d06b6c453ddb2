"""The four numbers of shops as they stand: summed from day buckets, judged by the thresholds of the day, with the
orders behind them. Asked inside a company's scope; who may ask is the caller's matter.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, QuerySet, Sum

from orders.models import Order
from quality.metrics import (
    FORMULA,
    SAMPLE_OF,
    DayCounts,
    Exclusion,
    Measured,
    Metric,
    Reading,
    Window,
    day_of,
    evidence,
    measure_days,
    official_window,
    preview_window,
    with_overdue,
)
from quality.models import QualityDay
from quality.queries import candidates, overdue_parcels, provisional_cancels, rows_of
from quality.thresholds import Rule, Status, judge, profile_on
from staff.formats import ALMATY

Days = Mapping[Metric, Sequence[DayCounts]]
LONGEST_WINDOW = max(FORMULA.window_days.values())


@dataclass(frozen=True, slots=True)
class Verdict:
    """One number with its judgement: what is shown, by which rule, and what tomorrow would show."""

    reading: Reading
    rule: Rule
    status: Status
    preview_status: Status


@dataclass(frozen=True, slots=True)
class Behind:
    """An order behind a number. `why` tells what keeps it out of the number; `leaves_on` is the first day without it."""

    order: Order
    day: date
    leaves_on: date
    why: Exclusion | None = None

    @property
    def counts(self) -> bool:
        return self.why is None


class _Live(NamedTuple):
    """What day buckets do not hold because the clock alone changes it."""

    overdue: int = 0
    provisional: int = 0


def numbers(shop_ids: Sequence[int], *, now: datetime) -> dict[Metric, Reading]:
    """The four numbers of these shops taken together."""
    days = merged(stored_days(shop_ids, now=now).values())
    live = _live(shop_ids, now=now).values()
    together = _Live(sum(one.overdue for one in live), sum(one.provisional for one in live))
    return _readings(days, together, today=today_of(now))


def numbers_by_shop(shop_ids: Sequence[int], *, now: datetime) -> dict[int, dict[Metric, Reading]]:
    """The four numbers of each shop, all shops in three queries."""
    days, live, today = stored_days(shop_ids, now=now), _live(shop_ids, now=now), today_of(now)
    return {shop: _readings(days.get(shop, {}), live.get(shop, _Live()), today=today) for shop in shop_ids}


def verdict(reading: Reading, *, now: datetime) -> Verdict:
    """The judgement by the thresholds that hold today."""
    rule = profile_on(today_of(now)).rules[reading.official.metric]
    return Verdict(reading, rule, judge(reading.official, rule), judge(reading.preview, rule))


def numbers_by_point(shop_ids: Sequence[int], *, now: datetime) -> dict[int, dict[Metric, Measured]]:
    """The official numbers of each point (0: orders without one)."""
    today = today_of(now)
    found = stored_days(shop_ids, now=now, by="point_id")
    return {point: {metric: _official(days, metric, today) for metric in Metric} for point, days in found.items()}


def stored_days(
    shop_ids: Sequence[int], *, now: datetime, by: str = "shop_id"
) -> dict[int, dict[Metric, list[DayCounts]]]:
    """Day buckets of the longest window, today included, by shop or by point."""
    first = today_of(now) - timedelta(days=LONGEST_WINDOW)
    rows = QualityDay.objects.filter(shop_id__in=shop_ids, day__gte=first, formula=FORMULA.version)
    found: defaultdict[int, defaultdict[Metric, list[DayCounts]]] = defaultdict(lambda: defaultdict(list))
    sums = rows.values_list(by, "metric", "day").annotate(Sum("numerator"), Sum("denominator"))
    for key, metric, day, numerator, denominator in sums.order_by("day"):
        found[key][Metric(metric)].append(DayCounts(day, numerator, denominator))
    return {key: dict(days) for key, days in found.items()}


def orders_behind(
    metric: Metric, shop_id: int | Sequence[int], on: date | None = None, *, now: datetime
) -> tuple[Behind, ...]:
    """The orders in the numerator of a number, and those that look like it and are left out, newest first.

    `on` is the day whose number is meant (by default today's, whose window ends yesterday; tomorrow's is the preview).
    For the rating these are all marks.
    """
    shops = [shop_id] if isinstance(shop_id, int) else list(shop_id)
    window = official_window(on or today_of(now), FORMULA.window_days[metric])
    orders = {order.pk: order for order in candidates(metric, shops, window).select_related("shop", "point")}
    rows = list(rows_of(Order.objects.filter(pk__in=orders), now=now))
    found = evidence(rows, metric, window)
    why: dict[int, Exclusion | None] = {**dict.fromkeys(found.numerator), **dict(found.excluded)}
    return tuple(_behind(order, metric, why[pk]) for pk, order in orders.items() if pk in why)


def today_of(now: datetime) -> date:
    """The Almaty day: windows are whole Almaty days for every shop."""
    return day_of(now, ALMATY)


def _behind(order: Order, metric: Metric, why: Exclusion | None) -> Behind:
    moments = {
        Metric.RATING: order.mark_on,
        Metric.CANCELLED: order.cancelled_at,
        Metric.LATE_HANDOVER: order.handed_at,
        Metric.QUALITY_RETURNS: order.returned_at,
    }
    moment = moments[metric]
    assert moment is not None, "candidates have the moment of their metric"
    day = day_of(moment, ALMATY) if isinstance(moment, datetime) else moment
    # In the number shown on day X while X - days <= day: so the first day without it is one after.
    return Behind(order, day, day + timedelta(days=FORMULA.window_days[metric] + 1), why)


def _readings(days: Days, live: _Live, *, today: date) -> dict[Metric, Reading]:
    found = {}
    for metric in Metric:
        preview = _measured(days, metric, preview_window(today, FORMULA.window_days[metric]))
        official = _official(days, metric, today)
        if metric is Metric.LATE_HANDOVER:
            preview = with_overdue(preview, live.overdue)
        if metric is Metric.CANCELLED:
            preview = replace(preview, provisional=live.provisional)
        found[metric] = Reading(official, preview)
    return found


def _official(days: Days, metric: Metric, today: date) -> Measured:
    return _measured(days, metric, official_window(today, FORMULA.window_days[metric]))


def _measured(days: Days, metric: Metric, window: Window) -> Measured:
    asked = {name: days.get(name, ()) for name in (metric, SAMPLE_OF[metric])}
    return measure_days(asked, metric, window)


def merged(shops: Iterable[Days]) -> dict[Metric, list[DayCounts]]:
    """Shops added up, each day once: a forecast takes days away one by one."""
    sums: defaultdict[Metric, defaultdict[date, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for days in shops:
        for metric, counts in days.items():
            for one in counts:
                sums[metric][one.day][0] += one.numerator
                sums[metric][one.day][1] += one.denominator
    return {metric: [DayCounts(day, *sums[metric][day]) for day in sorted(sums[metric])] for metric in Metric}


def _live(shop_ids: Sequence[int], *, now: datetime) -> dict[int, _Live]:
    window = preview_window(today_of(now), FORMULA.window_days[Metric.CANCELLED])
    late = _counted(overdue_parcels(shop_ids, now=now))
    provisional = _counted(provisional_cancels(shop_ids, window))
    return {shop: _Live(late.get(shop, 0), provisional.get(shop, 0)) for shop in {*late, *provisional}}


def _counted(orders: "QuerySet[Order]") -> dict[int, int]:
    return dict(orders.order_by().values_list("shop_id").annotate(count=Count("id")))
