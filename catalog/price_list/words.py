"""Lines and problems of a load as people read them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext

from catalog.models import PriceLine, PriceProblem
from catalog.price_list.columns import WORDS as COLUMNS
from catalog.price_list.columns import Field
from catalog.price_list.comparing import NESTED, SCALARS
from catalog.price_list.page_models import Change, Cure, LineRow, ProblemRow
from catalog.price_list.problems import WORDS, Code
from staff.cities import name_of
from staff.formats import grouped, tenge

_LABELS: Final[Mapping[str, Any]] = {
    **{field.value: word for field, word in COLUMNS.items()},
    "preorder_days": COLUMNS[Field.PREORDER],
}
_MONEY: Final = ("price", "floor", "ceiling", "city")


def line_row(line: PriceLine, points: Mapping[int, str]) -> LineRow:
    """`points`: names by id."""
    return LineRow(grouped(line.row) if line.row else "", line.sku, tuple(_changes(line, points)))


def _changes(line: PriceLine, points: Mapping[int, str]) -> Iterator[Change]:
    for name in SCALARS:
        if name in line.after:
            before, after = (_said(name, facts[name]) for facts in (line.before, line.after))
            yield Change(_label(name, "", points), before, after)
    for name in NESTED:
        for key, after in line.after.get(name, {}).items():
            yield Change(_label(name, key, points), _said(name, line.before[name][key]), _said(name, after))


def _label(name: str, key: str, points: Mapping[int, str]) -> str:
    if name == "on_sale":
        return gettext("Продажа")
    if name == "city":
        return gettext("Цена, %(city)s") % {"city": name_of(key)}
    if name in NESTED:
        words = gettext("Остаток, %(point)s") if name == "stock" else gettext("Продаётся, %(point)s")
        return words % {"point": points.get(int(key), gettext("точки больше нет"))}
    return str(_LABELS[name])


def _said(name: str, value: Any) -> str:
    if value is None or value == "":
        return gettext("нет")
    if isinstance(value, bool):
        return gettext("да") if value else gettext("нет")
    if name in _MONEY:
        return tenge(value)
    return grouped(value) if isinstance(value, int) else str(value)


def problem_row(problem: PriceProblem, *, open_: bool) -> ProblemRow:
    """`open_`: the file may still be corrected."""
    code = Code(problem.code)
    told = _told(problem.told)
    wrong = str(WORDS[code].wrong)
    return ProblemRow(
        row=grouped(problem.row),
        sku=problem.sku,
        title=problem.title,
        value=problem.value,
        wrong=wrong % told if "%" in wrong else wrong,
        cure=_cure(code, problem.told, told),
        buttons=tuple(_buttons(code, problem)) if open_ else (),
    )


def _cure(code: Code, raw: Mapping[str, Any], told: Mapping[str, str]) -> str:
    if code is Code.NO_POINT and "like" in raw:
        return gettext("Похоже на «%(like)s»") % told
    if code is Code.BAD_STOCK and "digits" in raw:
        return gettext("Оставьте только цифры: %(digits)s") % told
    cure = str(WORDS[code].cure)
    return cure % told if "%" in cure else cure


def _buttons(code: Code, problem: PriceProblem) -> Iterator[Cure]:
    told = problem.told
    if code is Code.LIKE_SKU:
        yield Cure(gettext("Подставить %(like)s") % told, "skus", problem.value, told["like"])
        if told.get("fits"):
            yield Cure(gettext("Это новый товар"), "skus", problem.value, problem.value)
    elif code is Code.NO_POINT and "code" in told:
        yield Cure(gettext("Подставить «%(like)s»") % told, "points", problem.value, told["code"])


def _told(told: Mapping[str, Any]) -> dict[str, str]:
    said = {name: str(value) for name, value in told.items()}
    said |= {name: tenge(told[name]) for name in ("floor", "ceiling") if name in told}
    said |= {name: grouped(told[name]) for name in ("row", "most") if name in told}
    if "step" in told:
        said["step"] = grouped(told["step"] * 100, digits=1).removesuffix(",0")
    return said
