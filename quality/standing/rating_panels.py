"""How the rating is won back, and the budget of each of the next 30 days, in words and geometry."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.utils.translation import gettext

from quality.budget import DayAhead, MarksAhead, days_ahead, marks_ahead, orders_needed
from quality.formulas import Metric
from quality.metrics import DayCounts, preview_window
from quality.reading import Days
from quality.scales import value_text
from quality.standing.effect import LEAST_WEEKS, Effect
from quality.standing.panel_models import CalendarDay, CalendarPanel, RecoveryDay, RecoveryPanel
from quality.standing.reading import Standing, low_marks, marks_left_out, star_effect
from quality.standing.recovery import Goal, LeftOut, Recovery, recovery
from quality.standing.series import pace_of
from quality.standing.words import line_text, provisional_text
from quality.thresholds import Rule, whole_window
from quality.words import HEADS, LEFT, NOUNS
from staff.drawing import Column, columns
from staff.formats import axis_day, calendar_day, change, grouped, plural
from staff.languages import later as _
from staff.languages import noun

CALENDAR_DAYS = 30
# So many days that lift the rating are told.
BEST_DAYS = 8
NAMED_EVERY = 5
# Wider numbers than this do not fit above each of thirty columns.
NARROW = 100


def recovery_panel(standing: Standing) -> RecoveryPanel | None:
    """The rating alone; three queries more. None without a mark in the window."""
    rule = standing.profile.rules[Metric.RATING]
    found = recovery(standing.days, rule, today=standing.today)
    if found.value.value is None:
        return None
    best = found.best_days(BEST_DAYS)
    lows = low_marks(standing, [_marked_on(day, rule) for day in best])
    return RecoveryPanel(
        value=value_text(Metric.RATING, found.value.value),
        interval=_interval(found, rule),
        goals=tuple(_goal(goal) for goal in found.goals),
        days=tuple(_best(day, lows.get(_marked_on(day, rule), {})) for day in best),
        days_note=gettext("Если новых оценок не будет. Дни, когда рейтинг поднимется заметнее всего.")
        if best
        else gettext("За 90 дней выход старых оценок рейтинг не поднимет."),
        left_out=_left_out(marks_left_out(standing)),
        star=_star(star_effect(standing)),
    )


def _marked_on(day: MarksAhead, rule: Rule) -> date:
    """Of which day the marks are that leave on this one."""
    return whole_window(rule, day.day).first - timedelta(days=1)


def _interval(found: Recovery, rule: Rule) -> str:
    """«Предварительно 4,50, на самом деле может быть от 2,5 до 4,9: 2 оценки из 3»."""
    said = provisional_text(Metric.RATING, found.value)
    marks = plural(found.value.denominator, "оценка", "оценок")
    return (
        gettext("%(said)s: %(marks)s из %(least)s") % {"said": said, "marks": marks, "least": rule.min_sample}
        if said
        else ""
    )


def _goal(goal: Goal) -> tuple[str, str]:
    """«До 4,6» – «25 пятёрок, выше 4,6 с 26-й»."""
    name = gettext("До %(line)s") % {"line": line_text(Metric.RATING, goal.value)}
    if goal.to_reach is None:
        return name, gettext("пятёрками не достичь")
    if not goal.to_reach:
        return name, gettext("уже есть") if not goal.to_pass else gettext("ровно на отметке, выше с первой пятёрки")
    text = plural(goal.to_reach, "пятёрка", "пятёрок")
    if goal.to_pass and goal.to_pass != goal.to_reach:
        text += gettext(", выше отметки с %(to_pass)s-й") % {"to_pass": grouped(goal.to_pass)}
    return name, text


def _best(day: MarksAhead, lows: dict[int, int]) -> RecoveryDay:
    assert day.value is not None, "a day that lifts has a rating"
    low = ", ".join(
        gettext("%(count)s × «%(mark)s»") % {"count": count, "mark": mark} for mark, count in sorted(lows.items())
    )
    marks = plural(day.leaving_count, "оценка", "оценок")
    leaving = gettext("%(low)s и ещё %(others)s") % {"low": low, "others": day.leaving_count - sum(lows.values())}
    alone = day.leaving_count == sum(lows.values())
    return RecoveryDay(
        day=calendar_day(day.day),
        leaving=(low if alone else leaving) if low else marks,
        rating=value_text(Metric.RATING, day.value),
    )


def _left_out(found: LeftOut | None) -> str:
    if found is None:
        return gettext("Оценок возвращённых заказов в окне нет.")
    return gettext("Не входят %(marks)s возвращённых заказов: с ними было бы %(value)s.") % {
        "marks": plural(found.count, "оценка", "оценок"),
        "value": value_text(Metric.RATING, found.value),
    }


def _star(found: Effect | None) -> str:
    if found is None:
        weeks = plural(LEAST_WEEKS, "неделя", "недель")
        return gettext("Сколько заказов даёт +0,1 звезды, скажем, когда наберётся %(weeks)s с разным рейтингом.") % {
            "weeks": weeks
        }
    parts = {
        "value": change(found.value, digits=1),
        "low": change(found.interval.low, digits=1),
        "high": change(found.interval.high, digits=1),
        "weeks": plural(found.weeks, "неделя", "недель"),
    }
    if not found.shown:
        return (
            gettext(
                "Связи рейтинга с заказами ваши данные не показывают: +0,1 звезды – от %(low)s до %(high)s заказа в неделю"
                " (%(weeks)s)."
            )
            % parts
        )
    return (
        gettext(
            "+0,1 звезды шла вместе с %(value)s заказа в неделю, с вероятностью 95 %% от %(low)s до %(high)s (%(weeks)s)."
            " Это связь, а не причина: сезон, цены и остатки здесь не учтены."
        )
        % parts
    )


# --- The calendar of the budget ---------------------------------------------------------------------------------------


def calendar_panel(metric: Metric, days: Days, rule: Rule, *, today: date) -> CalendarPanel | None:
    """What leaves the window on each of the next 30 days, and how much fits then. From day buckets of the window at least.
    None where there is nothing to count from.
    """
    kept = days.get(metric, ())
    window = preview_window(today, rule.window_days)
    if not any(day.denominator for day in kept if window.holds(day.day)):
        return None
    return _marks_calendar(kept, rule, today) if metric is Metric.RATING else _share_calendar(kept, rule, today)


def _share_calendar(days: Sequence[DayCounts], rule: Rule, today: date) -> CalendarPanel:
    metric = rule.metric
    pace = pace_of(days, today=today, window_days=rule.window_days)
    ahead = days_ahead(days, rule, today=today, horizon=CALENDAR_DAYS, arrivals_a_day=pace)
    over, under = NOUNS[metric]
    return CalendarPanel(
        title=LEFT[metric],
        window=_window(),
        lead=_first_affordable(ahead[0], rule),
        columns=_columns([(day.day, day.room.left) for day in ahead]),
        columns_title=gettext("Сколько останется в запасе по дням"),
        summary=_summary([(day.day, day.room.left) for day in ahead]),
        days=tuple(
            CalendarDay(
                day=calendar_day(day.day),
                leaving=plural(day.leaving_used, *over) if day.leaving_used else "",
                orders=grouped(day.leaving_total),
                left=grouped(day.room.left),
                level="" if day.room.left else "danger",
            )
            for day in ahead
        ),
        heads=(
            gettext("День"),
            gettext("Выйдут"),
            gettext("С ними %(orders)s") % {"orders": under[1]},
            gettext("Запас"),
        ),
        note=gettext("Если новых нарушений не будет, а %(orders)s прибавится как раньше: %(pace)s в день.")
        % {"orders": under[1], "pace": grouped(pace, digits=0 if pace.denominator == 1 else 1)},
    )


def _first_affordable(tomorrow: DayAhead, rule: Rule) -> str:
    """«Ещё одна станет по силам при 34 заказах», where nothing is left."""
    if tomorrow.room.left:
        return gettext("Завтра в запасе %(left)s.") % {"left": grouped(tomorrow.room.left)}
    needed = orders_needed(tomorrow.room.used, rule.critical)
    return gettext("Запаса нет. %(one_more)s при %(needed)s в окне, сейчас %(total)s.") % {
        "one_more": _ONE_MORE[rule.metric],
        "needed": plural(needed, *_AT[rule.metric]),
        "total": grouped(tomorrow.room.total),
    }


_ONE_MORE = {
    Metric.CANCELLED: _("Ещё одна отмена станет по силам"),
    Metric.LATE_HANDOVER: _("Ещё одна задержка станет по силам"),
    Metric.QUALITY_RETURNS: _("Ещё один возврат станет по силам"),
}
# «При 34 заказах».
_AT = {
    Metric.CANCELLED: noun("заказе", "заказах"),
    Metric.LATE_HANDOVER: noun("передаче", "передачах"),
    Metric.QUALITY_RETURNS: noun("выданном заказе", "выданных заказах"),
}


def _marks_calendar(days: Sequence[DayCounts], rule: Rule, today: date) -> CalendarPanel:
    ahead = marks_ahead(days, rule, today=today, horizon=CALENDAR_DAYS)
    lefts = [(day.day, max((day.ones or 0) - 1, 0)) for day in ahead]
    return CalendarPanel(
        title=gettext("Запас до критического рейтинга"),
        window=_window(),
        lead=gettext("Завтра рейтинг выдержит %(left)s.") % {"left": _ones(lefts[0][1])},
        columns=_columns(lefts),
        columns_title=gettext("Сколько оценок «1» рейтинг выдержит по дням"),
        summary=_summary(lefts),
        days=tuple(_marks_day(day, left) for day, (_, left) in zip(ahead, lefts, strict=True)),
        heads=(gettext("День"), HEADS[Metric.RATING], gettext("Рейтинг"), gettext("Выдержит «1»")),
        note=gettext("Новых оценок нет, старые выходят из окна 90 дней."),
    )


def _marks_day(day: MarksAhead, left: int) -> CalendarDay:
    leaving = plural(day.leaving_count, "оценка", "оценок") if day.leaving_count else ""
    return CalendarDay(
        day=calendar_day(day.day),
        leaving=leaving,
        orders=value_text(Metric.RATING, day.value) if day.value is not None else "—",
        left=grouped(left),
        level="" if left else "danger",
    )


def _ones(count: int) -> str:
    return gettext("%(marks)s «1»") % {"marks": plural(count, "оценка", "оценок")}


def _window() -> str:
    return gettext("ближайшие %(days)s") % {"days": plural(CALENDAR_DAYS, "день", "дней")}


def _columns(lefts: Sequence[tuple[date, int]]) -> tuple[Column, ...]:
    named = [(axis_day(day, month=not index), left) for index, (day, left) in enumerate(lefts)]
    drawn = columns(named, named_every=NAMED_EVERY)
    if max(left for _, left in lefts) < NARROW:
        return drawn
    return tuple(replace(column, count="") if column.minor else column for column in drawn)


def _summary(lefts: Sequence[tuple[date, int]]) -> str:
    least = min(lefts, key=lambda one: (one[1], one[0]))
    most = max(lefts, key=lambda one: one[1])
    return gettext("меньше всего %(least)s %(least_day)s, больше всего %(most)s %(most_day)s") % {
        "least": grouped(least[1]),
        "least_day": calendar_day(least[0]),
        "most": grouped(most[1]),
        "most_day": calendar_day(most[0]),
    }
