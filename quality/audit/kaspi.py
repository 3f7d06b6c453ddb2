"""Kaspi's own numbers as somebody read them in the cabinet. Append-only: the newest of a day holds."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext

from quality.audit.reconcile import HALF_DIGIT, Theirs
from quality.formulas import Metric
from quality.models import KaspiNumber
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import Refused
from staff.models import Shop
from staff.permissions import Permission

MOST_ORDERS: Final = 10_000_000
LONGEST_NOTE: Final = 300
# No shop of ours is older.
EARLIEST: Final = date(2015, 1, 1)
_SHARE: Final = re.compile(r"(\d{1,3}(?:[.,]\d{1,4})?)\s*%?", re.ASCII)
_MARK: Final = re.compile(r"[1-5](?:[.,]\d{1,4})?", re.ASCII)
_COUNT: Final = re.compile(r"\d{1,9}", re.ASCII)
_SIXTH: Final = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Said:
    """What was typed, as it stood in the cabinet: «2,94», «2.94 %», a mark «4,71»; or how many of how many."""

    value: str = ""
    numerator: str = ""
    denominator: str = ""
    note: str = ""


def tell(shop: Shop, metric: Metric, day: date, said: Said, *, by: Actor, now: datetime, today: date) -> KaspiNumber:
    """Write down what the cabinet showed on a day.

    Raises Refused: 403 without the right over the whole shop, 400 for what is no number of this kind or of no day yet.
    """
    require_whole(by, Permission.QUALITY_MANAGE, shop_id=shop.pk)
    if not EARLIEST <= day <= today:
        raise _bad("day", gettext("Кабинет показывает числа сегодняшнего дня и прошедших"))
    counts = _counts(said, metric)
    value = _value(said.value, metric) if said.value.strip() else _of_counts(counts)
    if counts and abs(value - Fraction(*counts)) > HALF_DIGIT[metric]:
        raise _bad("value", gettext("Доля не сходится с числом заказов: проверьте оба"))
    number: KaspiNumber = KaspiNumber.objects.create(
        shop_id=shop.pk,
        metric=metric.value,
        day=day,
        value=_decimal(value),
        numerator=counts[0] if counts else None,
        denominator=counts[1] if counts else None,
        note=said.note.replace("\x00", "").strip()[:LONGEST_NOTE],
        actor_label=by.label,
        entered_at=now,
    )
    details = {"metric": metric.value, "day": day.isoformat(), "value": str(number.value)}
    audit.record(by, "quality.kaspi_number", subject=("shop", shop.slug), now=now, details=details)
    return number


def newest(shop: Shop, metric: Metric, day: date) -> KaspiNumber | None:
    """What Kaspi showed on the day, as it was told last."""
    told = KaspiNumber.objects.filter(shop_id=shop.pk, metric=metric.value, day=day)
    found: KaspiNumber | None = told.order_by("-id").first()
    return found


def theirs(number: KaspiNumber) -> Theirs:
    """The same for the reconciliation."""
    return Theirs(Metric(number.metric), Fraction(number.value), number.numerator, number.denominator)


def _value(text: str, metric: Metric) -> Fraction:
    """A share of 1, or a mark."""
    pattern = _MARK if metric is Metric.RATING else _SHARE
    found = pattern.fullmatch(text.replace("\u00a0", " ").strip())
    if metric is Metric.RATING:
        mark = Fraction(found[0].replace(",", ".")) if found else Fraction(0)
        if not 1 <= mark <= 5:
            raise _bad("value", gettext("Ждём средний балл от 1 до 5, например 4,71"))
        return mark
    per_cent = Fraction(found[1].replace(",", ".")) if found else Fraction(101)
    if per_cent > 100:
        raise _bad("value", gettext("Ждём долю в процентах от 0 до 100, например 2,94"))
    return per_cent / 100


def _counts(said: Said, metric: Metric) -> tuple[int, int] | None:
    above, below = (text.strip() for text in (said.numerator, said.denominator))
    if not above and not below:
        return None
    if metric is Metric.RATING:
        raise _bad("numerator", gettext("Для рейтинга ждём только средний балл"))
    if not (_COUNT.fullmatch(above) and _COUNT.fullmatch(below)):
        raise _bad("numerator", gettext("Ждём два целых числа: сколько из скольких"))
    if not int(above) <= int(below) <= MOST_ORDERS or int(below) == 0:
        raise _bad("numerator", gettext("Первое число не может быть больше второго, второе больше нуля"))
    return int(above), int(below)


def _of_counts(counts: tuple[int, int] | None) -> Fraction:
    if counts is None:
        raise _bad("value", gettext("Назовите число из кабинета: долю или сколько из скольких"))
    return Fraction(*counts)


def _decimal(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_SIXTH)


def _bad(field: str, sentence: str) -> Refused:
    return Refused("bad_value", sentence, status=400, field=field)
