"""What-if in words: both paths in one drawing, what each change rests on, and what it would come to."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext

from quality import reading
from quality.formulas import Metric
from quality.outlook import words
from quality.outlook.asked import Asked
from quality.outlook.changes import DISPUTES, Told, changes_of, saved_by, short_name
from quality.outlook.chart import Chart
from quality.outlook.forecast import HORIZON, Course, DayForecast, Forecast, seed_of
from quality.outlook.page_models import CompareRow, LegendKey, Option, WhatIfPage, WhatIfResult
from quality.outlook.panel import course_now, note
from quality.outlook.picture import Path, draw, facts
from quality.outlook.rates import WEEKS
from quality.outlook.reading import MOST_DAYS, Made, history, made_of
from quality.outlook.whatif import Comparison, compare
from quality.scales import NAMES
from quality.thresholds import Profile
from quality.words import NOUNS
from staff.formats import calendar_day, grouped, plural
from staff.languages import noun
from staff.page_parts import Empty, Notice


def whatif_page(asked: Asked, *, profile: Profile, profiles: Sequence[Profile]) -> WhatIfPage:
    """Everything that `templates/quality/whatif.html` prints. `profile`: the one that holds today."""
    metric, today = asked.metric, asked.today
    rule = profile.rules[metric]
    longest = max(one.rules[metric].window_days for one in (profile, *profiles))
    days = history([asked.shop.pk], metric, since=today - timedelta(days=max(longest + 17, WEEKS * 7, MOST_DAYS)))
    made = made_of(
        asked.shop.pk, metric, days, today=today, window_days=rule.window_days, named=asked.skus, now=asked.now
    )
    overdue = reading.counted([asked.shop.pk], now=asked.now).get(asked.shop.pk, reading.Live({})).overdue
    course = course_now(metric, days, overdue, rule, today=today)
    told = changes_of(asked, made)
    known = facts(course)[-1] is not None
    found = compare(course, told.changes, seed=seed_of([asked.shop.pk], metric, today)) if known else None
    return WhatIfPage(
        note=gettext("%(shop)s · %(name)s, 14 дней вперёд") % {"shop": asked.shop.name, "name": NAMES[metric].lower()},
        back_url=asked.back_url,
        shops=tuple(Option(shop.slug, shop.name, shop.pk == asked.shop.pk) for shop in asked.shops),
        metrics=tuple(Option(one.value, NAMES[one], one is metric) for one in Metric),
        products=_products(asked, made),
        profiles=_profiles(asked, profile, profiles),
        other="" if asked.other in {one.sku for one in made.products} else asked.other,
        begins=asked.begins.isoformat(),
        first_day=today.isoformat(),
        last_day=(today + timedelta(days=HORIZON - 1)).isoformat(),
        hours=str(asked.hours or ""),
        hours_note=_hours_note(metric, made),
        buffer=str(asked.buffer or ""),
        buffer_note=_buffer_note(metric, made),
        disputed=_disputed(asked, made),
        problems=tuple(Notice(text, level="warn") for text in told.problems),
        result=None if found is None else _result(asked, found, told, _chart(asked, course, found)),
        empty=_empty() if found is None else None,
    )


def _result(asked: Asked, found: Comparison, told: Told, chart: Chart) -> WhatIfResult:
    changed = bool(told.changes)
    return WhatIfResult(
        title=gettext("%(name)s: что если") % {"name": NAMES[asked.metric]},
        chart=chart,
        legend=_legend(changed),
        sentences=_sentences(asked.metric, found, told.labels),
        facts=told.facts,
        note=note(asked.metric),
        rows=tuple(
            _row(asked.metric, before, after) for before, after in zip(found.before.days, found.after.days, strict=True)
        ),
        level=_level(found) if changed else "",
    )


def _chart(asked: Asked, course: Course, found: Comparison) -> Chart:
    before = Path("pace", tuple(day.median for day in found.before.days), "muted")
    after = Path("s1 chart__line--dash", tuple(day.median for day in found.after.days))
    label = " ".join(_sentences(asked.metric, found, ()))
    # Without a change both are one path, and it is drawn once.
    return draw(course, found.after, (after,) if found.before is found.after else (before, after), label=label)


def _legend(changed: bool) -> tuple[LegendKey, ...]:
    now = LegendKey("dash legend__key--dash-muted", gettext("текущий ход"))
    after = LegendKey("line", gettext("факт, пунктиром – с изменениями") if changed else gettext("факт и текущий ход"))
    return (after, *((now,) if changed else ()), LegendKey("muted", gettext("8 случаев из 10")))


def _sentences(metric: Metric, found: Comparison, labels: Sequence[str]) -> tuple[str, ...]:
    """What the changes would come to on the last day, and when the line is passed."""
    before, after = found.before.days[-1], found.after.days[-1]
    said = {"day": calendar_day(after.day), "after": words.told(metric, after.median)}
    if found.before is found.after:
        return (gettext("Без изменений %(day)s будет %(after)s.") % said, _passed(found.after))
    said |= {"if": words.listed(labels), "before": words.told(metric, before.median), "room": _rooms(found)}
    outcome = gettext("%(day)s будет %(after)s вместо %(before)s%(room)s.") % said
    if labels:
        outcome = gettext("Если %(if)s: ") % said + outcome
    return (outcome, _moved(found))


def _rooms(found: Comparison) -> str:
    before, after = found.before.room, found.after.room
    if before is None or after is None:
        return ""
    return gettext(", запас %(after)s вместо %(before)s") % {"after": after.left, "before": before.left}


def _passed(found: Forecast) -> str:
    return gettext("Граница: %(when)s.") % {"when": _when(found)}


def _moved(found: Comparison) -> str:
    before, after = _when(found.before), _when(found.after)
    if before == after:
        return gettext("Граница, как и сейчас: %(when)s.") % {"when": after}
    return gettext("Граница: %(after)s, без изменений %(before)s.") % {"after": after, "before": before}


def _when(found: Forecast) -> str:
    if found.likely is not None:
        return gettext("скорее всего %(day)s") % {"day": calendar_day(found.likely.day)}
    if found.possible is not None:
        return gettext("возможна с %(day)s") % {"day": calendar_day(found.possible.day)}
    return gettext("за 14 дней вряд ли")


def _level(found: Comparison) -> str:
    before, after = found.before.days[-1].critical, found.after.days[-1].critical
    if after < before or not after:
        return "ok"
    return "danger" if after >= 0.5 else ""


def _row(metric: Metric, before: DayForecast, after: DayForecast) -> CompareRow:
    return CompareRow(
        day=calendar_day(after.day),
        before=words.told(metric, before.median),
        after=words.told(metric, after.median),
        chance_before=words.chance(before),
        chance_after=words.chance(after),
    )


# --- The form ---------------------------------------------------------------------------------------------------------


def _products(asked: Asked, made: Made) -> tuple[Option, ...]:
    over = noun("низкая оценка", "низких оценок") if asked.metric is Metric.RATING else NOUNS[asked.metric][0]
    return tuple(
        Option(one.sku, short_name(one), one.sku in asked.skus, plural(one.faults, *over)) for one in made.products
    )


def _profiles(asked: Asked, profile: Profile, profiles: Sequence[Profile]) -> tuple[Option, ...]:
    chosen = asked.profile.code if asked.profile else profile.code
    return tuple(
        Option("" if one.code == profile.code else one.code, one.title, one.code == chosen) for one in profiles
    )


def _hours_note(metric: Metric, made: Made) -> str:
    if metric is not Metric.LATE_HANDOVER:
        return ""
    return gettext("На час раньше успели бы %(one)s из %(of)s, на 4 часа – %(four)s.") % {
        "one": grouped(saved_by(made, 1)),
        "of": grouped(made.faults),
        "four": grouped(saved_by(made, 4)),
    }


def _buffer_note(metric: Metric, made: Made) -> str:
    if metric is not Metric.CANCELLED:
        return ""
    return gettext("«Нет в наличии» – причина %(count)s из %(of)s отмен в окне.") % {
        "count": grouped(made.out_of_stock),
        "of": grouped(made.faults),
    }


def _disputed(asked: Asked, made: Made) -> Option | None:
    if not made.disputes and not asked.disputed:
        return None
    return Option("1", gettext("Исключить спорные заказы"), asked.disputed, plural(made.disputes, *DISPUTES))


def _empty() -> Empty:
    return Empty(
        gettext("Считать пока не из чего"),
        gettext("Появятся заказы за окно показателя – появится и прогноз."),
    )
