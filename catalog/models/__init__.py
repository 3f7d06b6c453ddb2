"""What is sold, for how much, how many lie where, and what orders hold of it."""

from catalog.models.offers import CityPrice, How, Offer, OfferPoint, OfferSource, PriceChange
from catalog.models.repricing import (
    CardLink,
    CompetitorFile,
    CompetitorPrice,
    FileState,
    LinkState,
    PriceDecision,
    PriceRule,
    PriceSource,
    RepricingState,
    WaitingPrice,
    WaitingState,
)
from catalog.models.stock import ComeBack, Movement, Reservation, ReservationState, StockItem

__all__ = [
    "CardLink",
    "CityPrice",
    "ComeBack",
    "CompetitorFile",
    "CompetitorPrice",
    "FileState",
    "How",
    "LinkState",
    "Movement",
    "Offer",
    "OfferPoint",
    "OfferSource",
    "PriceChange",
    "PriceDecision",
    "PriceRule",
    "PriceSource",
    "RepricingState",
    "Reservation",
    "ReservationState",
    "StockItem",
    "WaitingPrice",
    "WaitingState",
]
