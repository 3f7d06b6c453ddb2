"""Day buckets over any stretch of days, and the numbers that were kept. Asked inside a company's scope."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Sum

from quality.formulas import FORMULA, FORMULAS, Formula, Metric
from quality.history.series import Shown, official_series
from quality.metrics import DayCounts, Measured, Window
from quality.models import QualityDay, QualitySnapshot
from quality.queries import buckets_seen_by
from quality.reading import Days
from quality.thresholds import DEFAULT, Profile, whole_window
from staff.access import Actor

# A snapshot of each day stands under each profile; the profile that is always kept tells the number itself.
KEPT_BY = DEFAULT.code


def days_of(shop_ids: Sequence[int], *, since: date, formula: Formula = FORMULA, seen_by: Actor | None = None) -> Days:
    """The buckets of these shops added up, from a day on. `seen_by`: only what happened at points that he sees."""
    rows: QuerySet[QualityDay] = QualityDay.objects.filter(
        shop_id__in=shop_ids, day__gte=since, formula=formula.version
    )
    rows = rows.filter(buckets_seen_by(seen_by))
    found: defaultdict[Metric, list[DayCounts]] = defaultdict(list)
    sums = rows.values_list("metric", "day").annotate(Sum("numerator"), Sum("denominator")).order_by("day")
    for metric, day, numerator, denominator in sums:
        found[Metric(metric)].append(DayCounts(day, numerator, denominator))
    return dict(found)


def numbers_over(
    shop_ids: Sequence[int], *, first: date, last: date, seen_by: Actor | None = None, profile: Profile = DEFAULT
) -> dict[Metric, tuple[Shown, ...]]:
    """The four numbers on each day: as they were kept, and counted from today's buckets where none was.

    By another profile than the one that is always kept they are all counted from buckets, whichever held on the day.

    Of several shops together a day was kept when it was kept of each. Who sees a part of a shop only is told that part,
    which nobody keeps.
    """
    whole = seen_by is None or all(seen_by.sees_whole(shop) for shop in shop_ids)
    kept = _kept(shop_ids, first, last) if whole and profile == DEFAULT else {}
    wanted = {(metric, first + timedelta(days=n)) for metric in Metric for n in range((last - first).days + 1)}
    if wanted <= kept.keys():
        return {metric: _in_order(metric, kept.values()) for metric in Metric}
    since, formula = min(whole_window(rule, first).first for rule in profile.rules.values()), FORMULAS[profile.formula]
    days = days_of(shop_ids, since=since, formula=formula, seen_by=seen_by)
    counted = {
        metric: official_series(days, rule=rule, first=first, last=last, formula=formula)
        for metric, rule in profile.rules.items()
    }
    return {metric: tuple(kept.get((metric, one.day), one) for one in counted[metric]) for metric in Metric}


def _in_order(metric: Metric, kept: Iterable[Shown]) -> tuple[Shown, ...]:
    return tuple(sorted((one for one in kept if one.measured.metric is metric), key=lambda one: one.day))


def _kept(shop_ids: Sequence[int], first: date, last: date) -> dict[tuple[Metric, date], Shown]:
    rows = QualitySnapshot.objects.filter(
        shop_id__in=shop_ids, profile=KEPT_BY, formula=FORMULA.version, day__range=(first, last)
    ).values_list("metric", "day", "first", "last")
    sums = rows.annotate(Sum("numerator"), Sum("denominator"), Sum("sample"), Count("pk")).order_by()
    return {(Metric(row[0]), row[1]): Shown(row[1], _measured(row)) for row in sums if row[-1] == len(set(shop_ids))}


def _measured(row: Sequence[Any]) -> Measured:
    metric, _, first, last, numerator, denominator, sample, _ = row
    return Measured(
        metric=Metric(metric),
        window=Window(first, last),
        numerator=numerator,
        denominator=denominator,
        sample=sample,
    )
