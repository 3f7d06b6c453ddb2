"""The quality page in words: four numbers, the room that is left, the orders behind one of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from urllib.parse import urlencode

from django.utils.translation import gettext

from orders.lifecycle import Stage
from orders.words import CANCEL_REASONS
from quality import reading
from quality.budget import days_ahead, marks_needed, room
from quality.formulas import Metric
from quality.metrics import Measured, Window
from quality.page_models import BehindOrder, Budget, MetricCard, PointLine, QualityPage, Threshold
from quality.profiles.wording import bound_text, sample_text, window_text
from quality.reading import Behind, Live, Verdict
from quality.scales import NAMES, scale_of, value_text
from quality.thresholds import Bound, Comparator, Profile, Rule, Status, enough_data
from quality.words import EXCLUDED, HEADS, LEFT, NOUNS, STATUS_CHIPS
from staff.access import Actor
from staff.drawing import columns, per_cent
from staff.formats import MONTHS, NEAR_DAYS, calendar_day, grouped, order_groups, plural, plural_word, share, time_left
from staff.languages import noun
from staff.models import Shop
from staff.page_parts import Chip, Tab
from staff.permissions import Permission
from staff.places import Places

ROWS = 50
# More marks than this are not drawn one by one.
MOST_PIPS = 60
FORECAST_DAYS = 14
# So few left are worth a warning.
FEW_LEFT = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    shop: Shop | None
    metric: Metric
    why: str
    start: int
    now: datetime

    def url(self, **changed: str) -> str:
        kept = {"shop": self.shop.slug if self.shop else "", "metric": self.metric.value, "why": self.why}
        return "/quality/?" + urlencode({name: value for name, value in (kept | changed).items() if value})

    @property
    def today(self) -> date:
        return reading.today_of(self.now)


def quality_page(asked: Asked, *, by: Actor, places: Places) -> QualityPage:
    """Everything that `templates/quality/quality.html` prints."""
    shops = [asked.shop.pk] if asked.shop else [shop.pk for shop in places.shops]
    profile, live = reading.standing(shops, now=asked.now, seen_by=by)
    found = reading.readings_of(live, profile, today=asked.today)
    verdicts = {metric: reading.verdict(found[metric], profile) for metric in Metric}
    behind = reading.orders_behind(asked.metric, shops, now=asked.now, seen_by=by, profile=profile)
    shown = [one for one in behind if not asked.why or reason_of(one, asked.metric).text == asked.why]
    here = shown[asked.start : asked.start + ROWS]
    chosen = verdicts[asked.metric]
    lead, advice = _verdict(verdicts)
    return QualityPage(
        note=_note(asked, places, chosen.reading.official.window, by=by),
        verdict=lead,
        advice=advice,
        cards=tuple(_card(one, asked) for one in verdicts.values()),
        metric=asked.metric.value,
        budget=_budget(chosen, live, asked),
        thresholds=_thresholds(chosen.rule),
        thresholds_note=_source(profile),
        points=_points(asked, shops, profile, places, by=by),
        points_head=HEADS[asked.metric],
        behind_title=gettext("Заказы за этим числом"),
        behind_note=_behind_note(behind, asked.metric),
        behind=tuple(_behind_row(one, asked) for one in here),
        filters=_filters(behind, asked),
        range_text=gettext("%(first)s–%(last)s из %(shown)s")
        % {"first": asked.start + 1, "last": asked.start + len(here), "shown": len(shown)}
        if here
        else "",
        prev_url=asked.url(start=str(max(asked.start - ROWS, 0) or "")) if asked.start else "",
        next_url=asked.url(start=str(asked.start + ROWS)) if len(shown) > asked.start + ROWS else "",
        import_url=_import_url(asked, by),
    )


def _import_url(asked: Asked, by: Actor) -> str:
    """A file is of one shop, so the form stands only when one is chosen."""
    may = by.may(Permission.QUALITY_IMPORT) and asked.shop is not None and by.sees_whole(asked.shop.pk)
    return f"/quality/import/?{urlencode({'shop': asked.shop.slug})}" if may and asked.shop else ""


def _note(asked: Asked, places: Places, window: Window, *, by: Actor) -> str:
    of = asked.shop.name if asked.shop else plural(len(places.shops), "магазин", "магазинов")
    shops = [asked.shop] if asked.shop else places.shops
    if not all(by.sees_whole(shop.pk) for shop in shops):
        # Kaspi judges a shop; a part of it is told as a part.
        of = gettext("%(of)s, только ваши точки") % {"of": of}
    return gettext("%(of)s · по %(day)s включительно, сегодняшний день – в прогнозе") % {
        "of": of,
        "day": calendar_day(window.last),
    }


# --- Cards ------------------------------------------------------------------------------------------------------------


def _card(verdict: Verdict, asked: Asked) -> MetricCard:
    measured, rule, metric = verdict.reading.official, verdict.rule, verdict.rule.metric
    judged = verdict.status is not Status.NOT_ENOUGH_DATA and measured.value is not None
    text, icon, level = _room_text(verdict)
    chip = STATUS_CHIPS[verdict.status]
    value = value_text(metric, measured.value) if judged and measured.value is not None else "—"
    number = value.rstrip("%\u00a0")
    return MetricCard(
        name=NAMES[metric],
        url=asked.url(metric=metric.value, why=""),
        value=number,
        unit=value[len(number) :],
        chip=Chip(gettext("Внимание"), "warn") if level == "warn" else chip,
        formula=_formula(measured),
        preview=_preview(verdict) if judged else "",
        budget=text,
        budget_icon=icon,
        level=level,
        scale=scale_of(measured, rule) if judged else None,
        current=metric is asked.metric,
    )


def _formula(measured: Measured) -> str:
    over, under = NOUNS[measured.metric]
    days = (measured.window.last - measured.window.first).days + 1
    return gettext("%(over)s / %(under)s, %(days)s") % {
        "over": plural(measured.numerator, *over),
        "under": plural(measured.denominator, *under),
        "days": plural(days, "день", "дней"),
    }


def _preview(verdict: Verdict) -> str:
    preview, official = verdict.reading.preview, verdict.reading.official
    if preview.value is None or preview.value == official.value:
        return ""
    unproven = (
        gettext(", %(provisional)s не подтверждены") % {"provisional": preview.provisional}
        if preview.provisional
        else ""
    )
    return gettext("завтра %(value)s%(unproven)s") % {
        "value": value_text(preview.metric, preview.value),
        "unproven": unproven,
    }


def _room_text(verdict: Verdict) -> tuple[str, str, str]:
    """What is left under the line, a picture for it, and the colour of the card."""
    measured, rule = verdict.reading.preview, verdict.rule
    if not enough_data(verdict.reading.official, rule):
        need = gettext("оценок") if rule.metric is Metric.RATING else gettext("заказов")
        return (
            gettext("Пока %(sample)s из %(min_sample)s %(need)s")
            % {"sample": grouped(verdict.reading.official.sample), "min_sample": rule.min_sample, "need": need},
            "clock",
            "",
        )
    if rule.metric is Metric.RATING:
        return _marks_text(verdict)
    found = room(measured.numerator, measured.denominator, rule.critical)
    if verdict.status is Status.CRITICAL or found.used >= found.crosses_at:
        over = found.used - found.crosses_at + 1
        return (
            gettext("Выше границы на %(over)s") % {"over": max(over, 0)}
            if over > 0
            else gettext("Завтра вернётся под границу"),
            "ban",
            "danger",
        )
    level = "warn" if found.left <= FEW_LEFT and verdict.status is Status.WARNING else ""
    return (
        gettext("Запас %(left)s, критична %(crosses_at)s-я") % {"left": found.left, "crosses_at": found.crosses_at},
        "shield-check",
        level,
    )


def _marks_text(verdict: Verdict) -> tuple[str, str, str]:
    measured, rule = verdict.reading.preview, verdict.rule
    if verdict.status is Status.CRITICAL:
        fives = marks_needed(
            measured.numerator, measured.denominator, Bound(Comparator.GE, rule.critical.value), mark=5
        )
        return (
            gettext("Нужно %(fives)s") % {"fives": plural(fives, "пятёрка", "пятёрок")} if fives else "",
            "ban",
            "danger",
        )
    ones = marks_needed(measured.numerator, measured.denominator, rule.critical, mark=1)
    text = gettext("До критической %(ones)s «1»") % {"ones": plural(ones, "оценка", "оценок")} if ones else ""
    return text, "shield-check", ""


def _verdict(verdicts: Mapping[Metric, Verdict]) -> tuple[str, str]:
    """The first sentence, and what to look at next."""
    judged = [one for one in verdicts.values() if one.status is not Status.NOT_ENOUGH_DATA]
    critical = [NAMES[one.rule.metric].lower() for one in judged if one.status is Status.CRITICAL]
    if not judged:
        return gettext("Пока мало данных."), gettext("Kaspi судит с десяти заказов за 30 дней и с трёх оценок.")
    if critical:
        return gettext("За границей: %(names)s.") % {"names": ", ".join(critical)}, gettext(
            "Kaspi может отключить магазин на 7 дней."
        )
    lefts = [
        (room(one.reading.preview.numerator, one.reading.preview.denominator, one.rule.critical).left, one.rule.metric)
        for one in judged
        if one.rule.metric is not Metric.RATING
    ]
    if not lefts:
        return gettext("Показатели в норме."), ""
    left, metric = min(lefts)
    return gettext("Показатели в норме."), gettext("Ближе всего к границе: %(name)s, в запасе %(left)s.") % {
        "name": NAMES[metric].lower(),
        "left": left,
    }


# --- Budget -----------------------------------------------------------------------------------------------------------


def _budget(verdict: Verdict, live: Live, asked: Asked) -> Budget | None:
    measured, rule, metric = verdict.reading.preview, verdict.rule, asked.metric
    if metric is Metric.RATING or not measured.denominator:
        return None
    found = room(measured.numerator, measured.denominator, rule.critical)
    ahead = days_ahead(live.days.get(metric, ()), rule, today=asked.today, horizon=FORECAST_DAYS)
    leaving = sum(day.leaving_used for day in ahead)
    nouns = NOUNS[metric][0]
    crossing = Fraction(found.crosses_at, measured.denominator)
    return Budget(
        title=LEFT[metric],
        window=gettext("окно %(days)s, %(first)s – %(last)s")
        % {
            "days": plural(rule.window_days, "день", "дней"),
            "first": calendar_day(measured.window.first),
            "last": calendar_day(measured.window.last),
        },
        value=grouped(found.left),
        text=gettext("%(nouns)s в запасе. %(crosses_at)s-я даст %(crossing)s.")
        % {
            "nouns": plural_word(found.left, *nouns),
            "crosses_at": found.crosses_at,
            "crossing": share(crossing),
        },
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
                % {"leaving": leaving, "day": calendar_day(ahead[-1].day)},
            ),
            ("ink", gettext("%(used)s останутся") % {"used": max(found.used - leaving, 0)}),
            ("free", gettext("%(left)s в запасе") % {"left": found.left}),
        ),
        columns=columns([(_axis_day(day.day, first=not index), day.leaving_used) for index, day in enumerate(ahead)]),
        columns_title=gettext("Сколько выйдет из окна по дням"),
    )


def _pips(used: int, left: int, leaving: int) -> tuple[str, ...]:
    if used + left + 1 > MOST_PIPS:
        return ()
    return ("leaving",) * leaving + ("used",) * (used - leaving) + ("free",) * left + ("limit",)


def _axis_day(day: date, *, first: bool) -> str:
    return f"{day.day} {MONTHS[day.month - 1][:3]}" if first else str(day.day)


def _thresholds(rule: Rule) -> tuple[Threshold, ...]:
    return (
        Threshold(gettext("Критично"), bound_text(rule.critical, rule.metric), "danger"),
        Threshold(gettext("Отлично"), bound_text(rule.good, rule.metric), "ok"),
        Threshold(gettext("Окно"), window_text(rule)),
        Threshold(gettext("Считается"), sample_text(rule)),
    )


def _source(profile: Profile) -> str:
    return gettext("%(title)s. Это расчёт по вашим заказам: официальное число стоит в кабинете Kaspi.") % {
        "title": profile.title
    }


# --- Where it comes from ----------------------------------------------------------------------------------------------


def _points(
    asked: Asked, shops: Sequence[int], profile: Profile, places: Places, *, by: Actor
) -> tuple[PointLine, ...]:
    rule = profile.rules[asked.metric]
    found = reading.numbers_by_point(shops, now=asked.now, seen_by=by, profile=profile)
    known = [(point, found[point.pk][asked.metric]) for point in places.points if point.pk in found]
    counted = [(point, one, one.value) for point, one in known if one.value is not None]
    widest = max((value for *_, value in counted), default=Fraction(0)) or Fraction(1)
    counted.sort(key=lambda line: (line[2], line[1].denominator), reverse=asked.metric is not Metric.RATING)
    return tuple(
        PointLine(
            name=point.name,
            note=plural(one.denominator, *NOUNS[asked.metric][1]),
            count=grouped(one.numerator),
            value=value_text(asked.metric, value),
            bar=per_cent(float(value / widest)),
            level="danger" if enough_data(one, rule) and rule.critical.met_by(value) else "",
        )
        for point, one, value in counted
    )


def reason_of(behind: Behind, metric: Metric) -> Chip:
    """Why this order stands behind the number, in a word or two."""
    order = behind.order
    level = "danger" if behind.counts else ""
    if metric is Metric.RATING:
        return Chip(
            gettext("оценка %(mark)s") % {"mark": order.mark},
            _MARK_LEVELS.get(order.mark or 0, "") if behind.counts else "",
        )
    if metric is Metric.LATE_HANDOVER and order.handed_at and order.courier_planned_at:
        late = int((order.handed_at - order.courier_planned_at).total_seconds())
        return Chip(
            gettext("позже на %(time)s") % {"time": time_left(late)} if late >= 60 else gettext("позже срока"),
            level,
        )
    if metric is Metric.QUALITY_RETURNS:
        return Chip(gettext("возврат по качеству") if behind.counts else gettext("возврат"), level)
    if order.expired_at or order.stage == Stage.EXPIRED:
        return Chip(gettext("не принят в срок"), level)
    return Chip(CANCEL_REASONS.get(order.cancellation_reason, gettext("причина не названа")).lower(), level)


_MARK_LEVELS = {1: "danger", 2: "danger", 3: "warn", 4: "", 5: "ok"}


def _behind_row(behind: Behind, asked: Asked) -> BehindOrder:
    order = behind.order
    leaves = (behind.leaves_on - asked.today).days
    return BehindOrder(
        url=f"/orders/{order.code}/",
        no=order_groups(order.code),
        reason=reason_of(behind, asked.metric),
        item=order.first_item,
        point=order.point.name if order.point else gettext("без точки"),
        day=calendar_day(behind.day),
        leaves=calendar_day(behind.leaves_on),
        leaves_note=NEAR_DAYS.get(leaves) or gettext("через %(days)s") % {"days": plural(leaves, "день", "дней")},
        excluded=gettext("не входит: %(excluded)s") % {"excluded": EXCLUDED[behind.why]} if behind.why else "",
    )


def _behind_note(behind: Sequence[Behind], metric: Metric) -> str:
    inside = sum(one.counts for one in behind)
    outside = len(behind) - inside
    nouns = noun("оценка", "оценок") if metric is Metric.RATING else NOUNS[metric][0]
    return plural(inside, *nouns) + (gettext(", ещё %(outside)s не входят") % {"outside": outside} if outside else "")


def _filters(behind: Sequence[Behind], asked: Asked) -> tuple[Tab, ...]:
    reasons = Counter(reason_of(one, asked.metric).text for one in behind)
    if asked.metric is Metric.LATE_HANDOVER or len(reasons) < 2:
        return ()
    tabs = [Tab(gettext("все"), asked.url(why=""), str(len(behind)), current=not asked.why)]
    return (
        *tabs,
        *(Tab(text, asked.url(why=text), str(n), current=text == asked.why) for text, n in reasons.most_common()),
    )
