"""An order in the words of a template: dicts, texts and numbers, never an object of ours."""

import io
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import qrcode
from django.utils.translation import override

from orders.buyers.showing import buyer_for
from orders.cancelling import handing_of
from orders.documents.word.fields import plain
from orders.documents.word.rendering import PICTURE_MARK
from orders.models import Order, OrderEntry
from orders.shelves.rows import payment, pieces_text
from orders.words import WAYS
from staff.access import Actor
from staff.formats import ALMATY, kz_phone, tenge

# A paper of the shop is in its language, whatever its people read the office in.
PAPER_LANGUAGE: Final = "ru"
DIGITS: Final = 5


@dataclass(frozen=True, slots=True)
class Paper:
    """What a template adds to the order. `number` 0: a try, which has none. `months` 0: no warranty."""

    number: int
    months: int


def words_of(
    order: Order, entries: Sequence[OrderEntry], paper: Paper, *, company: str, by: Actor, now: datetime
) -> dict[str, Any]:
    """The values of all fields. The buyer as the actor may see him; the order needs its shop and point."""
    today = now.astimezone(ALMATY).date()
    issued = order.completed_at.astimezone(ALMATY).date() if order.completed_at else None
    with override(PAPER_LANGUAGE):
        words = {
            "order": _order(order, issued),
            "buyer": _buyer(order, by=by, now=now),
            "items": [_item(number, entry) for number, entry in enumerate(entries, 1)],
            "shop": {"name": order.shop.name, "company": company},
            "card": {"number": f"{paper.number:0{DIGITS}d}" if paper.number else "—"},
            "warranty": warranty_of(paper.months, since=issued or today),
            "printed": {"date": day(today), "by": by.label},
        }
    told = plain(words)
    told["order"]["qr"] = PICTURE_MARK
    return told


def warranty_of(months: int, *, since: date) -> dict[str, Any]:
    """The term of a warranty that begins on this day; without months it has no end."""
    return {"months": months, "since": day(since), "until": day(months_after(since, months)) if months else ""}


def months_after(start: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month: 31 January and a month is 28 February."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def day(of: date | None) -> str:
    return f"{of:%d.%m.%Y}" if of else ""


def qr_of(text: str) -> bytes:
    """PNG."""
    target = io.BytesIO()
    qrcode.make(text).save(target, "PNG")
    return target.getvalue()


def _order(order: Order, issued: date | None) -> dict[str, str]:
    way, _icon = WAYS[handing_of(is_kaspi_delivery=order.is_kaspi_delivery, delivery_mode=order.delivery_mode)]
    return {
        "code": order.code,
        "date": day(order.created_at.astimezone(ALMATY).date()),
        "issued": day(issued),
        "total": tenge(order.total_price),
        "payment": payment(order.payment_mode, order.credit_term),
        "delivery": str(way),
        "point": order.point.name if order.point else "",
        "town": order.town,
    }


def _buyer(order: Order, *, by: Actor, now: datetime) -> dict[str, str]:
    shown = buyer_for(by, closed_at=order.closed_at, now=now)
    phone = shown.phone(order.phone, order.phone_state) if order.phone else None
    known = order.buyer_first_name or order.buyer_last_name
    return {
        "name": shown.name(order.buyer_first_name, order.buyer_last_name) if known else "",
        "phone": (kz_phone(order.phone) if shown.seen else phone.text) if phone else "",
        "address": shown.address(order.address, order.town),
        "recipient": shown.other(order.recipient_name),
    }


def _item(number: int, entry: OrderEntry) -> dict[str, Any]:
    return {
        "number": number,
        "name": entry.name,
        "sku": entry.sku,
        "quantity": pieces_text(entry.quantity),
        "price": tenge(entry.base_price),
        "total": tenge(entry.total_price),
    }
