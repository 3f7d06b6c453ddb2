"""What is sold, for how much, how many lie where, and what orders hold of it."""

from catalog.models.feed import Feed, FeedFetch, FeedMark, FeedVersion, HeldFor, VersionState
from catalog.models.offers import CityPrice, How, Offer, OfferPoint, OfferSource, PriceChange
from catalog.models.price_lists import (
    LoadMode,
    LoadState,
    PriceColumns,
    PriceKind,
    PriceLine,
    PriceLoad,
    PriceOutcome,
    PriceProblem,
)
from catalog.models.stock import (
    ComeBack,
    DocumentKind,
    Movement,
    Oversell,
    Reservation,
    ReservationState,
    StockDocument,
    StockItem,
)

__all__ = [
    "CityPrice",
    "ComeBack",
    "DocumentKind",
    "Feed",
    "FeedFetch",
    "FeedMark",
    "FeedVersion",
    "HeldFor",
    "How",
    "LoadMode",
    "LoadState",
    "Movement",
    "Offer",
    "OfferPoint",
    "OfferSource",
    "Oversell",
    "PriceChange",
    "PriceColumns",
    "PriceKind",
    "PriceLine",
    "PriceLoad",
    "PriceOutcome",
    "PriceProblem",
    "Reservation",
    "ReservationState",
    "StockDocument",
    "StockItem",
    "VersionState",
]
