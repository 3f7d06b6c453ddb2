"""What a shelf or the archive shows, as a file. Buyers stand in it unmasked for those only who may take them out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from orders.filters import parse, select
from orders.lifecycle import Shelf, Stage
from orders.models import Order
from staff.access import Actor
from staff.exports.kinds import MOST_ROWS, Cell, Column, Kind, Row
from staff.formats import kz_phone
from staff.languages import later as _
from staff.permissions import Permission
from staff.places import Places, visible
from staff.privacy.masking import dotted_phone, short_name, town_of

PIECE = 2_000
NAMES = ("shelf", "shop", "point", "stage", "q", "created_from", "created_to")
COLUMNS = (
    Column(_("Номер")),
    Column(_("Магазин"), width=24),
    Column(_("Точка"), width=24),
    Column(_("Полка")),
    Column(_("Состояние"), width=24),
    Column(_("Поступил"), Cell.MOMENT, 18),
    Column(_("Принят"), Cell.MOMENT, 18),
    Column(_("Завершён"), Cell.MOMENT, 18),
    Column(_("Сумма, ₸"), Cell.MONEY),
    Column(_("Товар"), width=40),
    Column(_("Артикул"), width=20),
    Column(_("Позиций"), Cell.NUMBER, 10),
    Column(_("Штук"), Cell.NUMBER, 10),
    Column(_("Покупатель"), width=28),
    Column(_("Телефон"), width=20),
    Column(_("Город"), width=18),
    Column(_("Адрес"), width=40),
    Column(_("Оценка"), Cell.NUMBER, 8),
)


class _Line(NamedTuple):
    """What a row needs of an order; the names are its columns."""

    code: str
    shop_id: int
    point_id: int | None
    shelf: str
    stage: str
    approved_at: Any
    accepted_at: Any
    closed_at: Any
    total_price: Any
    first_item: str
    first_sku: str
    items_count: int
    pieces: Any
    buyer_first_name: str
    buyer_last_name: str
    phone: str
    town: str
    address: str
    mark: int | None


def takes_buyers_out(actor: Actor) -> bool:
    """Whether buyers stand in his file as they are: he sees them, and may take them out."""
    return actor.may(Permission.BUYERS_SEE) and actor.may(Permission.BUYERS_EXPORT)


def _read(actor: Actor, asked: Mapping[str, str]) -> dict[str, str]:
    """The filter of a shelf's address; a shop or a point that he does not see is NotVisible at once."""
    _orders(actor, asked, visible(actor))
    return {name: asked[name] for name in NAMES if asked.get(name)}


def _rows(actor: Actor, wanted: Mapping[str, str]) -> Iterator[Row]:
    places, open_buyers = visible(actor), takes_buyers_out(actor)
    orders = _orders(actor, wanted, places).order_by("-approved_at", "-id")[:MOST_ROWS]
    for values in orders.values_list(*_Line._fields).iterator(PIECE):
        yield _row(_Line._make(values), places, open_buyers=open_buyers)


def _orders(actor: Actor, wanted: Mapping[str, str], places: Places) -> "QuerySet[Order]":
    return select(actor, parse(wanted), places=places)


def _row(line: _Line, places: Places, *, open_buyers: bool) -> Row:
    point = places.point_by_id(line.point_id)
    buyer = _buyer(line) if open_buyers else _masked(line)
    return Row(
        (
            line.code,
            places.shop_by_id(line.shop_id).name,
            point.name if point else "",
            Shelf(line.shelf).label,
            Stage(line.stage).label,
            line.approved_at,
            line.accepted_at,
            line.closed_at,
            line.total_price,
            line.first_item,
            line.first_sku,
            line.items_count,
            line.pieces,
            *buyer,
            line.mark,
        ),
        person=line.code if open_buyers and any(buyer) else "",
    )


def _buyer(line: _Line) -> tuple[str, str, str, str]:
    name = f"{line.buyer_first_name} {line.buyer_last_name}".strip()
    return name, kz_phone(line.phone) if line.phone else "", line.town, line.address


def _masked(line: _Line) -> tuple[str, str, str, str]:
    name = short_name(line.buyer_first_name, line.buyer_last_name)
    return name, dotted_phone(line.phone), town_of(line.address, line.town), ""


def _columns(actor: Actor) -> Sequence[Column]:
    return COLUMNS


ORDERS = Kind("orders", _("Заказы"), Permission.ORDERS_VIEW, _read, _columns, _rows)
