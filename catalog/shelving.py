"""Where a good lies at a point: a word of the people there («A-12», «полка у окна»), by which orders are picked."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from catalog.models import Offer, StockItem
from staff import audit
from staff.access import Actor, require
from staff.errors import NotVisible, Refused
from staff.models import PointOfSale
from staff.permissions import Permission

LONGEST = 60


def put(point: PointOfSale, sku: str, place: str, *, by: Actor, now: datetime) -> None:
    """Say where the good lies at this point; empty: nowhere in particular. The point is one that the actor sees.

    For those who pack: they walk the shelves, and to see the catalogue is a right to read. Raises NotVisible for a good
    that the shop does not sell, Refused 403 without the right, 400 for a place that is no short word.
    """
    require(by, Permission.ORDERS_PACK)
    wanted = _read(place)
    if "\x00" in sku or not Offer.objects.filter(shop_id=point.shop_id, sku=sku).exists():
        raise NotVisible(sku)
    with transaction.atomic():
        StockItem.objects.bulk_create(
            [StockItem(company_id=by.company_id, point_id=point.pk, sku=sku)], ignore_conflicts=True
        )
        item = StockItem.objects.select_for_update().get(point_id=point.pk, sku=sku)
        if item.place == wanted:
            return
        StockItem.objects.filter(pk=item.pk).update(place=wanted)
        before, after = {"place": item.place}, {"place": wanted}
        audit.record(
            by,
            "stock.placed",
            subject=("good", sku),
            now=now,
            before=before,
            after=after,
            details={"point": point.name},
        )


def _read(place: str) -> str:
    shown = " ".join(place.split())
    if len(shown) > LONGEST or not shown.isprintable():
        sentence = gettext("Место на полке длиннее %(most)s знаков. Напишите короче, например A-12") % {"most": LONGEST}
        raise Refused("bad_place", sentence, status=400, field="place")
    return shown
