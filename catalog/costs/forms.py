"""Reads what people type about money: sums, days, pieces. Each refusal (400) names its field and says what to write."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext

from staff.errors import Refused

_NUMBER: Final = re.compile(r"\d{1,11}(?:[.,]\d{1,4})?", re.ASCII)
_DAY: Final = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})|(\d{4})-(\d{2})-(\d{2})", re.ASCII)
# «Да» and «нет» as they are written in each language of the pages.
_ANSWERS: Final = {"да": 1, "иә": 1, "yes": 1, "нет": 0, "жоқ": 0, "no": 0}
_SPACES: Final = re.compile(r"[\s\u00a0\u2009\u202f]+")

Form = Mapping[str, str]


def number_of(text: str) -> Decimal | None:
    """«1 250,50» as a number not below zero; None for anything else."""
    bare = _SPACES.sub("", text).removesuffix("₸")
    return Decimal(bare.replace(",", ".")) if _NUMBER.fullmatch(bare) else None


def answer_of(text: str) -> Decimal | None:
    """«Да» is 1, «нет» is 0; None for anything else."""
    found = _ANSWERS.get(text.strip().casefold())
    return None if found is None else Decimal(found)


def day_of(text: str) -> date | None:
    """«31.12.2026» or «2026-12-31»; None for what is no day of the calendar."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    day, month, year, iso_year, iso_month, iso_day = found.groups()
    try:
        return date(int(year or iso_year), int(month or iso_month), int(day or iso_day))
    except ValueError:
        return None


def money(form: Form, name: str) -> Decimal:
    """A sum in ₸. Raises Refused."""
    found = number_of(form.get(name, ""))
    if found is None or found != round(found, 2):
        raise Refused("bad_value", gettext("Напишите сумму в тенге, например 1250 или 1250,50"), status=400, field=name)
    return found


def whole(form: Form, name: str) -> int:
    """A whole number. Raises Refused."""
    found = number_of(form.get(name, ""))
    if found is None or found != found.to_integral_value():
        raise Refused("bad_value", gettext("Напишите целое число"), status=400, field=name)
    return int(found)


def day(form: Form, name: str) -> date:
    """A day. Raises Refused."""
    found = day_of(form.get(name, ""))
    if found is None:
        raise Refused("bad_value", gettext("Напишите дату, например 31.12.2026"), status=400, field=name)
    return found


def text(form: Form, name: str, *, most: int) -> str:
    """A line of words, cut of spaces. Raises Refused when it is too long or holds what cannot be printed."""
    found = " ".join(form.get(name, "").split())
    if len(found) > most or not found.isprintable():
        sentence = gettext("Не длиннее %(most)s знаков") % {"most": most}
        raise Refused("bad_value", sentence, status=400, field=name)
    return found


def number(form: Form, name: str) -> int:
    """The id of a row. Raises Refused."""
    found = form.get(name, "")
    if not (found.isascii() and found.isdigit()) or len(found) > 18:
        raise Refused("bad_value", gettext("Такой записи нет"), status=400, field=name)
    return int(found)
