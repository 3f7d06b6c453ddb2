"""The four numbers of shops as they stand: summed from day buckets, judged by the thresholds of the day, with the
orders behind them. Asked inside a company's scope; who may ask is the caller's matter.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from orders.filters import visible_to
from orders.models import Order
from quality.formulas import FORMULA, Metric
from quality.metrics import (
    SAMPLE_OF,
    DayCounts,
    Exclusion,
    Measured,
    Reading,
    Window,
    day_of,
    evidence,
    measure_days,
    official_window,
    preview_window,
    with_overdue,
)
from quality.queries import candidates, rows_of
from quality.thresholds import Rule, Status, judge, profile_on
from staff.access import Actor
from staff.formats import ALMATY
from staff.scoping import current_company

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


class Live(NamedTuple):
    """What day buckets do not hold because the clock alone changes it, with the buckets themselves."""

    days: Days
    overdue: int = 0
    provisional: int = 0


# Buckets of the longest window, and what the clock alone changes: one question for any number of shops.
_COUNTS = """
SELECT {by}, metric, day, sum(numerator), sum(denominator) FROM quality_qualityday
WHERE company_id = %(company)s AND shop_id = ANY(%(shops)s) AND day >= %(first)s AND formula = %(formula)s AND {seen}
GROUP BY 1, 2, 3
UNION ALL SELECT coalesce({by}, 0), 'overdue', NULL, count(*), 0 FROM orders_order
WHERE company_id = %(company)s AND shop_id = ANY(%(shops)s) AND shelf = 'kaspi_delivery'
  AND stage IN ('kd_packing', 'kd_handover') AND courier_planned_at < %(now)s AND {seen} GROUP BY 1
UNION ALL SELECT coalesce({by}, 0), 'provisional', NULL, count(*), 0 FROM orders_order
WHERE company_id = %(company)s AND shop_id = ANY(%(shops)s) AND stage = 'expired'
  AND cancelled_at >= %(begins)s AND cancelled_at < %(after)s AND {seen} GROUP BY 1
ORDER BY 3
"""
# Day buckets name no point by 0, orders by NULL.
_SEEN = """(%(points)s::bigint[] IS NULL OR point_id = ANY(%(points)s::bigint[])
    OR (coalesce(point_id, 0) = 0 AND shop_id = ANY(%(whole)s::bigint[])))"""


def numbers(shop_ids: Sequence[int], *, now: datetime, seen_by: Actor | None = None) -> dict[Metric, Reading]:
    """The four numbers of these shops taken together, in one query."""
    return readings_of(together(counted(shop_ids, now=now, seen_by=seen_by).values()), today=today_of(now))


def numbers_by_shop(shop_ids: Sequence[int], *, now: datetime) -> dict[int, dict[Metric, Reading]]:
    """The four numbers of each shop, all shops in one query."""
    found, today = counted(shop_ids, now=now), today_of(now)
    return {shop: readings_of(found.get(shop, Live({})), today=today) for shop in shop_ids}


def numbers_by_point(
    shop_ids: Sequence[int], *, now: datetime, seen_by: Actor | None = None
) -> dict[int, dict[Metric, Measured]]:
    """The official numbers of each point (0: orders without one)."""
    today, found = today_of(now), counted(shop_ids, now=now, by="point_id", seen_by=seen_by)
    return {point: {metric: _official(live.days, metric, today) for metric in Metric} for point, live in found.items()}


def verdict(reading: Reading, *, now: datetime) -> Verdict:
    """The judgement by the thresholds that hold today."""
    rule = profile_on(today_of(now)).rules[reading.official.metric]
    return Verdict(reading, rule, judge(reading.official, rule), judge(reading.preview, rule))


def counted(
    shop_ids: Sequence[int], *, now: datetime, by: str = "shop_id", seen_by: Actor | None = None
) -> dict[int, Live]:
    """Day buckets of the longest window and what is not in them yet, by shop or by point.

    `seen_by`: only what happened at the points that this actor sees.
    """
    begins, after = preview_window(today_of(now), FORMULA.window_days[Metric.CANCELLED]).instants(ALMATY)
    asked: dict[str, Any] = {
        "company": current_company(),
        "shops": list(shop_ids),
        "first": today_of(now) - timedelta(days=LONGEST_WINDOW),
        "formula": FORMULA.version,
        "now": now,
        "begins": begins,
        "after": after,
        **_reach_of(seen_by),
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS.format(by={"shop_id": "shop_id", "point_id": "point_id"}[by], seen=_SEEN), asked)
        return _sorted_out(cursor.fetchall())


def _reach_of(actor: Actor | None) -> dict[str, Any]:
    """The parameters of `_SEEN`. Whoever sees only orders given to him sees no numbers: they are of all the others too."""
    if actor is None:
        return {"points": None, "whole": []}
    if actor.orders_of is not None:
        return {"points": [], "whole": []}
    return {"points": None if actor.points is None else sorted(actor.points), "whole": sorted(actor.shops)}


def _sorted_out(rows: Iterable[tuple[int, str, date | None, int, int]]) -> dict[int, Live]:
    days: defaultdict[int, dict[Metric, list[DayCounts]]] = defaultdict(dict)
    beside: defaultdict[tuple[int, str], int] = defaultdict(int)
    for key, name, day, numerator, denominator in rows:
        if day is None:
            beside[key, name] = numerator
        else:
            days[key].setdefault(Metric(name), []).append(DayCounts(day, numerator, denominator))
    return {
        key: Live(days[key], beside[key, "overdue"], beside[key, "provisional"])
        for key in {*days, *(key for key, _ in beside)}
    }


def together(shops: Iterable[Live]) -> Live:
    """Shops added up, each day once: a forecast takes days away one by one."""
    sums: defaultdict[Metric, defaultdict[date, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    overdue = provisional = 0
    for live in shops:
        overdue, provisional = overdue + live.overdue, provisional + live.provisional
        for metric, counts in live.days.items():
            for one in counts:
                sums[metric][one.day][0] += one.numerator
                sums[metric][one.day][1] += one.denominator
    days = {metric: [DayCounts(day, *sums[metric][day]) for day in sorted(sums[metric])] for metric in Metric}
    return Live(days, overdue, provisional)


def orders_behind(
    metric: Metric,
    shop_id: int | Sequence[int],
    on: date | None = None,
    *,
    now: datetime,
    seen_by: Actor | None = None,
) -> tuple[Behind, ...]:
    """The orders in the numerator of a number, and those that look like it and are left out, newest first.

    `on` is the day whose number is meant (by default today's, whose window ends yesterday; tomorrow's is the preview).
    For the rating these are all marks. `seen_by`: only those that this actor sees.
    """
    shops = [shop_id] if isinstance(shop_id, int) else list(shop_id)
    window = official_window(on or today_of(now), FORMULA.window_days[metric])
    found = candidates(metric, shops, window)
    seen = found if seen_by is None else visible_to(seen_by, found)
    orders = {order.pk: order for order in seen.select_related("shop", "point").defer("raw")}
    rows = list(rows_of(Order.objects.filter(pk__in=orders), now=now))
    proof = evidence(rows, metric, window)
    why: dict[int, Exclusion | None] = {**dict.fromkeys(proof.numerator), **dict(proof.excluded)}
    return tuple(behind_of(order, metric, why[pk]) for pk, order in orders.items() if pk in why)


def today_of(now: datetime) -> date:
    """The Almaty day: windows are whole Almaty days for every shop."""
    return day_of(now, ALMATY)


def behind_of(order: Order, metric: Metric, why: Exclusion | None) -> Behind:
    """An order that has the event of the metric, with the day it leaves the window."""
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


def readings_of(live: Live, *, today: date) -> dict[Metric, Reading]:
    """The numbers of today and the preview of tomorrow's."""
    found = {}
    for metric in Metric:
        preview = _measured(live.days, metric, preview_window(today, FORMULA.window_days[metric]))
        if metric is Metric.LATE_HANDOVER:
            preview = with_overdue(preview, live.overdue)
        if metric is Metric.CANCELLED:
            preview = replace(preview, provisional=live.provisional)
        found[metric] = Reading(_official(live.days, metric, today), preview)
    return found


def _official(days: Days, metric: Metric, today: date) -> Measured:
    return _measured(days, metric, official_window(today, FORMULA.window_days[metric]))


def _measured(days: Days, metric: Metric, window: Window) -> Measured:
    asked = {name: days.get(name, ()) for name in (metric, SAMPLE_OF[metric])}
    return measure_days(asked, metric, window)
