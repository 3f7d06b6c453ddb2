"""Offers that are one physical item: who shares an offer's pieces, binding to an item, and off sale everywhere at once.

Pieces follow the binding: what lay under the offer's own item is counted under the one it is bound to. While orders hold
pieces of the former item nothing is bound, for their reservations could not follow.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext

from catalog import stock
from catalog.models import How, Offer, StockItem
from catalog.offers.changing import lock, stamp, take_off
from catalog.shared import Place, items_of
from staff import audit
from staff.access import Actor, require, require_whole
from staff.errors import Refused
from staff.models import PointOfSale
from staff.permissions import Permission
from staff.scoping import current_company

# Another offer of the same item: they keep pieces in one place, or somebody has bound one of them by its name.
_SHARERS: Final = """
WITH mine AS (
  SELECT company_id, id, shop_id, stock_sku, CASE stock_sku WHEN '' THEN sku ELSE stock_sku END AS item
  FROM catalog_offer WHERE company_id = %s AND id = %s)
SELECT other.id FROM mine JOIN catalog_offer other ON other.company_id = mine.company_id AND other.id <> mine.id
  AND (other.stock_sku = mine.item OR (other.stock_sku = '' AND other.sku = mine.item))
WHERE other.stock_sku <> '' OR mine.stock_sku <> '' OR EXISTS (
  SELECT FROM staff_pointofsale here JOIN staff_pointofsale there ON there.company_id = here.company_id
    AND coalesce(there.keeps_at_id, there.id) = coalesce(here.keeps_at_id, here.id)
  WHERE here.company_id = mine.company_id AND here.shop_id = mine.shop_id AND there.shop_id = other.shop_id)
"""


def sharers(offer: Offer) -> list[Offer]:
    """The other offers of the company that are the same physical item, its own shop's first."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARERS, [current_company(), offer.pk])
        ids = [row[0] for row in cursor.fetchall()]
    return sorted(
        Offer.objects.filter(pk__in=ids), key=lambda one: (one.shop_id != offer.shop_id, one.shop_id, one.sku)
    )


def stop_everywhere(
    offer: Offer, *, reason: str, until: date | None, by: Actor, now: datetime, how: How = How.HAND
) -> int:
    """Take the item off sale in every shop that sells it, at once or not at all; answers how many offers were on.

    Raises Refused 403 where one of the shops is not his whole.
    """
    offers = [offer, *sharers(offer)]
    for shop_id in {one.shop_id for one in offers}:
        require_whole(by, Permission.CATALOG_MANAGE, shop_id=shop_id)
    return take_off(offers, reason=reason, until=until, by=by, now=now, how=how)


def bind(
    offer: Offer, stock_sku: str, *, by: Actor, now: datetime, version: int | None = None, how: How = How.HAND
) -> Offer:
    """Say that the offer is the item of this name; empty: of its own. Its pieces move to the new item's rows.

    Raises Refused: 403 without the rights to offers and to stock, 400 for a name that no offer of the company bears, 409
    while orders hold pieces of the former item or some lie aside, 409 `stale_version`.
    """
    require(by, Permission.CATALOG_MANAGE)
    require(by, Permission.STOCK_MANAGE)
    named = "" if stock_sku == offer.sku else stock_sku
    _check_name(offer, named)
    with transaction.atomic():
        row = lock(offer, version)
        former = row.stock_sku
        if former == named:
            return row
        points = list(PointOfSale.objects.filter(shop_id=row.shop_id).order_by("id").values_list("pk", flat=True))
        left = _empty(row, points, named, now=now)
        row.stock_sku = named
        stamp(row, by=by, now=now, how=how).save()
        _fill(row, left, now=now)
        before, after = {"stock_sku": former}, {"stock_sku": named}
        audit.record(by, "offer.bound", subject=("offer", row.sku), now=now, before=before, after=after)
    return row


def _check_name(offer: Offer, named: str) -> None:
    if not named:
        return
    known = Offer.objects.exclude(pk=offer.pk).filter(Q(sku=named) | Q(stock_sku=named))
    if "\x00" in named or not known.exists():
        sentence = gettext("Такого артикула нет ни в одном магазине. Назовите артикул товара, с которым остаток общий")
        raise Refused("unknown_item", sentence, status=400, field="stock_sku")


def _empty(row: Offer, points: Iterable[int], named: str, *, now: datetime) -> dict[int, int]:
    """Take this offer's pieces out of its item where nobody else sells it; answers how many there were, by point.

    An item that others sell too keeps its pieces: they are theirs.
    """
    places = {place: point_id for (point_id, _), place in items_of((point, row.sku) for point in points).items()}
    if sharers(row):
        return {}
    # The rows of both items at once and in one order, as every writer of stock takes them.
    items = _locked({*places, *((kept_at, named or row.sku) for kept_at, _ in places)})
    former = [item for item in items if (item.point_id, item.sku) in places]
    _check_idle(former)
    left = {places[item.point_id, item.sku]: item.on_hand for item in former if item.counted_at is not None}
    for point_id in left:
        stock.count(point_id=point_id, quantities={row.sku: 0}, now=now)
    return left


def _fill(row: Offer, left: dict[int, int], *, now: datetime) -> None:
    """Add the pieces to the item that the offer is now."""
    for point_id, pieces in left.items():
        place = items_of([(point_id, row.sku)])[point_id, row.sku]
        there = sum(item.on_hand for item in _locked({place}))
        stock.count(point_id=point_id, quantities={row.sku: there + pieces}, now=now)


def _locked(wanted: set[Place]) -> list[StockItem]:
    rows = StockItem.objects.select_for_update().filter(
        point_id__in={point_id for point_id, _ in wanted}, sku__in={sku for _, sku in wanted}
    )
    return [row for row in rows.order_by("point_id", "sku") if (row.point_id, row.sku) in wanted]


def _check_idle(items: Iterable[StockItem]) -> None:
    held = sum(item.reserved + item.quarantine + item.in_return for item in items)
    if held:
        sentence = gettext(
            "Заказы держат %(pieces)s шт. этого товара, или они в карантине. Дождитесь выдачи, отмены или решения о них"
        )
        raise Refused("item_in_use", sentence % {"pieces": held}, field="stock_sku")
