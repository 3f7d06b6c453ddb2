"""What people type of an offer – prices, pieces, shares, days – read strictly. Pure.

Every reader takes the text of a form and raises Refused (400) with the field and a sentence that says what to type.
Spaces of all kinds between digits are people's, and are forgiven; a letter or a sign is not.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.dateparse import parse_date
from django.utils.translation import gettext

from catalog.rules import DEAREST, LONGEST_PREORDER
from staff.errors import Refused

MOST_PIECES: Final = 1_000_000
_SHARE = re.compile(r"\d{1,3}(?:[.,]\d)?")
_PERCENT = re.compile(r"[+-]?\d{1,2}(?:[.,]\d)?")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _digits(text: str) -> str | None:
    bare = re.sub(r"[\s\u00a0\u2009\u202f₸]", "", text)
    return bare if bare.isascii() and bare.isdigit() and len(bare) <= 12 else None


def price(text: str, *, field: str = "price") -> Decimal:
    """Whole ₸ above zero, at most 999 999 999."""
    bare = _digits(text)
    if bare is None or not 0 < int(bare) <= DEAREST:
        raise Refused("bad_price", gettext("Цена – целое число тенге больше нуля"), status=400, field=field)
    return Decimal(bare)


def price_or_none(text: str, *, field: str) -> Decimal | None:
    return price(text, field=field) if text.strip() else None


def pieces(text: str, *, field: str = "pieces") -> int:
    """How many lie there: zero or more."""
    bare = _digits(text)
    if bare is None or int(bare) > MOST_PIECES:
        raise Refused("bad_pieces", gettext("Остаток – целое число, от 0 до 1 000 000"), status=400, field=field)
    return int(bare)


def pieces_or_none(text: str, *, field: str) -> int | None:
    return pieces(text, field=field) if text.strip() else None


def days(text: str, *, field: str = "preorder_days") -> int:
    """Days of pre-order: Kaspi takes up to thirty (kaspi-api.md §6.1); empty is none."""
    bare = _digits(text or "0")
    if bare is None or int(bare) > LONGEST_PREORDER:
        sentence = gettext("Предзаказ – от 0 до %(most)s дней") % {"most": LONGEST_PREORDER}
        raise Refused("bad_days", sentence, status=400, field=field)
    return int(bare)


def share_or_none(text: str, *, field: str = "most_step") -> Decimal | None:
    """A share 0–1 out of per cent, «12,5»; empty is none."""
    bare = text.replace("%", "").strip()
    if not bare:
        return None
    found = Decimal(bare.replace(",", ".")) if _SHARE.fullmatch(bare) else Decimal(0)
    if not 0 < found <= 100:
        raise Refused("bad_share", gettext("Шаг цены – от 0,1 до 100 %"), status=400, field=field)
    return found / 100


def percent(text: str, *, field: str = "percent") -> Decimal:
    """A change of prices as a share: «-5» is −0.05. Not zero, below a hundred either way."""
    bare = text.replace("%", "").replace("\u2212", "-").replace("–", "-").strip()
    found = Decimal(bare.replace(",", ".")) if _PERCENT.fullmatch(bare) else Decimal(0)
    if not found:
        raise Refused("bad_percent", gettext("На сколько процентов: например −5 или 3,5"), status=400, field=field)
    return found / 100


def day_or_none(text: str, *, today: date, field: str = "until") -> date | None:
    """A day of Almaty after today; empty is none."""
    if not text.strip():
        return None
    try:
        found = parse_date(text.strip())
    except ValueError:
        found = None
    if found is None or not 0 < (found - today).days <= 3660:
        raise Refused(
            "bad_day", gettext("День возврата – завтра или позже, например 2026-12-01"), status=400, field=field
        )
    return found


def words(text: str, *, most: int, field: str) -> str:
    """One line of printable words; spaces that were doubled are single."""
    found = " ".join(text.split())
    if len(found) > most or _UNPRINTABLE.search(found):
        sentence = gettext("Здесь не больше %(most)s знаков, без служебных") % {"most": most}
        raise Refused("bad_text", sentence, status=400, field=field)
    return found


def said(form: Mapping[str, str], name: str) -> str:
    return str(form.get(name, ""))
