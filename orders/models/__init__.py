"""An order as Kaspi last told it, what happened to it, and the counters that shelves are read from."""

from orders.models.counters import ChangedDay, ShelfCount, ShopPulse
from orders.models.events import EventKind, OrderEvent
from orders.models.evidence import CallOutcome, Evidence, EvidenceKind, Purpose
from orders.models.order import ON_SHELVES, Order, OrderEntry
from orders.models.papers import Waybill
from orders.models.waves import DropPoint, HandedOver
from orders.models.word import PaperNumber, WordTemplate, WordVersion
from orders.models.returns import Claim, ReturnCase

__all__ = [
    "ON_SHELVES",
    "CallOutcome",
    "ChangedDay",
    "DropPoint",
    "Claim",
    "EventKind",
    "Evidence",
    "EvidenceKind",
    "HandedOver",
    "Order",
    "OrderEntry",
    "OrderEvent",
    "PaperNumber",
    "Purpose",
    "ReturnCase",
    "ShelfCount",
    "ShopPulse",
    "Waybill",
    "WordTemplate",
    "WordVersion",
]
