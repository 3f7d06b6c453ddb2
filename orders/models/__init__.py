"""An order as Kaspi last told it, what happened to it, and the counters that shelves are read from."""

from orders.models.buyers import (
    BuyerCard,
    BuyerLedger,
    BuyerNote,
    BuyerOrder,
    BuyerParting,
    BuyerSign,
    MessageTemplate,
    OwnPhone,
    SignKind,
)
from orders.models.counters import ChangedDay, ShelfCount, ShopPulse
from orders.models.events import EventKind, OrderEvent
from orders.models.evidence import CallOutcome, Evidence, EvidenceKind, Purpose
from orders.models.order import ON_SHELVES, Order, OrderEntry
from orders.models.papers import Waybill

__all__ = [
    "ON_SHELVES",
    "BuyerCard",
    "BuyerLedger",
    "BuyerNote",
    "BuyerOrder",
    "BuyerParting",
    "BuyerSign",
    "CallOutcome",
    "ChangedDay",
    "EventKind",
    "Evidence",
    "EvidenceKind",
    "MessageTemplate",
    "Order",
    "OrderEntry",
    "OrderEvent",
    "OwnPhone",
    "Purpose",
    "ShelfCount",
    "ShopPulse",
    "SignKind",
    "Waybill",
]
