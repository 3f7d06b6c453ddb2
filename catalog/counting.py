"""Pieces that somebody counted, told in the journal: for a cell of the page and for programs alike.

The ledger itself is `catalog.stock.count`; a count of a whole shelf is a document of its own.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from catalog import stock
from catalog.models import Offer, StockItem
from catalog.shared import items_of
from catalog.typed import MOST_PIECES
from staff import audit
from staff.access import Actor, require
from staff.errors import NotVisible, Refused
from staff.formats import grouped
from staff.models import PointOfSale
from staff.permissions import Permission

ANY = object()


def count_at(
    point: PointOfSale, quantities: Mapping[str, int], *, by: Actor, now: datetime, seen: object = ANY
) -> None:
    """So many pieces of each SKU lie at the point, which is one that the actor sees.

    `seen`: how many the writer saw (None: nobody had counted). Raises Refused: 403 without the right, 400 for pieces that
    cannot be, 409 `stale_stock` when there are others now than he saw; NotVisible for a SKU that the shop does not sell.
    """
    require(by, Permission.STOCK_MANAGE)
    for sku, pieces in quantities.items():
        if not 0 <= pieces <= MOST_PIECES:
            sentence = gettext("%(sku)s: остаток – целое число, от 0 до 1 000 000") % {"sku": sku}
            raise Refused("bad_pieces", sentence, status=400, field="pieces")
    _check_sold(point, quantities)
    with transaction.atomic():
        before = _lie(point, quantities)
        for sku in quantities:
            _check_seen(before[sku], seen)
        stock.count(point_id=point.pk, quantities=quantities, now=now)
        for sku, pieces in quantities.items():
            if before[sku] != pieces:
                _tell(by, point, sku, before[sku], pieces, now=now)


def _check_sold(point: PointOfSale, quantities: Mapping[str, int]) -> None:
    named = [sku for sku in quantities if "\x00" not in sku]
    known = set(Offer.objects.filter(shop_id=point.shop_id, sku__in=named).values_list("sku", flat=True))
    for sku in quantities:
        if sku not in known:
            raise NotVisible(sku)


def _lie(point: PointOfSale, skus: Mapping[str, int]) -> dict[str, int | None]:
    """How many lie there now, locked in the order of the ledger; None where nobody has counted."""
    lies = items_of((point.pk, sku) for sku in skus)
    rows = StockItem.objects.select_for_update().filter(
        point_id__in={place[0] for place in lies.values()}, sku__in={place[1] for place in lies.values()}
    )
    found = {(row.point_id, row.sku): row for row in rows.order_by("point_id", "sku")}
    return {
        sku: row.on_hand if (row := found.get(place)) and row.counted_at is not None else None
        for (_, sku), place in lies.items()
    }


def _check_seen(lies: int | None, seen: object) -> None:
    if seen is ANY or seen == lies:
        return
    if lies is None:
        raise Refused("stale_stock", gettext("Остаток уже изменился. Посмотрите и повторите"), field="pieces")
    sentence = gettext("Остаток уже изменился: сейчас %(pieces)s. Проверьте и повторите")
    raise Refused("stale_stock", sentence % {"pieces": grouped(lies)}, field="pieces")


def _tell(by: Actor, point: PointOfSale, sku: str, before: int | None, after: int, *, now: datetime) -> None:
    audit.record(
        by,
        "stock.counted",
        subject=("good", sku),
        now=now,
        before={"stock": before},
        after={"stock": after},
        details={"point": point.name},
    )
