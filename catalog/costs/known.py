"""The tariffs as the company has them, and the verb that sets one from a day on."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils.translation import gettext

from catalog.costs.receipts import require_company
from catalog.costs.tariffs import BUILT_IN, DELIVERY, SHARES, YES_NO, Row, TariffKind, Tariffs
from catalog.models import Tariff
from staff import audit
from staff.access import Actor
from staff.errors import Refused
from staff.permissions import Permission

EARLIEST, LATEST = date(2015, 1, 1), date(2100, 1, 1)
DEAREST: Final = Decimal(1_000_000)
_GROUP: Final = re.compile(r"[\w .-]{0,40}")


def tariffs() -> Tariffs:
    """What comes with the product and what the company set over it."""
    return Tariffs((*BUILT_IN, *_own()))


def put(kind: TariffKind, key: str, *, since: date, value: Decimal, note: str, by: Actor, now: datetime) -> Tariff:
    """From this day on the tariff is so; the days before stay as they were.

    Raises Refused: 403 without the right, 400 for what cannot be.
    """
    require_company(by, Permission.PROFIT_VIEW, Permission.CATALOG_MANAGE)
    _check(kind, key, since, value)
    with transaction.atomic():
        before = tariffs().value(kind, since, key)
        row: Tariff = Tariff.objects.create(
            kind=kind, key=key, since=since, value=value, note=" ".join(note.split())[:200], at=now, by=by.label
        )
        audit.record(
            by,
            "tariff.set",
            subject=("tariff", f"{kind}:{key}" if key else kind.value),
            now=now,
            before={"value": None if before is None else str(before)},
            after={"value": str(value), "since": since.isoformat()},
        )
    return row


def _own() -> list[Row]:
    rows = Tariff.objects.order_by("pk").values_list("kind", "key", "since", "value", "note", "pk")
    return [
        Row(TariffKind(kind), key, since, value, note, own=True, order=order)
        for kind, key, since, value, note, order in rows
    ]


def _check(kind: TariffKind, key: str, since: date, value: Decimal) -> None:
    if not EARLIEST <= since <= LATEST:
        raise Refused("bad_value", gettext("С какого дня? Не раньше 2015 года"), status=400, field="since")
    if kind in YES_NO and value not in (0, 1):
        raise Refused("bad_value", gettext("Ответьте «да» или «нет»"), status=400, field="value")
    if kind in SHARES and not 0 <= value < 1:
        raise Refused("bad_value", gettext("Ставка – от 0 до 99,99 %"), status=400, field="value")
    if kind is TariffKind.DELIVERY and (not 0 <= value <= DEAREST or value != value.to_integral_value()):
        raise Refused("bad_value", gettext("Доставка – целое число тенге"), status=400, field="value")
    if not _knows(kind, key):
        raise Refused("bad_value", gettext("Нет такого тарифа"), status=400, field="key")


def _knows(kind: TariffKind, key: str) -> bool:
    """A company may name commission groups of its own; of a delivery the cells are those of the tables."""
    if kind is TariffKind.COMMISSION:
        return _GROUP.fullmatch(key) is not None
    if kind is TariffKind.DELIVERY:
        return any(band.key == key for table in DELIVERY.values() for band in table)
    return key == ""
