"""An order as Kaspi last told it, what happened to it, and the counters that shelves are read from."""

from orders.models.cabinet import CabinetFacts, CabinetImport, CabinetLine, ImportState, LineKind
from orders.models.changes import OrderChange
from orders.models.counters import ChangedDay, ShelfCount, ShopPulse
from orders.models.events import EventKind, OrderEvent
from orders.models.evidence import CallOutcome, Evidence, EvidenceKind, Purpose
from orders.models.order import ON_SHELVES, Order, OrderEntry
from orders.models.papers import Waybill

__all__ = [
    "ON_SHELVES",
    "CabinetFacts",
    "CabinetImport",
    "CabinetLine",
    "CallOutcome",
    "ChangedDay",
    "EventKind",
    "Evidence",
    "EvidenceKind",
    "ImportState",
    "LineKind",
    "Order",
    "OrderChange",
    "OrderEntry",
    "OrderEvent",
    "Purpose",
    "ShelfCount",
    "ShopPulse",
    "Waybill",
]
