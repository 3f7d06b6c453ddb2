"""The tables of a breakdown: a number by points, people, goods, categories, hours, reasons."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import Any, Final

from django.utils.translation import gettext

from quality import reading as numbers
from quality.attribution import reading
from quality.attribution.behind import NONE, PARAMETERS
from quality.attribution.fault import RULES, Cause
from quality.attribution.pace import MOST as MOST_ACCEPTED
from quality.attribution.pace import Pace, Paces, paces
from quality.attribution.page_models import Cell, Head, SplitTable
from quality.attribution.reading import Dimension, Key, Number, Unit, Units
from quality.attribution.rules import Answerer, summed
from quality.attribution.words import ANSWERERS, COUNTED, DIMENSIONS, FAIR, HEADS, SHARES
from quality.formulas import Metric
from quality.metrics import Measured
from quality.reading import Live
from quality.scales import value_text
from quality.thresholds import Rule, enough_data
from quality.words import NOUNS
from staff.access import Actor
from staff.drawing import per_cent
from staff.formats import grouped, plural, share, time_left
from staff.models import Member, PointOfSale
from staff.places import Places

ROWS: Final = 20
# The other numbers of a point, beside the chosen one.
BESIDE: Final[Mapping[Metric, tuple[Metric, Metric]]] = {
    Metric.CANCELLED: (Metric.LATE_HANDOVER, Metric.RATING),
    Metric.LATE_HANDOVER: (Metric.CANCELLED, Metric.RATING),
    Metric.QUALITY_RETURNS: (Metric.CANCELLED, Metric.RATING),
    Metric.RATING: (Metric.CANCELLED, Metric.LATE_HANDOVER),
}

Url = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Split:
    """What the address asks of the breakdown: a dimension (None: points and people), the last `days` of the window."""

    by: Dimension | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What all parts of the panel are made from. `most`: how much the budget holds in all, 0 where there is none."""

    number: Number
    places: Places
    actor: Actor
    url: Url
    by_point: Mapping[int, Live]
    units: Units
    most: int

    @property
    def metric(self) -> Metric:
        return self.number.metric

    def parts(self, dimension: Dimension) -> dict[Key, Fraction]:
        split, weight = reading.parts(self.units.found, dimension, places=self.places), self.number.weight
        return summed(
            parts if (times := weight(unit)) == 1 else {key: part * times for key, part in parts.items()}
            for unit, parts in split
        )

    def share(self, part: Fraction) -> Fraction:
        """Of the budget; where none is counted, of the number itself."""
        return part / (self.most or sum(map(self.number.weight, self.units.found)) or 1)

    def behind(self, dimension: Dimension, value: str, **more: str) -> str:
        return self.url(**({PARAMETERS[dimension]: value} | more)) + "#behind"


def measured_of(number: Number, live: Live) -> Measured:
    return numbers.measured_of(live, number.rule, number.window, number.formula)


# --- Points -----------------------------------------------------------------------------------------------------------


def point_table(made: Made) -> SplitTable:
    metric, beside = made.metric, BESIDE[made.metric]
    low = made.parts(Dimension.POINT) if metric is Metric.RATING else {}
    lines = [(point_id, live, measured_of(made.number, live)) for point_id, live in made.by_point.items()]
    lines = [line for line in lines if line[2].denominator or line[2].numerator]
    lines.sort(
        key=lambda line: (line[2].value or Fraction(0), line[2].denominator), reverse=metric is not Metric.RATING
    )
    widest = max((one.value for *_, one in lines if one.value is not None), default=None) or Fraction(1)
    heads = (
        Head(gettext("Точка"), num=False),
        Head(str(COUNTED[metric]), minor=True),
        Head(gettext("Рейтинг") if metric is Metric.RATING else gettext("Доля")),
        *(Head(str(SHARES[other]), minor=index > 0) for index, other in enumerate(beside)),
    )
    rows = [
        (
            _point_cell(made, point_id, one),
            _budget_cell(made, _counted(one, low.get(point_id or None, Fraction(0)))),
            _value_cell(one, made.number.rule, widest),
            *(_other_cell(replace(made.number, metric=other), live) for other in beside),
        )
        for point_id, live, one in lines
    ]
    return SplitTable("by-point", gettext("По точкам"), heads, _under(heads, rows[:ROWS]), _more(len(rows)), _empty())


def _counted(measured: Measured, low: Fraction) -> Fraction:
    """Units of a point: its numerator, which is whole however many orders there are; of the rating its low marks."""
    return low if measured.metric is Metric.RATING else Fraction(measured.numerator)


def _budget_cell(made: Made, part: Fraction) -> Cell:
    note = gettext("%(share)s бюджета") % {"share": share(made.share(part), digits=0)} if part and made.most else ""
    return Cell(units_text(part), note)


def _point_cell(made: Made, point_id: int, measured: Measured) -> Cell:
    note = plural(measured.denominator, *NOUNS[made.metric][1])
    point = made.places.point_by_id(point_id)
    if point is None:
        return Cell(gettext("Без точки"), note, made.behind(Dimension.POINT, NONE))
    return Cell(point.name, note, made.behind(Dimension.POINT, point.code, **_shop_of(made, point)))


def _shop_of(made: Made, point: PointOfSale) -> dict[str, str]:
    """Codes of points are told apart by their shop."""
    return {"shop": made.places.shop_by_id(point.shop_id).slug} if len(made.number.shop_ids) > 1 else {}


def _value_cell(measured: Measured, rule: Rule, widest: Fraction) -> Cell:
    if measured.value is None:
        return Cell("—")
    danger = enough_data(measured, rule) and rule.critical.met_by(measured.value)
    bar = per_cent(float(measured.value / widest))
    return Cell(value_text(measured.metric, measured.value), bar=bar, level="danger" if danger else "")


def _other_cell(number: Number, live: Live) -> Cell:
    measured, metric, rule = measured_of(number, live), number.metric, number.rule
    if measured.value is None:
        return Cell("—")
    danger = enough_data(measured, rule) and rule.critical.met_by(measured.value)
    text = value_text(metric, measured.value) if metric is Metric.RATING else share(measured.value, digits=1)
    return Cell(text, level="danger" if danger else "")


# --- People -----------------------------------------------------------------------------------------------------------


def member_table(made: Made) -> SplitTable:
    parts: dict[Any, Fraction] = made.parts(Dimension.MEMBER)
    speed = paces(made.number.shop_ids, made.number.window, seen_by=made.actor, places=made.places)
    people = {key.member_id for key in parts if key.member_id is not None} | speed.of.keys()
    named = {member.pk: member for member in Member.objects.filter(pk__in=people)}
    units = {pk: sum((part for key, part in parts.items() if key.member_id == pk), Fraction(0)) for pk in named}
    order = sorted(named, key=lambda pk: (-units[pk], -_pace(speed, pk).accepted, named[pk].name))
    rows = [_member_row(made, named[pk], units[pk], _pace(speed, pk)) for pk in order]
    nobody = sorted(((part, key) for key, part in parts.items() if key.member_id is None), reverse=True)
    rows = [*rows[:ROWS], *(_nobody_row(made, key, part) for part, key in nobody)]
    heads = (
        Head(gettext("Менеджер"), num=False),
        Head(str(COUNTED[made.metric]), minor=True),
        Head(_share_head(made)),
        Head(gettext("Принятие"), title=gettext("Медиана рабочего времени от заказа до принятия")),
    )
    note = str(FAIR[made.metric]) + _sampled(speed)
    return SplitTable("by-member", gettext("По менеджерам"), heads, _under(heads, rows), note, _empty())


def _sampled(speed: Paces) -> str:
    if not speed.cut:
        return ""
    most = plural(MOST_ACCEPTED, "заказу", "заказам")
    return " " + gettext("Принятие посчитано по последним %(most)s.") % {"most": most}


def _pace(speed: Paces, member_id: int) -> Pace:
    return speed.of.get(member_id, Pace(0, timedelta()))


def _member_row(made: Made, member: Member, part: Fraction, pace: Pace) -> tuple[Cell, ...]:
    note = gettext("принял %(orders)s") % {"orders": plural(pace.accepted, "заказ", "заказов")} if pace.accepted else ""
    url = made.behind(Dimension.MEMBER, str(member.public_id)) if part else ""
    typical = max(int(pace.typical.total_seconds()), 60)
    return (
        Cell(member.name, note, url),
        _count_cell(part),
        _share_cell(made, part),
        Cell(_duration(typical) if pace.accepted else "—"),
    )


def _duration(seconds: int) -> str:
    # Below a quarter of an hour a deadline counts seconds; a median need not.
    if seconds < 15 * 60:
        return gettext("%(minutes)s мин") % {"minutes": seconds // 60}
    return time_left(seconds)


def _nobody_row(made: Made, key: Answerer, part: Fraction) -> tuple[Cell, ...]:
    name, note = ANSWERERS[key.why]
    url = made.behind(Dimension.MEMBER, key.why.value)
    return Cell(str(name), str(note), url), _count_cell(part), _share_cell(made, part), Cell("")


# --- Goods, categories, hours, reasons --------------------------------------------------------------------------------


def split_table(made: Made, dimension: Dimension) -> SplitTable:
    parts = made.parts(dimension)
    by_hour = dimension is Dimension.HOUR
    keys: list[Any] = sorted(parts, key=lambda key: str(key) if not by_hour else f"{key or 0:02}")
    if not by_hour:
        keys.sort(key=lambda key: -parts[key])
    shown = keys if by_hour else keys[:ROWS]
    names = _names(dimension, shown, made.units.found)
    rows = [
        (
            Cell(*names[key], made.behind(dimension, _value(key))),
            _count_cell(parts[key]),
            _share_cell(made, parts[key]),
        )
        for key in shown
    ]
    heads = (Head(str(HEADS[dimension]), num=False), Head(str(COUNTED[made.metric])), Head(_share_head(made)))
    rest = _more(len(keys)) if not by_hour else ""
    title = str(DIMENSIONS[dimension])
    return SplitTable(f"by-{dimension.value}", title, heads, _under(heads, rows), rest, _empty())


def _value(key: Any) -> str:
    return NONE if key in ("", None) else str(key)


def _names(dimension: Dimension, keys: Iterable[Any], found: Sequence[Unit]) -> dict[Any, tuple[str, str]]:
    if dimension is Dimension.SKU:
        titles = reading.titles_of(keys, found)
        return {key: (titles.get(key) or key or gettext("Товар без артикула"), key) for key in keys}
    if dimension is Dimension.HOUR:
        return {key: ("—" if key is None else f"{key:02}:00–{key:02}:59", "") for key in keys}
    if dimension is Dimension.REASON:
        ours = gettext("по нашим часам, Kaspi ещё не назвал причину")
        return {key: (str(RULES[key].title), ours if key is Cause.OUR_CLOCK else "") for key in keys}
    return {key: (key or gettext("Без категории"), "") for key in keys}


# --- Cells ------------------------------------------------------------------------------------------------------------


def units_text(part: Fraction) -> str:
    """«12», «2,5»: an order that several answer for is told with a tenth."""
    return grouped(part, digits=0 if part.denominator == 1 else 1)


def _count_cell(part: Fraction) -> Cell:
    return Cell(units_text(part))


def _share_cell(made: Made, part: Fraction) -> Cell:
    value = made.share(part)
    return Cell(share(value, digits=0), bar=per_cent(float(value)))


def _share_head(made: Made) -> str:
    return gettext("Доля бюджета") if made.most else gettext("Доля числа")


def _under(heads: tuple[Head, ...], rows: Iterable[tuple[Cell, ...]]) -> tuple[tuple[tuple[Head, Cell], ...], ...]:
    return tuple(tuple(zip(heads, row, strict=True)) for row in rows)


def _more(lines: int) -> str:
    hidden = lines - ROWS
    return gettext("Ещё %(lines)s") % {"lines": plural(hidden, "строка", "строк")} if hidden > 0 else ""


def _empty() -> str:
    return gettext("За это время в числе ничего нет.")
