"""Orders as Kaspi shows them, for tests of rules that need no Kaspi."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from integrations.kaspi.facts import Buyer, KaspiEntry, KaspiOrder, PhoneState
from orders.deadlines import WorkingCalendar
from orders.merging import Merged, Observation, Row, merge

START = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
ALWAYS_OPEN = WorkingCalendar.from_json(
    {day: ["00:00", "24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
)
BUYER = Buyer("b1", "Айгуль", "С", "+77011234567", PhoneState.REAL)
ENTRY = KaspiEntry("e0", 0, "PIECES", Decimal(2), Decimal(500), Decimal(1000), sku="A100", name="Чайник")


def fact(state: str = "NEW", status: str = "APPROVED_BY_BANK", **changes: Any) -> KaspiOrder:
    """An order of a buyer who collects it; its raw text follows its attributes."""
    values: dict[str, Any] = {
        "kaspi_id": "NzEy",
        "code": "712",
        "state": state,
        "status": status,
        "total_price": Decimal(1000),
        "payment_mode": "PREPAID",
        "credit_term": None,
        "created_at": START - timedelta(minutes=1),
        "approved_at": START,
        "delivery_mode": "DELIVERY_PICKUP",
        "buyer": BUYER,
        "entries": (ENTRY,),
    } | changes
    shown = {name: str(asdict(value) if isinstance(value, Buyer) else value) for name, value in values.items()}
    del shown["entries"]
    return KaspiOrder(**values, raw={"attributes": shown})


def see(known: Row | None, told: KaspiOrder, *, minute: float, by_id: bool = False, **options: Any) -> Merged:
    """Merge what Kaspi told so many minutes after the order was made."""
    calendar = options.get("calendar", ALWAYS_OPEN)
    at = START + timedelta(minutes=minute)
    return merge(known, Observation(told, at, options.get("point_id", 1), calendar, by_id))


def row_after(*steps: tuple[float, KaspiOrder]) -> Row:
    """The stored row after these observations, each asked for by id."""
    row: Row | None = None
    for minute, told in steps:
        row = see(row, told, minute=minute, by_id=True).row or row
    assert row is not None
    return row


def expired(row: Row, *, minute: float) -> Row:
    """What the clock of ours makes of an order that nobody accepted."""
    now = START + timedelta(minutes=minute)
    marks = {"expired_at": row["accept_by"], "overdue_at": row["accept_by"], "cancelled_at": now, "closed_at": now}
    return row | marks | {"stage": "expired", "shelf": "archive", "fault": "seller", "version": row["version"] + 1}
