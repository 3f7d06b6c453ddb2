"""What is short, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from catalog.papers.warehouses import code_of
from orders.oversold.reading import Short, Waiting, oversold
from staff.access import Actor
from staff.formats import ago, grouped, order_groups, plural
from staff.page_parts import Empty
from staff.permissions import Permission
from staff.places import Places


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """An order in the queue for the item."""

    no: tuple[str, str, str]
    url: str
    shop: str
    stage: str
    pieces: str
    verdict: str
    level: str


@dataclass(frozen=True, slots=True)
class ShortCard:
    """An item that is short: what lies there, who waits, what can be done. `stop`: form fields that take it off sale."""

    key: str
    title: str
    note: str
    lacking: str
    sale: str
    waiting: tuple[WaitingRow, ...]
    advice: tuple[str, ...]
    # A point that takes its pieces from there: shop/code.
    point: str
    sku: str
    may_stop: bool = False
    may_count: bool = False


@dataclass(frozen=True, slots=True)
class OversoldPage:
    """`/catalog/oversold/`."""

    note: str
    cards: tuple[ShortCard, ...]
    empty: Empty | None = None


def oversold_page(places: Places, *, by: Actor, now: datetime) -> OversoldPage:
    """All that is short at the points he sees."""
    names = {point.pk: point.name for point in places.points}
    cards = tuple(_card(short, names, places=places, by=by, now=now) for short in oversold(places, by=by))
    return OversoldPage(
        note=gettext("здесь заказы ждут больше, чем лежит на точке"),
        cards=cards,
        empty=None
        if cards
        else Empty(gettext("Всего хватает"), gettext("Ни на одной точке не продано больше, чем лежит.")),
    )


def _card(short: Short, names: dict[int, str], *, places: Places, by: Actor, now: datetime) -> ShortCard:
    place = names.get(short.place[0], gettext("общий склад"))
    since = ago(int((now - short.since).total_seconds()))
    on_sale = sum(offer.on_sale for offer in short.offers)
    return ShortCard(
        key=f"{short.place[0]}-{short.place[1]}",
        title=short.name,
        note=f"{short.place[1]} · {place} · {since}",
        lacking=gettext("не хватает %(pieces)s: лежит %(on_hand)s, ждут %(reserved)s")
        % {
            "pieces": plural(short.lacking, "штуки", "штук"),
            "on_hand": grouped(short.on_hand),
            "reserved": grouped(short.reserved),
        },
        sale=_sale(len(short.offers), on_sale),
        waiting=tuple(_row(one) for one in short.waiting),
        advice=_advice(short, names),
        point=_name_of(short.place[0], places),
        sku=short.place[1],
        may_stop=bool(on_sale) and by.may(Permission.CATALOG_MANAGE),
        may_count=by.may(Permission.STOCK_MANAGE),
    )


def _name_of(home: int, places: Places) -> str:
    point = next(one for one in places.points if home in (one.pk, one.keeps_at_id))
    return code_of(point, places)


def _sale(offers: int, on_sale: int) -> str:
    if not on_sale:
        return gettext("снят с продажи во всех магазинах")
    if offers == 1:
        return gettext("В прайс-листе стоит 0. Kaspi прочитает его в течение часа")
    told = {"offers": plural(offers, "предложении", "предложениях")}
    return gettext("В прайс-листе стоит 0 во всех %(offers)s. Kaspi прочитает его в течение часа") % told


def _row(one: Waiting) -> WaitingRow:
    verdict = gettext("хватит") if one.enough else gettext("не хватит")
    return WaitingRow(
        no=order_groups(one.order.code),
        url=f"/orders/{one.order.code}/",
        shop=one.order.shop.name,
        stage=gettext("принят") if one.promised else gettext("ждёт приёма"),
        pieces=gettext("%(pieces)s шт.") % {"pieces": grouped(one.pieces)},
        verdict=verdict,
        level="ok" if one.enough else "danger",
    )


def _advice(short: Short, names: dict[int, str]) -> tuple[str, ...]:
    """What to do, the cheapest first: nothing of it costs the shop a number but the last."""
    moves = [
        gettext("Переместите с точки «%(point)s»: там свободно %(pieces)s")
        % {"point": names.get(point_id, ""), "pieces": grouped(pieces)}
        for point_id, pieces in short.elsewhere
    ]
    unserved = [one for one in short.waiting if not one.enough]
    fresh = sum(not one.promised for one in unserved)
    kept = len(unserved) - fresh
    return tuple(
        filter(
            None,
            (
                gettext("Пересчитайте полку: остаток мог быть записан неверно"),
                *moves,
                gettext("Не принимайте, пока товара нет: таких заказов %(count)s") % {"count": fresh} if fresh else "",
                gettext("Позвоните покупателям принятых заказов, их %(count)s: предложите замену или позже")
                % {"count": kept}
                if kept
                else "",
            ),
        )
    )
