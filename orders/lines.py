"""One line of an order: what may be asked of Kaspi about it, and how its new facts prove what was asked. Pure.

Kaspi takes less of a line, less weight of it and the IMEIs of its devices (kaspi-api §4, q3214, q3215, q4026), answers
INPROGRESS and gives no way to ask how the operation ended: the line read back is the only proof.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext

from orders.cancelling import CHOICES, CabinetReason, Choice
from orders.lifecycle import ALLOWED_OF_LINE, Progress, Stage
from staff.errors import Refused

# Goods sold by weight; metres have no weight to change (kaspi-api §3).
WEIGHED: Final = frozenset({"MEASURABLE", "MEASURABLE_PIECES"})
IN_WHOLE_ONES: Final = frozenset({"", "PIECES", "MEASURABLE_PIECES", "METERED_PIECES"})
IMEI_DIGITS: Final = 15
MOST_SLOTS: Final = 2
# Kaspi takes the API's three reasons for a line; the cabinet's fourth is none of them.
REASONS: Final[tuple[Choice, ...]] = tuple(
    choice for choice in CHOICES if choice.reason is not CabinetReason.NO_REGION_DELIVERY
)


@dataclass(frozen=True, slots=True)
class Line:
    """What the rules look at. `quantity` in pieces, kilograms or metres, `grams` None where nothing is weighed."""

    kaspi_id: str
    number: int
    quantity: Decimal
    unit_type: str = ""
    grams: Decimal | None = None
    needs_imei: bool = False


Imeis = Sequence[Sequence[str]]


def offered(line: Line, stage: Stage, *, alone: bool) -> tuple[str, ...]:
    """The kinds of action that make sense for this line now. `alone`: the order has no other line."""
    fits: Mapping[str, bool] = {
        "cancel_entry": not alone or line.quantity > least_of(line),
        "weigh": is_weighed(line),
        "imei": line.needs_imei,
    }
    return tuple(kind for kind in ALLOWED_OF_LINE[stage] if fits[kind])


def is_weighed(line: Line) -> bool:
    return line.unit_type in WEIGHED and line.grams is not None and line.grams > 0


def least_of(line: Line) -> Decimal:
    """The least that may stay of a line that must not go altogether."""
    return Decimal(1) if line.unit_type in IN_WHOLE_ONES else Decimal("0.001")


def check_quantity(line: Line, left: Decimal, *, alone: bool) -> None:
    """Raise Refused unless `left` is less than the line holds, and something is left of the order."""
    if not 0 <= left < line.quantity:
        told = {"quantity": plain(line.quantity)}
        raise _bad("quantity", gettext("Останется от 0 до %(quantity)s, меньше нынешнего") % told)
    if line.unit_type in IN_WHOLE_ONES and left != left.to_integral_value():
        raise _bad("quantity", gettext("Этот товар считают целыми штуками"))
    _check_something_stays(left, alone=alone)


def check_grams(line: Line, grams: Decimal, *, alone: bool) -> None:
    """Raise Refused unless the line is sold by weight and `grams` is less than it weighs."""
    if not is_weighed(line) or line.grams is None:
        raise Refused("not_weighed", gettext("Этот товар продаётся не на вес. Уменьшите количество"))
    if not 0 <= grams < line.grams:
        told = {"grams": plain(line.grams)}
        raise _bad("grams", gettext("Вес от 0 до %(grams)s граммов, меньше нынешнего") % told)
    _check_something_stays(grams, alone=alone)


def check_imeis(line: Line, items: Imeis) -> None:
    """Raise Refused unless each device of the line is named once, by one or two whole IMEIs."""
    if not line.needs_imei:
        raise Refused("no_imei", gettext("Для этого товара Kaspi не просит IMEI"))
    if len(items) != line.quantity:
        told = {"quantity": plain(line.quantity), "named": len(items)}
        raise _bad("items", gettext("Устройств в позиции %(quantity)s, а названо %(named)s") % told)
    named: set[str] = set()
    for place, device in enumerate(items, 1):
        if not 1 <= len(device) <= MOST_SLOTS:
            raise _bad("items", gettext("Устройство %(place)s: нужен один или два IMEI") % {"place": place})
        for imei in device:
            _check_imei(imei, place, named)
            named.add(imei)


def _check_imei(imei: str, place: int, named: set[str]) -> None:
    told = {"place": place, "imei": imei[:20]}
    if len(imei) != IMEI_DIGITS or not (imei.isascii() and imei.isdigit()):
        raise _bad("items", gettext("Устройство %(place)s: в IMEI %(imei)s не 15 цифр") % told)
    if not luhn_holds(imei):
        raise _bad(
            "items", gettext("Устройство %(place)s: в IMEI %(imei)s опечатка, не сходится последняя цифра") % told
        )
    if imei in named:
        raise _bad("items", gettext("Устройство %(place)s: IMEI %(imei)s назван дважды") % told)


def luhn_holds(digits: str) -> bool:
    """Whether the last digit is the check digit of the others: every second one from the right doubled (ISO/IEC 7812)."""
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits)))
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def _check_something_stays(left: Decimal, *, alone: bool) -> None:
    if alone and left == 0:
        raise Refused("last_line", gettext("Это единственная позиция. Чтобы убрать её, отмените заказ целиком"))


def _bad(field: str, sentence: str) -> Refused:
    return Refused("bad_value", sentence, status=400, field=field)


def exact(value: Decimal) -> str:
    """«2», «0.75»: no trailing zeros, the same for the same amount."""
    return format(value.normalize(), "f")


def plain(value: Decimal) -> str:
    """«2», «0,75» for a sentence."""
    return exact(value).replace(".", ",")


# --- what the line read back proves --------------------------------------------------------------------------------


def progress(kind: str, params: Mapping[str, Any], lines: Mapping[str, Line], imeis: Imeis, stage: Stage) -> Progress:
    """How far an action on a line is. `lines` by Kaspi's id as they are now, `imeis` those of the line in question.

    What is neither as it was nor as it should be was changed by somebody else: IMPOSSIBLE, a person looks at it.
    """
    seen = _SEEN[kind](params, lines.get(params["entry"]), imeis)
    if seen is Progress.BEFORE and kind not in ALLOWED_OF_LINE[stage]:
        return Progress.IMPOSSIBLE
    return seen


def _of_quantity(params: Mapping[str, Any], line: Line | None, imeis: Imeis) -> Progress:
    return _between(Decimal(params["before"]), Decimal(params["quantity"]), line.quantity if line else Decimal(0))


def _of_grams(params: Mapping[str, Any], line: Line | None, imeis: Imeis) -> Progress:
    now = Decimal(0) if line is None or not line.quantity else line.grams or Decimal(0)
    return _between(Decimal(params["before"]), Decimal(params["grams"]), now)


def _of_imeis(params: Mapping[str, Any], line: Line | None, imeis: Imeis) -> Progress:
    """Setting them again is harmless, whatever they were."""
    if line is None:
        return Progress.IMPOSSIBLE
    return Progress.REACHED if [list(one) for one in imeis] == params["items"] else Progress.BEFORE


def _between(before: Decimal, wanted: Decimal, now: Decimal) -> Progress:
    if now == wanted:
        return Progress.REACHED
    return Progress.BEFORE if now == before else Progress.IMPOSSIBLE


_SEEN: Mapping[str, Callable[[Mapping[str, Any], Line | None, Imeis], Progress]] = {
    "cancel_entry": _of_quantity,
    "weigh": _of_grams,
    "imei": _of_imeis,
}
