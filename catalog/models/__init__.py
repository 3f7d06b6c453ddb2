"""What is sold, for how much, how many lie where, and what orders hold of it."""

from catalog.models.feed import Feed, FeedFetch, FeedMark, FeedVersion, HeldFor, VersionState
from catalog.models.offers import CityPrice, How, Offer, OfferPoint, OfferSource, PriceChange
from catalog.models.stock import ComeBack, Movement, Reservation, ReservationState, StockItem

__all__ = [
    "CityPrice",
    "ComeBack",
    "Feed",
    "FeedFetch",
    "FeedMark",
    "FeedVersion",
    "HeldFor",
    "How",
    "Movement",
    "Offer",
    "OfferPoint",
    "OfferSource",
    "PriceChange",
    "Reservation",
    "ReservationState",
    "StockItem",
    "VersionState",
]
