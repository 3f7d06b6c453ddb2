"""The form of the rules: read, refused with a sentence that says what to do, and filled again."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from django.utils.translation import gettext

from orders.auto_accept.rules import Rules
from staff.errors import Refused
from staff.languages import later as _

# The field, its name for a person, and the least and the most that it takes; minutes, hours, pieces.
NUMBERS: Final[Mapping[str, tuple[str, int, int]]] = {
    "wait_minutes": (_("Выдержка"), 0, 150),
    "margin_minutes": (_("Запас до срока"), 0, 150),
    "oldest_hours": (_("Не старше"), 1, 720),
    "most_lines": (_("Позиций"), 1, 1000),
    "most_pieces": (_("Штук"), 1, 100_000),
}
NEEDED: Final = ("wait_minutes", "margin_minutes")
SUMS: Final[Mapping[str, str]] = {"least_sum": _("Сумма от"), "most_sum": _("Сумма до")}
LARGEST_SUM: Final = Decimal("1000000000")
WORDS: Final[Mapping[str, str]] = {"only_words": _("Только эти адреса"), "never_words": _("Кроме этих адресов")}
MOST_WORDS, SHORTEST_WORD, LONGEST_WORD = 200, 2, 60
TICKS: Final = ("in_hours", "express", "signing", "mind_budget")


def read(form: Mapping[str, str]) -> Rules:
    """The rules that the form says. Raises Refused (400) with the field."""
    numbers = {name: _number(name, form.get(name, "")) for name in NUMBERS}
    sums = {name: _sum(name, form.get(name, "")) for name in SUMS}
    least, most = sums["least_sum"], sums["most_sum"]
    if least is not None and most is not None and least > most:
        sentence = gettext("«Сумма от» больше, чем «Сумма до». Поменяйте их местами")
        raise Refused("bad_sums", sentence, status=400, field="least_sum")
    words = {name: _words(name, form.get(name, "")) for name in WORDS}
    ticks = {name: bool(form.get(name)) for name in TICKS}
    return Rules(**numbers, **sums, **words, **ticks)  # type: ignore[arg-type]  # needed numbers are refused when empty


def filled(rules: Rules) -> dict[str, str]:
    """The form as it says these rules."""
    numbers = {name: _text(getattr(rules, name)) for name in (*NUMBERS, *SUMS)}
    words = {name: ", ".join(getattr(rules, name)) for name in WORDS}
    return numbers | words | {name: "1" if getattr(rules, name) else "" for name in TICKS}


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def _number(name: str, text: str) -> int | None:
    label, least, most = NUMBERS[name]
    text = text.strip()
    if not text and name not in NEEDED:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and least <= int(text) <= most):
        told = {"label": label, "least": least, "most": most}
        sentence = gettext("%(label)s: введите целое число от %(least)s до %(most)s") % told
        raise Refused("bad_number", sentence, status=400, field=name)
    return int(text)


def _sum(name: str, text: str) -> Decimal | None:
    """Spaces between thousands and a comma are as people write them."""
    plain = re.sub(r"\s", "", text).replace(",", ".")
    if not plain:
        return None
    try:
        amount = Decimal(plain) if re.fullmatch(r"[0-9]{1,10}(\.[0-9]{1,2})?", plain) else None
    except InvalidOperation:
        amount = None
    if amount is None or amount > LARGEST_SUM:
        sentence = gettext("%(label)s: введите сумму в тенге, например 150 000") % {"label": SUMS[name]}
        raise Refused("bad_sum", sentence, status=400, field=name)
    return amount


def _words(name: str, text: str) -> tuple[str, ...]:
    """Parts of addresses by commas or lines, each once."""
    words = [" ".join(part.split()) for part in re.split(r"[,;\n]", text)]
    found = tuple(dict.fromkeys(word for word in words if word))
    told = {"label": WORDS[name]}
    if "\x00" in text or any(not SHORTEST_WORD <= len(word) <= LONGEST_WORD for word in found):
        sentence = gettext("%(label)s: каждое слово от 2 до 60 знаков, через запятую") % told
        raise Refused("bad_words", sentence, status=400, field=name)
    if len(found) > MOST_WORDS:
        sentence = gettext("%(label)s: не больше 200 слов") % told
        raise Refused("bad_words", sentence, status=400, field=name)
    return found
