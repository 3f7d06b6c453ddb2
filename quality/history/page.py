"""The page of kept numbers in words: a chart over all kept days, and the days one by one."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final, NamedTuple
from urllib.parse import urlencode

from django.utils.translation import gettext

from quality.formulas import Metric
from quality.history.drawing import Span, line, thinned
from quality.history.page_models import Chart, HistoryPage, Line, Mark, Row
from quality.models import OwnProfile, QualitySnapshot
from quality.scales import NAMES, value_text
from quality.thresholds import BY_CODE, PROFILES, Profile, Status
from quality.words import NOUNS, STATUS_CHIPS
from staff.access import Actor
from staff.drawing import per_cent
from staff.formats import almaty_moment, calendar_day, grouped, plural
from staff.models import Shop
from staff.page_parts import Chip, Empty, Tab

ROWS: Final = 60
# Three years; what is older stands in the table.
CHART_DAYS: Final = 1_100
# Heights in px: the top and the bottom of the chart, and where its days are named.
TOP, BOTTOM, NAMED_AT = 12, 236, 256
KINDS: Final = ("s1", "s2 chart__line--dash", "s3 chart__line--dash")
DAYS_NAMED: Final = 5
# Round steps of a share, up to a scale of the whole and beyond.
STEPS: Final = [Fraction(step, 2000) * 10**power for power in range(3) for step in (2, 3, 4, 6, 10)] + [Fraction(1)]


class Kept(NamedTuple):
    """A row of the table of snapshots, as the page needs it."""

    day: date
    profile: str
    numerator: int
    denominator: int
    status: str
    known_at: datetime

    @property
    def value(self) -> Fraction | None:
        return Fraction(self.numerator, self.denominator) if self.denominator else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; `shop` None: none whose numbers are his to see."""

    shop: Shop | None
    metric: Metric
    start: int
    now: datetime

    def url(self, **changed: str) -> str:
        kept = {"shop": self.shop.slug if self.shop else "", "metric": self.metric.value}
        return "/quality/history/?" + urlencode({name: value for name, value in (kept | changed).items() if value})


def whole_shops(shops: Sequence[Shop], by: Actor) -> tuple[Shop, ...]:
    """Those that the actor sees whole: kept numbers are of whole shops."""
    return tuple(shop for shop in shops if by.sees_whole(shop.pk))


def history_page(asked: Asked, shops: Sequence[Shop]) -> HistoryPage:
    """Everything that `templates/quality/history.html` prints. `shops`: those that may be chosen."""
    kept = _kept(asked.shop, asked.metric) if asked.shop else []
    days = sorted({row.day for row in kept}, reverse=True)
    here = days[asked.start : asked.start + ROWS]
    codes = _judging(kept, asked.metric)
    more = len(days) > asked.start + ROWS
    return HistoryPage(
        note=_note(asked, days),
        title=NAMES[asked.metric],
        shops=_shop_tabs(asked, shops),
        metrics=tuple(Tab(NAMES[one], asked.url(metric=one.value), current=one is asked.metric) for one in Metric),
        profiles=tuple(zip(_heads(codes, asked.metric), _titles(codes).values(), strict=True)),
        chart=_chart(asked.metric, kept) if kept else None,
        rows=tuple(_rows(asked, kept, here, codes)),
        range_text=gettext("%(first)s–%(last)s из %(shown)s")
        % {"first": asked.start + 1, "last": asked.start + len(here), "shown": grouped(len(days))}
        if here
        else "",
        prev_url=asked.url(start=str(max(asked.start - ROWS, 0) or "")) if asked.start else "",
        next_url=asked.url(start=str(asked.start + ROWS)) if more else "",
        shop=asked.shop.slug if asked.shop else "",
        metric=asked.metric.value,
        empty=None if kept else _empty(asked),
    )


def _kept(shop: Shop, metric: Metric) -> list[Kept]:
    """The newest days, in the order of the profiles."""
    known = [profile.code for profile in PROFILES]
    newest = (
        QualitySnapshot.objects.filter(shop_id=shop.pk, metric=metric.value)
        .order_by("-day")
        .values_list("day", flat=True)
    ).first()
    since = newest - timedelta(days=CHART_DAYS) if newest else date.max
    rows = QualitySnapshot.objects.filter(shop_id=shop.pk, metric=metric.value, day__gt=since).order_by("day")
    found = [Kept._make(row) for row in rows.values_list(*Kept._fields)]
    return sorted(found, key=lambda row: known.index(row.profile) if row.profile in known else -1)


def _titles(codes: Sequence[str]) -> Mapping[str, str]:
    own = dict(OwnProfile.objects.filter(code__in=codes).values_list("code", "title"))
    return {code: str(BY_CODE[code].title) if code in BY_CODE else own.get(code, code) for code in codes}


def _judging(kept: Sequence[Kept], metric: Metric) -> list[str]:
    """Profiles that judge the metric each in its own way; of those with the same rule the first speaks."""
    found: dict[object, str] = {}
    for row in kept:
        found.setdefault(BY_CODE[row.profile].rules[metric] if row.profile in BY_CODE else row.profile, row.profile)
    return list(found.values())


def _heads(codes: Sequence[str], metric: Metric) -> list[str]:
    """Profiles in a word or two: by their line, and those of the company by their names."""
    titles = _titles(codes)
    return [
        gettext("граница %(value)s") % {"value": _short(metric, BY_CODE[code].rules[metric].critical.value)}
        if code in BY_CODE
        else titles[code]
        for code in codes
    ]


def _note(asked: Asked, days: Sequence[date]) -> str:
    if asked.shop is None or not days:
        return ""
    return gettext("%(shop)s · числа хранятся с %(day)s, %(days)s") % {
        "shop": asked.shop.name,
        "day": calendar_day(days[-1], year=True),
        "days": plural(len(days), "день", "дней"),
    }


def _shop_tabs(asked: Asked, shops: Sequence[Shop]) -> tuple[Tab, ...]:
    if len(shops) < 2:
        return ()
    return tuple(Tab(shop.name, asked.url(shop=shop.slug), current=shop == asked.shop) for shop in shops)


def _empty(asked: Asked) -> Empty:
    if asked.shop is None:
        return Empty(
            gettext("Истории целого магазина вам не видно"),
            gettext("Числа по дням хранятся по магазину целиком, а вам видна его часть."),
        )
    return Empty(
        gettext("Истории ещё нет"),
        gettext("Числа дня сохраняются каждую ночь. Первые появятся здесь завтра."),
    )


# --- Chart ------------------------------------------------------------------------------------------------------------


def _chart(metric: Metric, kept: Sequence[Kept]) -> Chart:
    by_code: defaultdict[str, dict[date, Fraction | None]] = defaultdict(dict)
    for row in kept:
        by_code[row.profile][row.day] = row.value
    first, last = min(row.day for row in kept), max(row.day for row in kept)
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    days = [every[n] for n in thinned(len(every))]
    bounds = _bounds(metric, list(by_code))
    span = _span(metric, [row.value for row in kept], [one.rules[metric].critical.value for one in bounds])
    drawn = [one for one in bounds if span.low < one.rules[metric].critical.value < span.high]
    shown = next(iter(by_code.values())).get(last)
    return Chart(
        label=_label(metric, by_code, first, last),
        lines=tuple(_lines(by_code, days, span)),
        limits=tuple(f"M0 {span.y(one.rules[metric].critical.value)} H100" for one in drawn),
        limit_marks=tuple(_limit(metric, one, span) for one in drawn),
        grid=tuple(_grid(metric, span)),
        days=tuple(_named(days)),
        last=None if shown is None else Mark(value_text(metric, shown), _px(span.y(shown)), "100%", "end"),
    )


def _lines(by_code: Mapping[str, Mapping[date, Fraction | None]], days: Sequence[date], span: Span) -> Iterator[Line]:
    """One line for the profiles by which the number is the same."""
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for code, values in by_code.items():
        alike[line([values.get(day) for day in days], span)].append(code)
    titles = _titles(list(by_code))
    for number, (path, codes) in enumerate(alike.items()):
        yield Line(path, KINDS[min(number, len(KINDS) - 1)], ", ".join(titles[code] for code in codes))


def _bounds(metric: Metric, codes: Sequence[str]) -> list[Profile]:
    """Of profiles with the same critical line the first."""
    known = [BY_CODE[code] for code in codes if code in BY_CODE]
    return list({profile.rules[metric].critical.value: profile for profile in reversed(known)}.values())[::-1]


def _span(metric: Metric, values: Sequence[Fraction | None], bounds: Sequence[Fraction]) -> Span:
    """What is drawn, in four round steps. The strictest line is always in it; one far above all that was is left out."""
    known = [value for value in values if value is not None]
    if metric is Metric.RATING:
        return Span(3 if min(known, default=Fraction(3)) >= 3 else 1, 5)
    top = max([min(bounds, default=Fraction(1, 100)), *known]) * Fraction(6, 5)
    # After a month without orders a few cancels are several hundred per cent: what lies outside stands on the edge.
    return Span(0, next((step * 4 for step in STEPS if step * 4 >= top), STEPS[-1] * 4))


def _limit(metric: Metric, profile: Profile, span: Span) -> Mark:
    value = profile.rules[metric].critical.value
    text = gettext("критично %(value)s · %(title)s") % {"value": _short(metric, value), "title": profile.title}
    return Mark(text, max(_px(span.y(value)) - 5, TOP + 10), "4", "start", "danger")


def _grid(metric: Metric, span: Span) -> Iterator[Mark]:
    for part in range(5):
        value = Fraction(span.low) + (Fraction(span.high) - Fraction(span.low)) * part / 4
        yield Mark(_short(metric, value), _px(span.y(value)))


def _named(days: Sequence[date]) -> Iterator[Mark]:
    last = max(len(days) - 1, 1)
    step = max(-(-len(days) // DAYS_NAMED), 1)
    for n in range(0, len(days), step):
        yield Mark(
            calendar_day(days[n]), NAMED_AT, per_cent(n / last), "middle" if n else "start", minor=bool(n // step % 2)
        )


def _label(metric: Metric, by_code: Mapping[str, Mapping[date, Fraction | None]], first: date, last: date) -> str:
    known = [value for values in by_code.values() for value in values.values() if value is not None]
    if not known:
        return NAMES[metric]
    return gettext(
        "%(name)s с %(first)s по %(last)s: наименьшее %(low)s, наибольшее %(high)s. Числа по дням в таблице ниже"
    ) % {
        "name": NAMES[metric],
        "first": calendar_day(first, year=True),
        "last": calendar_day(last, year=True),
        "low": value_text(metric, min(known)),
        "high": value_text(metric, max(known)),
    }


def _px(y: float) -> float:
    return round(TOP + (BOTTOM - TOP) * y / 100, 2)


def _short(metric: Metric, value: Fraction) -> str:
    number = value if metric is Metric.RATING else value * 100
    digits = next(digits for digits in (0, 1, 2) if digits == 2 or (number * 10**digits).denominator == 1)
    return grouped(number, digits=digits) + ("" if metric is Metric.RATING else "\u00a0%")


# --- Days -------------------------------------------------------------------------------------------------------------


def _rows(asked: Asked, kept: Sequence[Kept], days: Sequence[date], codes: Sequence[str]) -> Iterator[Row]:
    by_day: defaultdict[date, dict[str, Kept]] = defaultdict(dict)
    for row in kept:
        by_day[row.day][row.profile] = row
    over, under = NOUNS[asked.metric]
    heads = _heads(codes, asked.metric)
    for day in days:
        here = by_day[day]
        first = next(iter(here.values()))
        counted = first.value is not None and first.status != Status.NOT_ENOUGH_DATA
        yield Row(
            day=calendar_day(day, year=day.year != asked.now.year),
            value=value_text(asked.metric, first.value) if counted and first.value is not None else "—",
            formula=f"{plural(first.numerator, *over)} / {plural(first.denominator, *under)}",
            verdicts=tuple((head, _chip(here.get(code))) for head, code in zip(heads, codes, strict=True)),
            known=almaty_moment(first.known_at, now=asked.now),
        )


def _chip(row: Kept | None) -> Chip:
    return Chip("—") if row is None else STATUS_CHIPS[Status(row.status)]
