"""What is sold, for how much, how many lie where, and what orders hold of it."""

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
from catalog.models.stock import ComeBack, Movement, Reservation, ReservationState, StockItem

__all__ = [
    "CityPrice",
    "ComeBack",
    "How",
    "LoadMode",
    "LoadState",
    "Movement",
    "Offer",
    "OfferPoint",
    "OfferSource",
    "PriceChange",
    "PriceColumns",
    "PriceKind",
    "PriceLine",
    "PriceLoad",
    "PriceOutcome",
    "PriceProblem",
    "Reservation",
    "ReservationState",
    "StockItem",
]
