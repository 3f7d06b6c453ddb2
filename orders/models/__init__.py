"""An order as Kaspi last told it, what happened to it, and the counters that shelves are read from."""

from orders.models.auto_accept import AutoAcceptDecision, AutoAcceptRules, AutoAcceptStop, AutoAcceptSwitch
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
from orders.models.cells import OrderCell
from orders.models.changes import OrderChange
from orders.models.counters import ChangedDay, ShelfCount, ShopPulse
from orders.models.devices import LineDevices
from orders.models.events import EventKind, OrderEvent
from orders.models.evidence import CallOutcome, Evidence, EvidenceKind, Purpose
from orders.models.lessons import LearnedLesson
from orders.models.moves import DateMove, MovedBy
from orders.models.order import ON_SHELVES, Order, OrderEntry
from orders.models.papers import Layout, Paper, PrintedPaper, Waybill
from orders.models.profit import Expense, ExpenseKind, PayOperation
from orders.models.radar import DeadlineAlert, DeadlineWatch, Notice
from orders.models.returns import Claim, ReturnCase
from orders.models.waves import DropPoint, HandedOver
from orders.models.word import PaperNumber, WordTemplate, WordVersion

__all__ = [
    "ON_SHELVES",
    "AutoAcceptDecision",
    "AutoAcceptRules",
    "AutoAcceptStop",
    "AutoAcceptSwitch",
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
    "Claim",
    "DateMove",
    "DeadlineAlert",
    "DeadlineWatch",
    "DropPoint",
    "EventKind",
    "Evidence",
    "EvidenceKind",
    "Expense",
    "ExpenseKind",
    "HandedOver",
    "ImportState",
    "Layout",
    "LearnedLesson",
    "LineDevices",
    "LineKind",
    "MessageTemplate",
    "MovedBy",
    "Notice",
    "Order",
    "OrderCell",
    "OrderChange",
    "OrderEntry",
    "OrderEvent",
    "OwnPhone",
    "Paper",
    "PaperNumber",
    "PayOperation",
    "PrintedPaper",
    "Purpose",
    "ReturnCase",
    "ShelfCount",
    "ShopPulse",
    "SignKind",
    "Waybill",
    "WordTemplate",
    "WordVersion",
]
