"""What is sold, for how much, how many lie where, and what orders hold of it."""

from catalog.models.cards import (
    UNDER_WAY,
    Card,
    CardLine,
    CardLookup,
    CardState,
    CardUpload,
    CardVersion,
    KaspiAttribute,
    KaspiCategory,
    LookupState,
    UploadState,
)
from catalog.models.matching import OPEN_VERDICTS, ListState, SupplierLine, SupplierList, Verdict
from catalog.models.offers import CityPrice, How, Offer, OfferPoint, OfferSource, PriceChange
from catalog.models.stock import ComeBack, Movement, Reservation, ReservationState, StockItem

__all__ = [
    "OPEN_VERDICTS",
    "UNDER_WAY",
    "Card",
    "CardLine",
    "CardLookup",
    "CardState",
    "CardUpload",
    "CardVersion",
    "CityPrice",
    "ComeBack",
    "How",
    "KaspiAttribute",
    "KaspiCategory",
    "ListState",
    "LookupState",
    "Movement",
    "Offer",
    "OfferPoint",
    "OfferSource",
    "PriceChange",
    "Reservation",
    "ReservationState",
    "StockItem",
    "SupplierLine",
    "SupplierList",
    "UploadState",
    "Verdict",
]
