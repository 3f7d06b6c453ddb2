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
from orders.models.cabinet import CabinetFacts, CabinetImport, CabinetLine, ImportState, LineKind
from orders.models.changes import OrderChange
from orders.models.counters import ChangedDay, ShelfCount, ShopPulse
from orders.models.devices import LineDevices
from orders.models.events import EventKind, OrderEvent
from orders.models.evidence import CallOutcome, Evidence, EvidenceKind, Purpose
from orders.models.moves import DateMove, MovedBy
from orders.models.order import ON_SHELVES, Order, OrderEntry
from orders.models.papers import Waybill
from orders.models.waves import DropPoint, HandedOver
from orders.models.word import PaperNumber, WordTemplate, WordVersion
from orders.models.returns import Claim, ReturnCase
from orders.models.radar import DeadlineAlert, DeadlineWatch, Notice

__all__ = [
    "ON_SHELVES",
    "BuyerCard",
    "BuyerLedger",
    "BuyerNote",
    "BuyerOrder",
    "BuyerParting",
    "BuyerSign",
    "CabinetFacts",
    "CabinetImport",
    "CabinetLine",
    "CallOutcome",
    "ChangedDay",
    "DropPoint",
    "Claim",
    "EventKind",
    "Evidence",
    "EvidenceKind",
    "HandedOver",
    "ImportState",
    "LineKind",
    "Order",
    "OrderChange",
    "OrderEntry",
    "OrderEvent",
    "PaperNumber",
    "MessageTemplate",
    "DateMove",
    "EventKind",
    "Evidence",
    "EvidenceKind",
    "LineDevices",
    "MovedBy",
    "DeadlineAlert",
    "DeadlineWatch",
    "EventKind",
    "Evidence",
    "EvidenceKind",
    "Notice",
    "Order",
    "OrderEntry",
    "OrderEvent",
    "OwnPhone",
    "Purpose",
    "ReturnCase",
    "ShelfCount",
    "ShopPulse",
    "SignKind",
    "Waybill",
    "WordTemplate",
    "WordVersion",
]
