"""What an offer says of itself – name, brand, codes, pre-order – and the bounds of its price."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext

from catalog.models import How, Offer
from catalog.offers.changing import guard_of, lock, stamp
from catalog.rules import DEAREST, LONGEST_PREORDER
from staff import audit
from staff.access import Actor, require
from staff.errors import Refused
from staff.permissions import Permission

_NAMES: Final = ("name", "brand", "category", "barcode", "card_code", "commission_group")
TEXTS: Final[Mapping[str, int]] = {
    field.name: field.max_length or 0 for field in Offer._meta.concrete_fields if field.name in _NAMES
}
"""Its words, and how long each may be."""
NUMBERS: Final = ("preorder_days", "buffer")
BOUNDS: Final = ("floor", "ceiling", "most_step")
FIELDS: Final = (*TEXTS, *NUMBERS, *BOUNDS)


def describe(
    offer: Offer,
    wanted: Mapping[str, Any],
    *,
    by: Actor,
    now: datetime,
    version: int | None = None,
    how: How = How.HAND,
) -> Offer:
    """Write these of `FIELDS`; those that are not named stay. Answers the offer as it is now.

    Raises Refused: 403 without the right (bounds have one of their own), 400 for what cannot be, 409 `stale_version`.
    """
    require(by, Permission.CATALOG_MANAGE)
    _check(wanted)
    with transaction.atomic():
        row = lock(offer, version)
        before, after = audit.changes({name: getattr(row, name) for name in wanted}, wanted)
        if not after:
            return row
        if set(after) & set(BOUNDS):
            require(by, Permission.PRICES_GUARD)
        for name, value in after.items():
            setattr(row, name, value)
        _check_bounds(row)
        stamp(row, by=by, now=now, how=how).save()
        audit.record(
            by, "offer.described", subject=("offer", row.sku), now=now, before=_plain(before), after=_plain(after)
        )
    return row


def _check(wanted: Mapping[str, Any]) -> None:
    unknown = set(wanted) - set(FIELDS)
    assert not unknown, f"{unknown} are no words of an offer"
    if "name" in wanted and not wanted["name"]:
        raise Refused("required", gettext("У товара должно быть название"), status=400, field="name")
    if not 0 <= wanted.get("preorder_days", 0) <= LONGEST_PREORDER:
        sentence = gettext("Предзаказ – от 0 до %(most)s дней") % {"most": LONGEST_PREORDER}
        raise Refused("bad_days", sentence, status=400, field="preorder_days")
    for name in BOUNDS:
        value = wanted.get(name)
        most = 1 if name == "most_step" else DEAREST
        if value is not None and not 0 < value <= most:
            raise Refused("bad_bound", gettext("Граница цены больше нуля, шаг не больше 100 %"), status=400, field=name)


def _check_bounds(row: Offer) -> None:
    guard = guard_of(row)
    if guard.floor is not None and guard.ceiling is not None and guard.floor > guard.ceiling:
        sentence = gettext("Минимальная цена больше наибольшей. Поменяйте одну из них")
        raise Refused("bad_bound", sentence, status=400, field="floor")


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in fields.items()}
