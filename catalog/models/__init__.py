"""What is sold, for how much, how many lie where, and what orders hold of it."""

from catalog.models.costs import CostLayer, CostLoad, SupplySetting, Tariff
from catalog.models.offers import CityPrice, How, Offer, OfferPoint, OfferSource, PriceChange
from catalog.models.stock import ComeBack, Movement, Reservation, ReservationState, StockItem

__all__ = [
    "CityPrice",
    "ComeBack",
    "CostLayer",
    "CostLoad",
    "How",
    "Movement",
    "Offer",
    "OfferPoint",
    "OfferSource",
    "PriceChange",
    "Reservation",
    "ReservationState",
    "StockItem",
    "SupplySetting",
    "Tariff",
]
