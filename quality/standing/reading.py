"""Reads what a shop's standing is counted from: day buckets of 210 days, what the owner told, marks, money. Two queries for the
standing itself; the rest is asked for by who shows it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from orders.lifecycle import Stage
from orders.models import Order
from quality.formulas import FORMULA, Metric
from quality.metrics import DayCounts, official_window
from quality.models import QualityDay, Ruling, Sanction
from quality.profiles.assigned import profile_of
from quality.reading import LONGEST_WINDOW, today_of
from quality.standing.effect import Effect
from quality.standing.ladder import STEPS, Ladder, Told, ladder
from quality.standing.recovery import LOW, LeftOut, left_out, star_value
from quality.standing.series import Days, DayValue, series, to_come
from quality.thresholds import Profile, Step, whole_window
from staff.access import Actor
from staff.formats import ALMATY
from staff.models import Shop

# Days of the past whose numbers are counted, and days ahead that are looked at.
HISTORY: Final = 120
SIGHT: Final = 60
# A number of fewer known days is not held against the shop: what happened before we read its orders is missing.
LEAST_KNOWN: Final = timedelta(days=30)
WEEKS: Final = 52
# Rows that the mean price is taken from at most.
PRICED: Final = 2_000
MOST_TOLD: Final = 50
MONEY_DAYS: Final = 30
LOST: Final = (Stage.CANCELLED, Stage.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A shop as Kaspi may judge it. `past` and `ahead`: of each number the same days; the last of the past is today.

    `days` hold what happened today as well, and parcels that are late already as if they were handed over today.
    """

    shop: Shop
    today: date
    profile: Profile
    days: Days
    past: Mapping[Metric, Sequence[DayValue]]
    ahead: Mapping[Metric, Sequence[DayValue]]
    told: tuple[Told, ...]
    ladder: Ladder

    @property
    def now(self) -> dict[Metric, DayValue]:
        """The four numbers that the cabinet shows today."""
        return {metric: values[-1] for metric, values in self.past.items()}


def standing_of(
    shop: Shop,
    *,
    now: datetime,
    by: Actor,
    profile: Profile | None = None,
    steps: tuple[Step, ...] = (),
    overdue: int = 0,
) -> Standing | None:
    """How the shop stands, by this profile or by the one that holds today, on this ladder. None for who does not see the
    whole shop: of a part of it Kaspi judges nothing.

    `overdue`: parcels that are late and still here (`quality.reading.Live.overdue`).
    """
    if not by.sees_whole(shop.pk):
        return None
    today = today_of(now)
    judged = profile or profile_of(shop.pk, today)
    longest = max(LONGEST_WINDOW, *(rule.window_days for rule in judged.rules.values()))
    days = bucket_days(shop.pk, today - timedelta(days=HISTORY + longest), formula=judged.formula)
    begins = _first_judged(days, today)
    past = {metric: series(days, rule, begins, today) for metric, rule in judged.rules.items()}
    if overdue:
        # Only of days to come: today's number counts no parcel before it is handed over, whatever day its window ends.
        days[Metric.LATE_HANDOVER].append(DayCounts(today, overdue, overdue))
    told = told_of(shop.pk)
    return Standing(
        shop=shop,
        today=today,
        profile=judged,
        days=days,
        past=past,
        ahead={m: to_come(days, rule, today=today, horizon=SIGHT) for m, rule in judged.rules.items()},
        told=told,
        ladder=ladder(
            past,
            told,
            today=today,
            steps=steps or judged.ladder or STEPS,
            within=judged.violations_within_days,
        ),
    )


def bucket_days(
    shop_id: int, first: date, metrics: Iterable[Metric] = tuple(Metric), *, formula: str = FORMULA.version
) -> dict[Metric, list[DayCounts]]:
    """The shop's day buckets since `first`, points added up, by day."""
    kept = QualityDay.objects.filter(shop_id=shop_id, day__gte=first, metric__in=list(metrics), formula=formula)
    sums = kept.values_list("metric", "day").annotate(Sum("numerator"), Sum("denominator")).order_by("day")
    found: defaultdict[Metric, list[DayCounts]] = defaultdict(list)
    for metric, day, above, below in sums:
        found[Metric(metric)].append(DayCounts(day, above, below))
    return found


def _first_judged(days: Days, today: date) -> date:
    known = min((counts[0].day for counts in days.values() if counts), default=today)
    return min(max(today - timedelta(days=HISTORY - 1), known + LEAST_KNOWN), today)


def told_of(shop_id: int) -> tuple[Told, ...]:
    """What the owner told of Kaspi's sanctions and did not take back, the oldest first."""
    kept = Sanction.objects.filter(shop_id=shop_id, withdrawn_at=None).order_by("-began_on", "-id")[:MOST_TOLD]
    return tuple(
        Told(
            id=one.pk,
            step=one.step,
            began_on=one.began_on,
            metrics=(Metric(one.metric),) if one.metric else (),
            note=one.note,
            by=one.actor_label,
        )
        for one in reversed(kept)
    )


def revenue_a_day(standing: Standing) -> Decimal | None:
    """What the shop takes a day, ₸: orders that came in the last 30 whole days and were not cancelled, over 30. None
    without orders.

    The orders are counted from buckets. Their mean price is that of the newest 2 000 of them, so that a large shop costs
    no more than a small one; with no more than 2 000 it is exact.
    """
    window = official_window(standing.today, MONEY_DAYS)
    arrived = sum(day.denominator for day in standing.days.get(Metric.CANCELLED, ()) if window.holds(day.day))
    begins, after = window.instants(ALMATY)
    newest = Order.objects.filter(shop_id=standing.shop.pk, approved_at__gte=begins, approved_at__lt=after)
    found = newest.order_by("-approved_at")[:PRICED].aggregate(
        priced=Count("pk"), sum=Coalesce(Sum("total_price", filter=~Q(stage__in=LOST)), Decimal())
    )
    if not arrived or not found["priced"]:
        return None
    mean: Decimal = found["sum"] / found["priced"]
    return mean * arrived / MONEY_DAYS


def low_marks(standing: Standing, days: Sequence[date]) -> dict[date, dict[int, int]]:
    """Of marks of these days, how many of each low value count: day → mark → how many."""
    if not days:
        return {}
    marks = Order.objects.filter(shop_id=standing.shop.pk, mark_on__in=list(days), mark__in=LOW)
    ours, returned = marks.filter(returned_at=None), marks.filter(returned_at__isnull=False)
    out, into = _ruled(standing, False), _ruled(standing, True)
    counts = _marks(ours) - _marks(ours, of=out) + _marks(returned, of=into)
    found: defaultdict[date, dict[int, int]] = defaultdict(dict)
    for (day, mark), count in counts.items():
        found[day][mark] = count
    return found


def marks_left_out(standing: Standing) -> LeftOut | None:
    """Marks of orders that came back, in the window of today's rating. A buyer marks what he has and then gives it back, so
    orders that came back before the window are not looked through.
    """
    window = whole_window(standing.profile.rules[Metric.RATING], standing.today)
    begins, _ = window.instants(ALMATY)
    returned = Order.objects.filter(shop_id=standing.shop.pk, mark_on__range=window, returned_at__gte=begins)
    counts = _marks(returned) - _marks(returned, of=_ruled(standing, True))
    marks: Counter[int] = Counter()
    for (_, mark), count in counts.items():
        marks[mark] += count
    return left_out(standing.now[Metric.RATING], marks)


def _ruled(standing: Standing, counts: bool) -> list[int]:
    """Orders of which a person says that their mark counts, or does not."""
    said = Ruling.objects.filter(shop_id=standing.shop.pk, metric=Metric.RATING, withdrawn_at=None, counts=counts)
    return list(said.values_list("order_id", flat=True))


def _marks(orders: "QuerySet[Order]", *, of: Sequence[int] | None = None) -> Counter[tuple[date, int]]:
    """How many marks of each day and value there are, of all these orders or `of` those among them.

    Of all it asks nothing that `order_mark_day` does not hold: a large shop has tens of thousands, each in a page of its own.
    """
    if of is not None:
        if not of:
            return Counter()
        orders = orders.filter(pk__in=of)
    return Counter(
        {
            (day, mark): count
            for day, mark, count in orders.order_by().values_list("mark_on", "mark").annotate(count=Count("*"))
        }
    )


def star_effect(standing: Standing) -> Effect | None:
    """What a tenth of a star went with in the shop's own weeks, a year of them at most."""
    rule, today = standing.profile.rules[Metric.RATING], standing.today
    oldest = today - timedelta(weeks=WEEKS)
    # Marks and what arrived count on the same days by every formula, and by this one so far back.
    days = bucket_days(standing.shop.pk, oldest - timedelta(days=rule.window_days), (Metric.RATING, Metric.CANCELLED))
    marked = days[Metric.RATING]
    # A rating of a window that was not known whole would move by itself while we learn the shop.
    first = max(oldest, marked[0].day + timedelta(days=rule.window_days)) if marked else today
    return star_value(days, rule, today=today, first=first)
