"""The IMEIs of an order as Kaspi last told them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from integrations.kaspi.facts import EntryDevices
from orders.models import LineDevices, Order


def keep(order: Order, found: Iterable[EntryDevices], *, read_at: datetime) -> None:
    """What Kaspi holds now, in the caller's transaction. Nothing is kept of a buyer who is forgotten."""
    LineDevices.objects.filter(order_id=order.pk).delete()
    if order.forgotten_at is None:
        LineDevices.objects.bulk_create(
            LineDevices(
                company_id=order.company_id,
                order_id=order.pk,
                entry_number=one.entry_number,
                imeis=[list(device) for device in one.devices],
                read_at=read_at,
            )
            for one in found
        )


def of_order(order: Order) -> list[LineDevices]:
    return list(LineDevices.objects.filter(order_id=order.pk).order_by("entry_number"))


def by_line(rows: Iterable[LineDevices]) -> dict[int, list[list[str]]]:
    """Line number → its devices."""
    return {row.entry_number: _read(row.imeis) for row in rows}


def _read(imeis: Any) -> list[list[str]]:
    return [[str(imei) for imei in device] for device in imeis]
