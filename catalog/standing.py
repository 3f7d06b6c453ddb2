"""How offers stand at their points: what lies there, what is held, and what Kaspi is told (`catalog.rules.told`).

The same question is asked of many offers at once in SQL by `catalog.tabs`; a test compares the two.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from catalog.models import CityPrice, Offer, OfferPoint, StockItem
from catalog.rules import PriceGuard, Told, fits_price_list, told
from catalog.shared import Place, items_of
from staff.models import PointOfSale

LAST_PIECES: Final = 3
"""No more than so many at any point: «кончаются»."""


class State(StrEnum):
    """In which tab of the catalogue an offer is: exactly one. `CHECK`: no price list may carry it as it is."""

    ON = "on"
    LOW = "low"
    NONE = "none"
    CHECK = "check"
    OFF = "off"


class Fault(StrEnum):
    """Why no price list may carry an offer."""

    NO_PRICE = "no_price"
    BAD_SKU = "bad_sku"
    BEYOND_BOUNDS = "beyond_bounds"


@dataclass(frozen=True, slots=True)
class At:
    """An offer at one of its points. `lies` is where its pieces are, under which name; None of `item`: nobody told any."""

    point: PointOfSale
    lies: Place
    item: StockItem | None
    sold: bool | None
    buffer: int
    told: Told

    @property
    def counted(self) -> bool:
        return self.item is not None and self.item.counted_at is not None

    @property
    def free(self) -> int:
        """On hand less held; below zero when more is sold than there is."""
        return self.item.on_hand - self.item.reserved if self.item else 0


@dataclass(frozen=True, slots=True)
class Standing:
    """An offer at all of the points that were asked about."""

    offer: Offer
    at: tuple[At, ...]
    has_city_prices: bool = False

    @property
    def fault(self) -> Fault | None:
        """The first thing that keeps it out of a price list whatever lies there."""
        if self.offer.price is None and not self.has_city_prices:
            return Fault.NO_PRICE
        if not fits_price_list(self.offer.sku):
            return Fault.BAD_SKU
        bounds = PriceGuard(self.offer.floor, self.offer.ceiling)
        if self.offer.price is not None and bounds.breach(None, self.offer.price):
            return Fault.BEYOND_BOUNDS
        return None

    @property
    def state(self) -> State:
        if not self.offer.on_sale:
            return State.OFF
        if self.fault:
            return State.CHECK
        sold = [one.told for one in self.at if one.told.available]
        if not sold:
            return State.NONE
        return State.LOW if all(one.pieces is not None and one.pieces <= LAST_PIECES for one in sold) else State.ON

    @property
    def is_short(self) -> bool:
        """More of it is held somewhere than lies there."""
        return any(one.counted and one.free < 0 for one in self.at)


def standings(offers: Sequence[Offer], points: Iterable[PointOfSale]) -> list[Standing]:
    """How each of the offers stands at those of the points that are its shop's; three queries for all of them."""
    by_shop: defaultdict[int, list[PointOfSale]] = defaultdict(list)
    for point in points:
        by_shop[point.shop_id].append(point)
    places = [(point.pk, offer.sku) for offer in offers for point in by_shop[offer.shop_id]]
    lies = items_of(places)
    items = _items(lies.values())
    sold = {
        (row.offer_id, row.point_id): row.sold
        for row in OfferPoint.objects.filter(offer_id__in=[offer.pk for offer in offers])
    }
    cities = set(CityPrice.objects.filter(offer_id__in=[one.pk for one in offers]).values_list("offer_id", flat=True))
    return [
        Standing(
            offer,
            tuple(_at(offer, point, lies[point.pk, offer.sku], items, sold) for point in by_shop[offer.shop_id]),
            offer.pk in cities,
        )
        for offer in offers
    ]


def _at(
    offer: Offer,
    point: PointOfSale,
    lies: Place,
    items: Mapping[Place, StockItem],
    sold: Mapping[tuple[int, int], bool],
) -> At:
    item = items.get(lies)
    said = sold.get((offer.pk, point.pk))
    buffer = offer.buffer if offer.buffer is not None else (item.held_back if item else 0)
    counted = item is not None and item.counted_at is not None
    published = told(
        on_sale=offer.on_sale,
        sold=said,
        free=item.on_hand - item.reserved if item and counted else None,
        buffer=buffer,
        preorder_days=offer.preorder_days,
    )
    return At(point, lies, item, said, buffer, published)


def _items(places: Iterable[Place]) -> dict[Place, StockItem]:
    wanted = set(places)
    rows = StockItem.objects.filter(
        point_id__in={point_id for point_id, _ in wanted}, sku__in={sku for _, sku in wanted}
    )
    return {place: row for row in rows if (place := (row.point_id, row.sku)) in wanted}
