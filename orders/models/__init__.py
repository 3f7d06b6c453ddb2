"""An order as Kaspi last told it, what happened to it, and the counters that shelves are read from."""

from orders.models.counters import ChangedDay, ShelfCount, ShopPulse
from orders.models.events import EventKind, OrderEvent
from orders.models.evidence import CallOutcome, Evidence, EvidenceKind, Purpose
from orders.models.order import ON_SHELVES, Order, OrderEntry
from orders.models.papers import Layout, Paper, PrintedPaper, Waybill

__all__ = [
    "ON_SHELVES",
    "CallOutcome",
    "ChangedDay",
    "EventKind",
    "Evidence",
    "EvidenceKind",
    "Layout",
    "Order",
    "OrderEntry",
    "OrderEvent",
    "Paper",
    "PrintedPaper",
    "Purpose",
    "ShelfCount",
    "ShopPulse",
    "Waybill",
]
