"""Parts of the quality page: a small line with its change for each number, and the warnings of the last days."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, Final

from django.utils.translation import gettext

from quality.formulas import FORMULA, Metric
from quality.history.drawing import area, line, span_of
from quality.history.page_models import AlertLine, AlertsPanel, Delta, Spark
from quality.history.reading import numbers_over
from quality.history.series import Shown
from quality.history.warnings import AlertKind
from quality.history.words import ALERTS, Words
from quality.models import QualityAlert
from quality.reading import LONGEST_WINDOW, today_of
from quality.scales import NAMES, value_text
from quality.thresholds import DEFAULT, Profile, Rule, is_rolling
from staff.access import Actor
from staff.formats import almaty_moment, change, plural
from staff.models import Shop

SPARK_DAYS: Final = 30
DELTA_DAYS: Final = 7
ALERT_DAYS: Final = 7
MOST_ALERTS: Final = 20


def sparks_of(
    shop_ids: Sequence[int], *, now: datetime, seen_by: Actor | None = None, profile: Profile = DEFAULT
) -> dict[Metric, Spark]:
    """A small line of each number over the last thirty days; a number that has no value on any of them has none.

    As it was shown where it was kept, else from the buckets of today; in two queries at most.
    """
    today = today_of(now)
    first = today - timedelta(days=SPARK_DAYS - 1)
    found = numbers_over(shop_ids, first=first, last=today, seen_by=seen_by, profile=profile)
    drawn = {m: spark_of(m, shown) for m, shown in found.items() if _is_known(profile, profile.rules[m])}
    return {metric: spark for metric, spark in drawn.items() if spark is not None}


def _is_known(profile: Profile, rule: Rule) -> bool:
    """Whether days of the past can be told as the number of today is: a rolling window had its own hour on each, and by
    another formula than the usual the days before the profile was written are counted no further back than its window.
    """
    counted_for = max(LONGEST_WINDOW, *(one.window_days for one in profile.rules.values()))
    usual = profile.formula == FORMULA.version
    return not is_rolling(rule) and (usual or SPARK_DAYS + rule.window_days <= counted_for)


def spark_of(metric: Metric, shown: Sequence[Shown]) -> Spark | None:
    """The line of these days, one after another, and how the last stands to the one of a week before it."""
    values = [one.measured.value for one in shown]
    span = span_of(values)
    if span is None:
        return None
    known = [value for value in values if value is not None]
    label = gettext("%(name)s за %(days)s: от %(first)s до %(last)s") % {
        "name": NAMES[metric],
        "days": plural(len(shown), "день", "дней"),
        "first": value_text(metric, known[0]),
        "last": value_text(metric, known[-1]),
    }
    return Spark(line(values, span), area(values, span), label, _delta(metric, values))


def _delta(metric: Metric, values: Sequence[Fraction | None]) -> Delta | None:
    if len(values) <= DELTA_DAYS:
        return None
    now, before = values[-1], values[-1 - DELTA_DAYS]
    if now is None or before is None:
        return None
    moved = now - before if metric is Metric.RATING else (now - before) * 100
    text = change(moved)
    note = gettext("за %(days)s") % {"days": plural(DELTA_DAYS, "день", "дней")}
    if text == change(0):
        return Delta(text, note, "minus")
    better = (moved > 0) is (metric is Metric.RATING)
    return Delta(text, note, "trending-up" if moved > 0 else "trending-down", "ok" if better else "warn")


def alerts_panel(shops: Sequence[Shop], *, now: datetime, by: Actor) -> AlertsPanel | None:
    """The warnings of the last seven days, the newest first; None where there was none.

    Warnings are of whole shops: who sees a part of one is not told.
    """
    whole = {shop.pk: shop for shop in shops if by.sees_whole(shop.pk)}
    rows = QualityAlert.objects.filter(
        shop_id__in=whole, raised_at__gt=now - timedelta(days=ALERT_DAYS), kind__in=[kind.value for kind in AlertKind]
    ).order_by("-raised_at", "-pk")[:MOST_ALERTS]
    lines = tuple(_line(row, whole[row.shop_id], now=now, named=len(shops) > 1) for row in rows)
    note = gettext("за %(days)s") % {"days": plural(ALERT_DAYS, "день", "дней")}
    return AlertsPanel(note, lines) if lines else None


def _line(row: QualityAlert, shop: Shop, *, now: datetime, named: bool) -> AlertLine:
    metric, said = Metric(row.metric), ALERTS[AlertKind(row.kind)]
    return AlertLine(
        title=f"{NAMES[metric]}: {_text(said.title, row)}",
        text=" · ".join(filter(None, (shop.name if named else "", _text(said.text, row)))),
        when=almaty_moment(row.raised_at, now=now),
        url=f"/quality/?shop={shop.slug}&metric={metric.value}",
        icon=said.icon,
        level=said.level,
    )


def _text(words: Words, row: QualityAlert) -> str:
    return words(_facts(row))


def _facts(row: QualityAlert) -> Mapping[str, Any]:
    return {"about": row.about, "metric": Metric(row.metric), **row.details}
