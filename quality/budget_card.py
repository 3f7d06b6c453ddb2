"""The card of the budget: how many more fit under the limit, and when those of now leave the window; and the rules in force."""

from datetime import date
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext

from quality.asked import Asked
from quality.budget import Room, days_ahead, room
from quality.formulas import Metric
from quality.page_models import Budget, Threshold
from quality.profiles.wording import bound_text, sample_text, window_text
from quality.reading import Live, Verdict
from quality.thresholds import Profile, Rule, WindowEnd, is_rolling, shown_window
from quality.words import LEFT, NOUNS, Nouns
from staff.drawing import columns
from staff.formats import axis_day, calendar_day, grouped, plural, plural_word, share

# More marks than this are not drawn one by one.
MOST_PIPS: Final = 60
FORECAST_DAYS: Final = 14


def budget(verdict: Verdict, live: Live, asked: Asked) -> Budget | None:
    """None for the rating, which has no such count, and without orders."""
    measured, rule, metric = verdict.reading.preview, verdict.rule, asked.metric
    if metric is Metric.RATING or not measured.denominator:
        return None
    found = room(measured.numerator, measured.denominator, rule.critical)
    ahead = _leaving(live, rule, asked.today)
    leaving = sum(count for _, count in ahead)
    nouns = NOUNS[metric][0]
    return Budget(
        title=LEFT[metric],
        window=gettext("окно %(days)s, %(first)s – %(last)s")
        % {
            "days": plural(rule.window_days, "день", "дней"),
            "first": calendar_day(measured.window.first),
            "last": calendar_day(measured.window.last),
        },
        value=grouped(found.left),
        text=_lead(found, nouns),
        summary=gettext("%(used)s в окне, %(leaving)s выйдут из него за %(days)s, %(left)s в запасе")
        % {
            "used": plural(found.used, *nouns),
            "leaving": leaving,
            "days": plural(FORECAST_DAYS, "день", "дней"),
            "left": found.left,
        },
        pips=_pips(found.used, found.left, min(leaving, found.used)),
        legend=(
            (
                "accent",
                gettext("%(leaving)s выйдут из окна до %(day)s")
                % {"leaving": leaving, "day": calendar_day(ahead[-1][0])},
            ),
            ("ink", gettext("%(used)s останутся") % {"used": max(found.used - leaving, 0)}),
            ("free", gettext("%(left)s в запасе") % {"left": found.left}),
        ),
        columns=columns([(axis_day(day, month=not index), count) for index, (day, count) in enumerate(ahead)]),
        columns_title=gettext("Сколько выйдет из окна по дням"),
    )


def _leaving(live: Live, rule: Rule, today: date) -> list[tuple[date, int]]:
    """How many of the used leave the window on each of the days to come: fourteen, the first on which any can."""
    ahead = days_ahead(live.days.get(rule.metric, ()), rule, today=today, horizon=FORECAST_DAYS + 1)
    found = [(day.day, day.leaving_used) for day in ahead]
    if is_rolling(rule):
        # What is left of the first day leaves by tonight, each at its own hour.
        first = [
            day.numerator for day in live.first_days.get(rule.metric, ()) if day.day == shown_window(rule, today).first
        ]
        found.insert(0, (today, sum(first)))
    elif rule.window_end is WindowEnd.YESTERDAY:
        # The window of the preview is that of tomorrow: what leaves by then is not among the used any more.
        del found[0]
    return found[:FORECAST_DAYS]


def _lead(found: Room, nouns: Nouns) -> str:
    """«отмен в запасе. 38-я даст 3,07 %.», or by how many the line is crossed."""
    left = plural_word(found.left, *nouns)
    if found.used >= found.crosses_at:
        over = found.used - found.crosses_at + 1
        return gettext("%(nouns)s в запасе, выше границы на %(over)s") % {"nouns": left, "over": over}
    crossing = share(Fraction(found.crosses_at, found.total))
    told = {"nouns": left, "crosses_at": found.crosses_at, "crossing": crossing}
    return gettext("%(nouns)s в запасе. %(crosses_at)s-я даст %(crossing)s.") % told


def _pips(used: int, left: int, leaving: int) -> tuple[str, ...]:
    if used + left + 1 > MOST_PIPS:
        return ()
    return ("leaving",) * leaving + ("used",) * (used - leaving) + ("free",) * left + ("limit",)


def thresholds(rule: Rule) -> tuple[Threshold, ...]:
    """The lines of the rule in force, its window, and from when on the number is judged."""
    return (
        Threshold(gettext("Критично"), bound_text(rule.critical, rule.metric), "danger"),
        Threshold(gettext("Отлично"), bound_text(rule.good, rule.metric), "ok"),
        Threshold(gettext("Окно"), window_text(rule)),
        Threshold(gettext("Считается"), sample_text(rule)),
    )


def source(profile: Profile) -> str:
    """Whose rules they are, and that Kaspi's own number stands elsewhere."""
    return gettext("%(title)s. Это расчёт по вашим заказам: официальное число стоит в кабинете Kaspi.") % {
        "title": profile.title
    }
