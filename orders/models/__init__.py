"""An order as Kaspi last told it, what happened to it, and the counters that shelves are read from."""

from orders.models.counters import ChangedDay, ShelfCount, ShopPulse
from orders.models.events import EventKind, OrderEvent
from orders.models.evidence import CallOutcome, Evidence, EvidenceKind, Purpose
from orders.models.order import ON_SHELVES, Order, OrderEntry
from orders.models.papers import Waybill
from orders.models.radar import DeadlineAlert, DeadlineWatch, Notice

__all__ = [
    "ON_SHELVES",
    "CallOutcome",
    "ChangedDay",
    "DeadlineAlert",
    "DeadlineWatch",
    "EventKind",
    "Evidence",
    "EvidenceKind",
    "Notice",
    "Order",
    "OrderEntry",
    "OrderEvent",
    "Purpose",
    "ShelfCount",
    "ShopPulse",
    "Waybill",
]
