"""What is sold, for how much, how many lie where, and what orders hold of it."""

from catalog.models.offers import CityPrice, How, Offer, OfferPoint, OfferSource, PriceChange
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
    "How",
    "Movement",
    "Offer",
    "OfferPoint",
    "OfferSource",
    "Oversell",
    "PriceChange",
    "Reservation",
    "ReservationState",
    "StockDocument",
    "StockItem",
]
