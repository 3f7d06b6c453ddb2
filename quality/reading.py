"""The four numbers of shops as they stand: summed from day buckets by the formula and the windows of a profile, judged by
its thresholds, with the orders behind them. Asked inside a company's scope; who may ask is the caller's matter.

Without a profile it is the one that the shops are judged by today (`quality.profiles.assigned.for_shops`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import TruncDate

from orders.filters import visible_to
from orders.models import Order
from quality.buckets import COLUMN_OF
from quality.formulas import FORMULA, FORMULAS, Anchor, Formula, Metric
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
    with_overdue,
)
from quality.profiles.assigned import for_shops, profiles_of
from quality.queries import candidates, rows_of
from quality.rolling import first_days
from quality.thresholds import Profile, Rule, Status, coming_window, is_rolling, judge, profile_on, shown_window
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

    @property
    def crossed(self) -> bool:
        """Beyond the critical line, as it is shown today or will be tomorrow."""
        return Status.CRITICAL in (self.status, self.preview_status)


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
    """What day buckets do not hold because the clock alone changes it, with the buckets themselves.

    `first_days`: of rolling windows what their first day adds from this time of day on.
    """

    days: Days
    overdue: int = 0
    provisional: int = 0
    first_days: Days = {}  # noqa: RUF012  never written to


# Buckets of the longest window, what the clock alone changes, and whether any profile was ever assigned: one question
# for any number of shops.
_COUNTS = """
SELECT {by}, metric, day, sum(numerator), sum(denominator) FROM quality_qualityday
WHERE company_id = %(company)s AND shop_id = ANY(%(shops)s) AND day >= %(first)s AND formula = %(formula)s AND {seen}
GROUP BY 1, 2, 3
UNION ALL SELECT coalesce({by}, 0), 'overdue', NULL, count(*), 0 FROM orders_order
WHERE company_id = %(company)s AND shop_id = ANY(%(shops)s) AND shelf = 'kaspi_delivery'
  AND stage IN ('kd_packing', 'kd_handover') AND courier_planned_at < %(now)s AND {seen} GROUP BY 1
UNION ALL SELECT coalesce({by}, 0), 'provisional', NULL, count(*), 0 FROM orders_order
WHERE company_id = %(company)s AND shop_id = ANY(%(shops)s) AND stage = 'expired'
  AND {since} >= %(begins)s AND {since} < %(after)s AND {seen} GROUP BY 1
UNION ALL SELECT 0, 'assigned', NULL, count(*), 0 FROM quality_profileassignment
WHERE company_id = %(company)s AND shop_id = ANY(%(shops)s) AND from_day <= %(today)s
ORDER BY 3
"""
# Day buckets name no point by 0, orders by NULL.
_SEEN = """(%(points)s::bigint[] IS NULL OR point_id = ANY(%(points)s::bigint[])
    OR (coalesce(point_id, 0) = 0 AND shop_id = ANY(%(whole)s::bigint[])))"""


def numbers(
    shop_ids: Sequence[int], *, now: datetime, seen_by: Actor | None = None, profile: Profile | None = None
) -> dict[Metric, Reading]:
    """The four numbers of these shops taken together."""
    if profile is None:
        profile, live = standing(shop_ids, now=now, seen_by=seen_by)
    else:
        live = together(counted(shop_ids, now=now, seen_by=seen_by, profile=profile).values())
    return readings_of(live, profile, today=today_of(now))


def standing(shop_ids: Sequence[int], *, now: datetime, seen_by: Actor | None = None) -> tuple[Profile, Live]:
    """The profile that these shops are judged by today, and what it counts of them together."""
    profile, by_point = standing_by_point(shop_ids, now=now, seen_by=seen_by)
    return profile, together(by_point.values())


def standing_by_point(
    shop_ids: Sequence[int], *, now: datetime, seen_by: Actor | None = None
) -> tuple[Profile, dict[int, Live]]:
    """The same of each point (0: orders without one). One query while nothing was assigned to any shop, three at most."""
    usual = profile_on(today_of(now))
    found, assignments = _counted(shop_ids, usual, now=now, by="point_id", seen_by=seen_by)
    if assignments and (profile := for_shops(shop_ids, today_of(now))) != usual:
        return profile, counted(shop_ids, now=now, by="point_id", seen_by=seen_by, profile=profile)
    return usual, found


def numbers_by_shop(
    shop_ids: Sequence[int], *, now: datetime, profiles: Mapping[int, Profile] | None = None
) -> dict[int, dict[Metric, Reading]]:
    """The four numbers of each shop by its own profile; all shops of one profile in one query."""
    today = today_of(now)
    profiles = profiles_of(shop_ids, today) if profiles is None else profiles
    alike: defaultdict[str, list[int]] = defaultdict(list)
    for shop in shop_ids:
        alike[profiles[shop].code].append(shop)
    found: dict[int, Live] = {}
    for shops in alike.values():
        found |= counted(shops, now=now, profile=profiles[shops[0]])
    return {shop: readings_of(found.get(shop, Live({})), profiles[shop], today=today) for shop in shop_ids}


def numbers_by_profile(
    shop_ids: Sequence[int], profiles: Iterable[Profile], *, now: datetime, seen_by: Actor | None = None
) -> dict[str, dict[Metric, Reading]]:
    """The numbers of these shops taken together by each profile, by its code; profiles that count alike share a query."""
    alike: defaultdict[tuple[object, ...], list[Profile]] = defaultdict(list)
    for profile in profiles:
        cancelled = profile.rules[Metric.CANCELLED]
        alone = profile.code if any(map(is_rolling, profile.rules.values())) else ""
        alike[profile.formula, cancelled.window_days, cancelled.window_end, alone].append(profile)
    found: dict[str, dict[Metric, Reading]] = {}
    for group in alike.values():
        live = together(counted(shop_ids, now=now, seen_by=seen_by, profile=max(group, key=_longest)).values())
        found |= {one.code: readings_of(live, one, today=today_of(now)) for one in group}
    return found


def _longest(profile: Profile) -> int:
    return max(rule.window_days for rule in profile.rules.values())


def numbers_by_point(
    shop_ids: Sequence[int], *, now: datetime, seen_by: Actor | None = None, profile: Profile | None = None
) -> dict[int, dict[Metric, Measured]]:
    """The official numbers of each point (0: orders without one)."""
    today = today_of(now)
    profile = profile or for_shops(shop_ids, today)
    found = counted(shop_ids, now=now, by="point_id", seen_by=seen_by, profile=profile)
    return {
        point: {metric: _official(live, profile, metric, today) for metric in Metric} for point, live in found.items()
    }


def verdict(reading: Reading, profile: Profile) -> Verdict:
    """The judgement by the thresholds of the profile that the number was read by."""
    rule = profile.rules[reading.official.metric]
    return Verdict(reading, rule, judge(reading.official, rule), judge(reading.preview, rule))


def counted(
    shop_ids: Sequence[int],
    *,
    now: datetime,
    by: str = "shop_id",
    seen_by: Actor | None = None,
    profile: Profile | None = None,
) -> dict[int, Live]:
    """Day buckets of the profile's formula and what is not in them yet, by shop or by point.

    Of its longest window, and of ninety days at least. `seen_by`: only what happened at the points that this actor sees.
    """
    profile = profile or for_shops(shop_ids, today_of(now))
    return _counted(shop_ids, profile, now=now, by=by, seen_by=seen_by)[0]


def _counted(
    shop_ids: Sequence[int], profile: Profile, *, now: datetime, by: str, seen_by: Actor | None
) -> tuple[dict[int, Live], int]:
    """The same, and how often a profile was assigned to these shops."""
    column = COLUMN_OF[FORMULAS[profile.formula].sides[Metric.CANCELLED].numerator]
    query = _COUNTS.format(by={"shop_id": "shop_id", "point_id": "point_id"}[by], since=column, seen=_SEEN)
    reach = _reach_of(seen_by)
    with connection.cursor() as cursor:
        cursor.execute(query, {"shops": list(shop_ids), **_asked(profile, now), **reach})
        rows = cursor.fetchall()
    found = _sorted_out(row for row in rows if row[1] != "assigned")
    begun = {rule.metric: since for rule in profile.rules.values() if (since := since_of(rule, now))}
    for (shop, point), days in first_days(shop_ids, begun, profile.formula, seen=_SEEN, reach=reach).items():
        key = shop if by == "shop_id" else point
        found[key] = together([found.get(key, Live({})), Live({}, first_days=days)])
    return found, sum(row[3] for row in rows if row[1] == "assigned")


def _asked(profile: Profile, now: datetime) -> dict[str, Any]:
    today, cancelled = today_of(now), profile.rules[Metric.CANCELLED]
    begins, after = coming_window(cancelled, today).instants(ALMATY)
    return {
        "company": current_company(),
        "today": today,
        "first": today - timedelta(days=max(LONGEST_WINDOW, _longest(profile))),
        "formula": profile.formula,
        "now": now,
        "begins": since_of(cancelled, now) or begins,
        "after": after,
    }


def since_of(rule: Rule, now: datetime, on: date | None = None) -> datetime | None:
    """From when on the first day of a rolling window counts, in the number of the day `on` (by default today's)."""
    later = timedelta(days=(on - today_of(now)).days if on else 0)
    return now + later - timedelta(days=rule.window_days) if is_rolling(rule) else None


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
    lives = list(shops)
    return Live(
        _added(live.days for live in lives),
        sum(live.overdue for live in lives),
        sum(live.provisional for live in lives),
        _added(live.first_days for live in lives),
    )


def _added(shops: Iterable[Days]) -> Days:
    sums: defaultdict[Metric, defaultdict[date, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for days in shops:
        for metric, counts in days.items():
            for one in counts:
                sums[metric][one.day][0] += one.numerator
                sums[metric][one.day][1] += one.denominator
    return {metric: [DayCounts(day, *sums[metric][day]) for day in sorted(sums[metric])] for metric in Metric}


def orders_behind(
    metric: Metric,
    shop_id: int | Sequence[int],
    on: date | None = None,
    *,
    now: datetime,
    seen_by: Actor | None = None,
    profile: Profile | None = None,
    cut: Callable[["QuerySet[Order]"], "QuerySet[Order]"] | None = None,
) -> tuple[Behind, ...]:
    """The orders in the numerator of a number, and those that look like it and are left out, newest first.

    `on` is the day whose number is meant (by default today's, whose window ends yesterday; tomorrow's is the preview).
    For the rating these are all marks. `seen_by`: only those that this actor sees. `cut` takes a page of them, by `day`
    (the Almaty day of the event) and `public_id`: a number of a large shop has tens of thousands.
    """
    shops = [shop_id] if isinstance(shop_id, int) else list(shop_id)
    profile = profile or for_shops(shops, on or today_of(now))
    rule, formula = profile.rules[metric], FORMULAS[profile.formula]
    window = shown_window(rule, on or today_of(now))
    seen = candidates_of(metric, shops, profile, on, now=now, seen_by=seen_by)
    anchor = formula.sides[metric].numerator
    if cut is not None:
        column = COLUMN_OF[anchor]
        seen = cut(seen.annotate(day=F(column) if anchor is Anchor.MARKED else TruncDate(column, tzinfo=ALMATY)))
    orders = {order.pk: order for order in seen.select_related("shop", "point").defer("raw")}
    rows = list(rows_of(Order.objects.filter(pk__in=orders), now=now))
    proof = evidence(rows, metric, window, formula=formula)
    why: dict[int, Exclusion | None] = {**dict.fromkeys(proof.numerator), **dict(proof.excluded)}
    return tuple(behind_of(order, rule, anchor, why[pk]) for pk, order in orders.items() if pk in why)


def candidates_of(
    metric: Metric,
    shop_ids: Sequence[int],
    profile: Profile,
    on: date | None = None,
    *,
    now: datetime,
    seen_by: Actor | None = None,
) -> "QuerySet[Order]":
    """The orders with the event of the number that is shown on a day (by default today), as far as the actor sees them."""
    rule, formula = profile.rules[metric], FORMULAS[profile.formula]
    window, since = shown_window(rule, on or today_of(now)), since_of(rule, now, on)
    found = candidates(metric, shop_ids, window, formula=formula, since=since)
    return found if seen_by is None else visible_to(seen_by, found)


def today_of(now: datetime) -> date:
    """The Almaty day: windows are whole Almaty days for every shop."""
    return day_of(now, ALMATY)


def behind_of(order: Order, rule: Rule, anchor: Anchor, why: Exclusion | None) -> Behind:
    """An order that has the event of a number, with the first day without it."""
    moment = getattr(order, COLUMN_OF[anchor])
    day = day_of(moment, ALMATY) if isinstance(moment, datetime) else moment
    # As many days after its own as the first day of a window lies before the day on which the number is shown, and one.
    stays = day - shown_window(rule, day).first
    return Behind(order, day, day + stays + timedelta(days=not is_rolling(rule)), why)


def readings_of(live: Live, profile: Profile, *, today: date) -> dict[Metric, Reading]:
    """The numbers that are shown today, and those in which what happens today counts: the preview."""
    found, formula = {}, FORMULAS[profile.formula]
    for metric, rule in profile.rules.items():
        preview = measured_of(live, rule, coming_window(rule, today), formula)
        if metric is Metric.LATE_HANDOVER:
            preview = _with_overdue(preview, live.overdue, formula)
        if metric is Metric.CANCELLED:
            preview = replace(preview, provisional=live.provisional)
        found[metric] = Reading(_official(live, profile, metric, today), preview)
    return found


def _with_overdue(preview: Measured, overdue: int, formula: Formula) -> Measured:
    """Where orders come into the denominator before the hand-over, those that are late already are in it."""
    more = with_overdue(preview, overdue)
    is_in = formula.sides[Metric.LATE_HANDOVER].denominator is not Anchor.HANDED_OVER
    return replace(more, denominator=preview.denominator) if is_in else more


def _official(live: Live, profile: Profile, metric: Metric, today: date) -> Measured:
    rule = profile.rules[metric]
    return measured_of(live, rule, shown_window(rule, today), FORMULAS[profile.formula])


def measured_of(live: Live, rule: Rule, window: Window, formula: Formula) -> Measured:
    """The number of this window, which is that of the rule or the last whole days of it."""
    asked = {name: live.days.get(name, ()) for name in (rule.metric, SAMPLE_OF[rule.metric])}
    if is_rolling(rule) and window.last - window.first == timedelta(days=rule.window_days):
        begun = {name: [day for day in live.first_days.get(name, ()) if day.day == window.first] for name in asked}
        asked = {name: [*begun[name], *(day for day in days if day.day > window.first)] for name, days in asked.items()}
    return measure_days(asked, rule.metric, window, formula=formula)
