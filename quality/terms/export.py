"""The orders behind a group of promises, as a file. Nothing of a buyer stands in it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from quality.terms import reading, words
from quality.terms.asked import Asked, read
from staff.access import Actor
from staff.clock import database_now
from staff.exports.kinds import MOST_ROWS, Cell, Column, Kind, Row
from staff.languages import later as _
from staff.permissions import Permission
from staff.places import Places, visible

NAMED = ("shop", "days", "unit", "by", "key", "verdict")
COLUMNS = (
    Column(_("Номер")),
    Column(_("Магазин"), width=24),
    Column(_("Точка"), width=24),
    Column(_("Способ доставки"), width=28),
    Column(_("Город доставки"), width=18),
    Column(_("Поступил"), width=12),
    Column(_("Обещано"), width=12),
    Column(_("Перенесено на"), width=14),
    Column(_("Сделано"), width=12),
    Column(_("Обещано дней"), Cell.NUMBER, 14),
    Column(_("Ушло дней"), Cell.NUMBER, 12),
    Column(_("Запас дней"), Cell.NUMBER, 12),
    Column(_("Итог"), width=24),
    Column(_("Почему вне доли"), width=48),
    Column(_("Товар"), width=40),
    Column(_("Артикул"), width=20),
)


def _read(actor: Actor, asked: Mapping[str, str]) -> dict[str, str]:
    """Which orders. A shop of which he sees nothing is NotVisible; raises Refused for what the page refuses."""
    kept = {name: asked[name] for name in NAMED if name in asked}
    _asked(visible(actor), kept)
    return kept


def _asked(places: Places, kept: Mapping[str, str]) -> Asked:
    shop = places.shop(kept["shop"]) if kept.get("shop") else None
    return read(kept, shop=shop, now=database_now())


def _rows(actor: Actor, stored: Mapping[str, str]) -> Iterator[Row]:
    places = visible(actor)
    asked = _asked(places, stored)
    points, shops = {point.pk: point for point in places.points}, {shop.pk: shop.name for shop in places.shops}
    for one in reading.listed(asked.window(places, actor), asked.among, points, limit=MOST_ROWS):
        yield Row(
            (
                one.code,
                shops[one.shop_id],
                points[one.point_id].name if one.point_id in points else "",
                words.WAYS[one.way],
                one.town,
                _day(one.start_day),
                _day(one.promised_day),
                _day(one.standing_day) if one.moved else "",
                _day(one.done_day),
                one.promised,
                one.taken,
                one.spare,
                words.VERDICTS[one.verdict].text,
                words.WHY.get(one.verdict, ""),
                one.item,
                one.sku,
            )
        )


def _columns(actor: Actor) -> Sequence[Column]:
    return COLUMNS


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d.%m.%Y}"


PROMISES = Kind("promises", _("Обещание и действительность"), Permission.QUALITY_VIEW, _read, _columns, _rows)
