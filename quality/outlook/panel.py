"""The card of the forecast on the quality page."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from urllib.parse import urlencode

from django.utils.translation import gettext

from quality.formulas import FORMULA, FORMULAS, Metric
from quality.metrics import SAMPLE_OF, DayCounts
from quality.outlook import words
from quality.outlook.backtest import Backtest, backtest, days_needed
from quality.outlook.forecast import Course, DayForecast, Forecast, course_of, forecast, seed_of
from quality.outlook.page_models import ForecastPanel, ForecastRow, LegendKey
from quality.outlook.picture import Path, draw, facts
from quality.outlook.reading import Days, history
from quality.reading import Live
from quality.scales import NAMES
from quality.thresholds import Rule
from staff.access import Actor
from staff.formats import calendar_day, grouped
from staff.models import Shop
from staff.page_parts import Chip


def forecast_panel(
    metric: Metric,
    live: Live,
    rule: Rule,
    *,
    shop_ids: Sequence[int],
    today: date,
    seen_by: Actor | None = None,
    shop: Shop | None = None,
    formula: str = FORMULA.version,
) -> ForecastPanel | None:
    """The forecast of a number of these shops together; None while there is nothing that it could be made from.

    `shop`: the one that what-if is asked about, where it is one that the actor sees whole. One query of buckets.
    """
    days = history(shop_ids, metric, since=today - timedelta(days=days_needed(rule)), formula=formula, seen_by=seen_by)
    course = course_now(metric, days, live.overdue, rule, today=today, formula=formula)
    known = facts(course)
    if not course.past or known[-1] is None:
        return None
    found = forecast(course, seed=seed_of(shop_ids, metric, today))
    since = min(day.day for one in days.values() for day in one[:1])
    tested = tested_on_past(course.past, rule, today, since, tuple(sorted(shop_ids)))
    return _panel(course, found, tested, known[-1], _whatif_url(metric, shop, seen_by))


def course_now(
    metric: Metric, days: Days, overdue: int, rule: Rule, *, today: date, formula: str = FORMULA.version
) -> Course:
    """The course of a number as things are, parcels that are late already among them."""
    due = overdue if metric is Metric.LATE_HANDOVER else 0
    sample, read = days[SAMPLE_OF[metric]], FORMULAS[formula]
    return course_of(days[metric], rule, today=today, sample=sample, formula=read, due=due)


# Days that are over seldom change: the page that is opened again does not test the same past anew.
@lru_cache(maxsize=256)
def tested_on_past(
    past: tuple[DayCounts, ...], rule: Rule, today: date, since: date, shop_ids: tuple[int, ...]
) -> Backtest | None:
    """How far the forecast has been off on this past; None where there is too little of it."""
    return backtest(past, rule, today=today, since=since, seed=lambda day: seed_of(shop_ids, rule.metric, day))


def _whatif_url(metric: Metric, shop: Shop | None, by: Actor | None) -> str:
    if shop is None or by is None or not by.sees_whole(shop.pk):
        return ""
    return "/quality/whatif/?" + urlencode({"shop": shop.slug, "metric": metric.value})


def _panel(course: Course, found: Forecast, tested: Backtest | None, now: Fraction, whatif_url: str) -> ForecastPanel:
    metric = course.metric
    aged = Path("s1 chart__line--dash", tuple(None if day.aged is None else float(day.aged) for day in found.days))
    pace = Path("pace", tuple(day.median for day in found.days), "strong")
    breach, level = words.breach(found, now)
    return ForecastPanel(
        title=gettext("%(name)s: прогноз на 14 дней") % {"name": NAMES[metric]},
        chart=draw(course, found, (aged, pace), label=_spoken(metric, found, now, breach)),
        legend=_legend(metric, found),
        breach=breach,
        breach_level=level,
        error=words.error(metric, tested),
        note=note(metric),
        rows=tuple(_row(metric, day) for day in found.days),
        thin=Chip(gettext("мало данных")) if found.thin else None,
        whatif_url=whatif_url,
    )


def note(metric: Metric) -> str:
    """What the forecast rests on, and what it does not know."""
    if metric is Metric.RATING:
        return gettext("Оценки ждём такими же днями, как за последние 8 недель. Праздники и распродажи не учтены.")
    return gettext(
        "Заказы ждём как в такие же дни недели за последние 8 недель, долю – как в эти недели."
        " Праздники и распродажи не учтены."
    )


def _spoken(metric: Metric, found: Forecast, now: Fraction, breach: str) -> str:
    last = found.days[-1]
    return gettext(
        "%(name)s: сегодня %(now)s. %(day)s %(nothing_new)s %(aged)s, текущим ходом %(median)s (%(band)s). %(breach)s"
    ) % {
        "name": NAMES[metric],
        "now": words.told(metric, now),
        "day": calendar_day(last.day),
        "nothing_new": words.NOTHING_NEW[metric],
        "aged": words.told(metric, last.aged),
        "median": words.told(metric, last.median),
        "band": words.band(metric, last),
        "breach": breach,
    }


def _legend(metric: Metric, found: Forecast) -> tuple[LegendKey, ...]:
    pace = gettext("текущий ход")
    if metric is not Metric.RATING:
        pace = gettext("текущий ход, %(a_day)s в день") % {"a_day": grouped(found.a_day, digits=1)}
    return (
        LegendKey("line", gettext("факт, пунктиром «%(path)s»") % {"path": words.NOTHING_NEW[metric]}),
        LegendKey("dash legend__key--dash-muted", pace),
        LegendKey("muted", gettext("8 случаев из 10")),
    )


def _row(metric: Metric, day: DayForecast) -> ForecastRow:
    return ForecastRow(
        day=calendar_day(day.day),
        aged=words.told(metric, day.aged),
        median=words.told(metric, day.median),
        band=words.band(metric, day),
        chance=words.chance(day),
        level="danger" if day.critical >= 0.5 else "",
    )
