"""What to order, as a file for the supplier."""

from collections.abc import Iterator, Mapping, Sequence

from catalog.replenishment import planning
from staff.access import Actor
from staff.clock import database_now
from staff.exports.kinds import MOST_ROWS, Cell, Column, Kind, Row
from staff.languages import later as _
from staff.permissions import Permission
from staff.places import visible

COLUMNS = (
    Column(_("Артикул"), width=24),
    Column(_("Товар"), width=48),
    Column(_("Заказать, шт."), Cell.NUMBER, 14),
    Column(_("Себестоимость, ₸"), Cell.MONEY, 16),
    Column(_("Сумма, ₸"), Cell.MONEY, 16),
    Column(_("Свободно, шт."), Cell.NUMBER, 14),
    Column(_("Продаж в день"), Cell.MONEY, 14),
    Column(_("Хватит на дней"), Cell.NUMBER, 14),
    Column(_("Срок поставки, дней"), Cell.NUMBER, 18),
)


def _read(actor: Actor, asked: Mapping[str, str]) -> dict[str, str]:
    """The shop. One that he does not see is NotVisible."""
    return {"shop": visible(actor).shop(asked.get("shop", "")).slug}


def _rows(actor: Actor, stored: Mapping[str, str]) -> Iterator[Row]:
    costs = actor.may(Permission.PROFIT_VIEW)
    shop = visible(actor).shop(stored["shop"])
    for one in planning.of_shop(shop, now=database_now(), costs=costs)[:MOST_ROWS]:
        if one.plan.pieces:
            cost = one.plan.cost
            yield Row(
                (
                    one.item.sku,
                    one.name,
                    one.plan.pieces,
                    None if cost is None else cost / one.plan.pieces,
                    cost,
                    one.item.free,
                    round(one.pace.daily, 2),
                    one.plan.cover,
                    one.terms.lead_days,
                )
            )


def _columns(actor: Actor) -> Sequence[Column]:
    return COLUMNS


ORDER_LIST = Kind("replenishment", _("Заказ поставщику"), Permission.CATALOG_VIEW, _read, _columns, _rows)
