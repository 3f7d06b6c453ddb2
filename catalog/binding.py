"""One warehouse behind several shops: which point keeps another's goods, and which offers are one physical item.

Whoever says so moves what orders hold to where the pieces lie from now on. Pieces that were counted at the old place are
the same ones that lie at the new: where the new place was counted, the old count goes; where it was not, it comes over.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from catalog import stock_rows
from catalog.ledger import Step, apply, locked, place_of, settle
from catalog.models import How, Offer, Reservation, ReservationState, StockItem
from catalog.offers.changing import lock, stamp
from catalog.shared import Place, items_of
from catalog.stock_rows import Moved
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import Refused
from staff.models import PointOfSale
from staff.permissions import Permission


def keep_at(point: PointOfSale, home: PointOfSale | None, *, by: Actor, now: datetime) -> None:
    """Let the goods of a point lie at another point of the company, or again at its own.

    Raises Refused: 403 without the right over both shops, 409 where that would make a chain.
    """
    for one in (point, home or point):
        require_whole(by, Permission.STOCK_MANAGE, shop_id=one.shop_id)
    with transaction.atomic():
        row = PointOfSale.objects.select_for_update().get(pk=point.pk)
        target = None if home is None or home.pk == point.pk else home
        if target and (target.keeps_at_id or PointOfSale.objects.filter(keeps_at_id=point.pk).exists()):
            raise Refused("chain", gettext("Товары одной из этих точек уже лежат на другой. Выберите общий склад"))
        before = _places_at(point.pk)
        PointOfSale.objects.filter(pk=row.pk).update(keeps_at=target)
        _bring_over(before, now=now, by=by)
        named = {"keeps_at": target.name if target else ""}
        audit.record(by, "stock.kept_at", subject=("point", point.name), now=now, after=named)


def bind(
    offer: Offer, stock_sku: str, *, by: Actor, now: datetime, version: int | None = None, how: How = How.HAND
) -> Offer:
    """Say which physical item an offer is; empty: the one of its own SKU.

    Raises Refused: 403 without the rights to offers and to stock of the whole shop, 400 for a name that no offer of the
    company bears, 409 `stale_version`.
    """
    for right in (Permission.CATALOG_MANAGE, Permission.STOCK_MANAGE):
        require_whole(by, right, shop_id=offer.shop_id)
    named = "" if stock_sku == offer.sku else stock_sku
    _check_name(offer, named)
    with transaction.atomic():
        row = lock(offer, version)
        was = row.stock_sku
        if was == named:
            return row
        points = PointOfSale.objects.filter(shop_id=row.shop_id).values_list("pk", flat=True)
        before = items_of((point_id, row.sku) for point_id in points)
        row.stock_sku = named
        stamp(row, by=by, now=now, how=how).save()
        _bring_over(before, now=now, by=by)
        before_it, after_it = {"stock_sku": was}, {"stock_sku": named}
        audit.record(by, "offer.bound", subject=("offer", row.sku), now=now, before=before_it, after=after_it)
    return row


def _check_name(offer: Offer, named: str) -> None:
    if not named:
        return
    known = Offer.objects.exclude(pk=offer.pk).filter(Q(sku=named) | Q(stock_sku=named))
    if "\x00" in named or not known.exists():
        sentence = gettext("Такого артикула нет ни в одном магазине. Назовите артикул товара, с которым остаток общий")
        raise Refused("unknown_item", sentence, status=400, field="stock_sku")


def _places_at(point_id: int) -> dict[Place, Place]:
    """Every good that is sold at a point, and where it lies now."""
    sold = Offer.objects.filter(shop__pk__in=PointOfSale.objects.filter(pk=point_id).values("shop_id"))
    held = Reservation.objects.filter(sold_at_id=point_id).values_list("sold_as", flat=True)
    return items_of((point_id, sku) for sku in {*sold.values_list("sku", flat=True), *held})


def _bring_over(before: dict[Place, Place], *, now: datetime, by: Actor) -> None:
    """Everything lies where it is said to lie now: what orders hold, and the pieces themselves."""
    after = items_of(before)
    moved = {before[place]: after[place] for place in before if before[place] != after[place]}
    _move_reservations(after, now=now)
    _move_pieces(moved, now=now, by=by.label)


def _move_reservations(after: dict[Place, Place], *, now: datetime) -> None:
    sold = {point_id for point_id, _ in after}
    rows = Reservation.objects.filter(sold_at_id__in=sold, sold_as__in={sku for _, sku in after})
    held = rows.filter(state=ReservationState.HELD).select_for_update().order_by("order_id", "entry_number")
    turned = [row for row in held if place_of(row) != after[row.sold_at_id, row.sold_as]]
    steps = []
    for row in turned:
        promised = row.quantity if row.promised else 0
        steps.append(Step(place_of(row), row.order_id, "bound", reserved=-row.quantity, promised=-promised))
        row.point_id, row.sku = after[row.sold_at_id, row.sold_as]
        steps.append(Step(place_of(row), row.order_id, "bound", reserved=row.quantity, promised=promised))
    apply(steps, now=now)
    settle(turned, now=now)


def _move_pieces(moved: dict[Place, Place], *, now: datetime, by: str) -> None:
    items = locked({*moved, *moved.values()})
    shared = _still_used(moved)
    movements = []
    for old, new in moved.items():
        left, found = items[old], items[new]
        if old in shared or left.counted_at is None:
            continue
        if found.counted_at is None:
            movements.append(Moved(*new, left.on_hand, 0, "bound", None, by=by))
            found.on_hand, found.counted_at = found.on_hand + left.on_hand, now
            found.place = found.place or left.place
        movements.append(Moved(*old, -left.on_hand, 0, "bound", None, by=by))
        left.on_hand, left.counted_at = 0, None
    stock_rows.save_items(items.values())
    stock_rows.add_movements([one for one in movements if one.moves], now=now)
    StockItem.objects.bulk_update([items[new] for new in moved.values()], ["place"])


def _still_used(moved: Collection[Place]) -> set[Place]:
    """Old places at which another offer, or another point, still finds its pieces."""
    points = {point_id for point_id, _ in moved}
    here = PointOfSale.objects.filter(pk__in=points) | PointOfSale.objects.filter(keeps_at_id__in=points)
    shops: Iterable[tuple[int, int]] = here.values_list("pk", "shop_id")
    offers = Offer.objects.filter(shop_id__in={shop for _, shop in shops})
    skus = {sku for _, sku in moved}
    named = offers.filter(sku__in=skus) | offers.filter(stock_sku__in=skus)
    sold = [(shop, sku) for shop, sku in named.values_list("shop_id", "sku")]
    places = items_of((point, sku) for point, shop in shops for one, sku in sold if one == shop)
    return set(places.values()) & set(moved)
