"""From what Kaspi says now and what we knew: the new row of an order, and what happened. Pure.

Rules (reliability.md §5.3): an older observation never overwrites a newer one; a masked phone and an empty name never replace
known ones; a forgotten buyer stays forgotten; what Kaspi has closed is not opened again by a list, only by a look at the order
itself; our own expiry is provisional.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

from integrations.kaspi.facts import KaspiOrder, PhoneState
from orders.buyers.persons import ATTRIBUTES, KNOWN, NOBODY
from orders.cancelling import Fault, fault_of
from orders.deadlines import Step, StepFacts, WorkingCalendar, deadline_of
from orders.lifecycle import SHELF_OF, TERMINAL, Flags, Shelf, Stage, is_expected, stage_of

Row = dict[str, Any]

STEP_OF: Mapping[Stage, Step] = MappingProxyType(
    {
        Stage.NEW: Step.ACCEPT,
        Stage.SIGNING: Step.SIGN,
        Stage.PICKUP: Step.PICKUP,
        Stage.DELIVERY: Step.DELIVER,
        Stage.KD_PREORDER: Step.ARRIVE,
        Stage.KD_PACKING: Step.PACK,
        Stage.KD_HANDOVER: Step.HAND_OVER,
        Stage.KD_TRANSIT: Step.NONE,
        Stage.KD_RETURNING: Step.BRING_BACK,
        Stage.RETURN_REQUESTED: Step.BRING_BACK,
        Stage.RETURN_ACCEPTED: Step.NONE,
        Stage.COMPLETED: Step.NONE,
        Stage.CANCELLED: Step.NONE,
        Stage.RETURNED: Step.NONE,
        Stage.EXPIRED: Step.NONE,
        Stage.UNKNOWN: Step.NONE,
    }
)
# A shelf is sorted by what burns first; what has no deadline stands after all that have one, oldest first.
NOTHING_BURNS = timedelta(days=3650)
GOING_BACK = frozenset({Stage.KD_RETURNING, Stage.RETURN_REQUESTED})
# Stages in which the shop has taken the order; entering the first of them is the acceptance.
TAKEN = frozenset(Stage) - {Stage.NEW, Stage.EXPIRED, Stage.UNKNOWN, Stage.CANCELLED}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that an observation shows to have happened."""

    kind: str
    stage_before: str
    stage_after: str
    kaspi_at: datetime | None
    expected: bool = True
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Merged:
    """The row to write and its events; `row` is None when there is nothing to write, `doubtful` asks for a look by id."""

    row: Row | None
    events: tuple[Event, ...] = ()
    doubtful: bool = False


NOTHING = Merged(None)


@dataclass(frozen=True)
class Observation:
    """One order as read at one moment. `by_id`: the order itself was asked for, not a list that may lag; `lines_asked`:
    its lines were, which may have been cut or weighed while the order says the same.
    """

    fact: KaspiOrder
    at: datetime
    point_id: int | None
    calendar: WorkingCalendar
    by_id: bool = False
    lines_asked: bool = False

    @cached_property
    def digest(self) -> bytes:
        return digest_of(self.fact)

    def digest_beside(self, known: Row | None) -> bytes:
        """The digest to compare with that of the known row and to keep: of a forgotten buyer not even that is kept."""
        return digest_of(self.fact, without=ATTRIBUTES) if is_forgotten(known) else self.digest


def digest_of(fact: KaspiOrder, *, without: Collection[str] = ()) -> bytes:
    """Changes when anything that Kaspi says of the order changes; links carry no facts."""
    attributes = fact.raw.get("attributes", fact.raw)
    if without:
        attributes = {name: value for name, value in attributes.items() if name not in without}
    return blake2b(json.dumps(attributes, sort_keys=True, default=str).encode(), digest_size=16).digest()


def merge(known: Row | None, seen: Observation) -> Merged:
    """What to write. `known` is the stored row (its columns) or None for an order never seen before."""
    if not is_news(known, seen):
        return NOTHING
    fact = seen.fact
    said = stage_of(fact.state, fact.status, flags_of(fact))
    before = Stage(known["stage"]) if known else None
    if before in TERMINAL and said != before and not seen.by_id and not is_expected(before, said):
        return Merged(None, doubtful=True)
    row = _facts(known, seen)
    _move(row, known, said, seen)
    return Merged(row, tuple(_events(known, row, said, seen)))


def is_news(known: Row | None, seen: Observation) -> bool:
    """Whether there is anything to write. Of the stored row it looks at `orders.facts.storing.GLANCE` only."""
    if known is None:
        return True
    if seen.at <= known["observed_at"]:
        return False
    return seen.digest_beside(known) != bytes(known["digest"]) or _news_besides(known, seen)


def is_forgotten(known: Row | None) -> bool:
    """Whether the buyer of the stored order is nobody; a row that was not read from the database never is."""
    return known is not None and known.get("forgotten_at") is not None


def flags_of(fact: KaspiOrder) -> Flags:
    return Flags(
        pre_order=fact.pre_order,
        assembled=fact.assembled,
        handed_over=fact.courier_handed_at is not None,
        courier_planned=fact.courier_planned_at is not None,
    )


def _news_besides(known: Row, seen: Observation) -> bool:
    """Kaspi says the same, but we learned its entries or asked for them, or the calendar gave an expired order more time."""
    if seen.lines_asked or (seen.fact.entries is not None and known["entries_at"] is None):
        return True
    if known["point_id"] != seen.point_id and seen.point_id is not None:
        return True
    if known["stage"] in (Stage.NEW, Stage.EXPIRED) and seen.fact.state == "NEW":
        return bool(_deadline(Stage.NEW, known, seen)[0] != known["accept_by"])
    return False


def _facts(known: Row | None, seen: Observation) -> Row:
    """Everything that Kaspi says, with what must not be lost kept from before."""
    fact = seen.fact
    row: Row = {
        "kaspi_id": fact.kaspi_id,
        "code": fact.code,
        "state": fact.state,
        "status": fact.status,
        "total_price": fact.total_price or 0,
        "delivery_cost": fact.delivery_cost or 0,
        "delivery_cost_for_seller": fact.delivery_cost_for_seller or 0,
        "payment_mode": fact.payment_mode,
        "credit_term": fact.credit_term,
        "is_kaspi_delivery": fact.is_kaspi_delivery,
        "delivery_mode": fact.delivery_mode,
        "express": fact.express,
        "pre_order": fact.pre_order,
        "signature_required": fact.signature_required,
        "assembled": fact.assembled,
        "imei_required": fact.imei_required,
        "returned_to_warehouse": fact.returned_to_warehouse,
        "pickup_point_id": fact.pickup_point_id,
        "town": fact.address.town if fact.address else "",
        "address": fact.address.formatted if fact.address else "",
        "waybill_url": fact.waybill_url,
        "waybill_number": fact.waybill_number,
        "cancellation_reason": fact.cancellation_reason,
        "created_at": fact.created_at,
        "approved_at": fact.approved_at or fact.created_at,
        "planned_delivery_at": fact.planned_delivery_at,
        "reservation_at": fact.reservation_at,
        "courier_planned_at": fact.courier_planned_at,
        "handed_at": fact.courier_handed_at,
        "completed_at": fact.completed_at,
        "point_id": seen.point_id if seen.point_id is not None else known and known["point_id"],
        "phone_alias": fact.phone_alias,
        "digest": seen.digest_beside(known),
        "raw": fact.raw,
        "observed_at": seen.at,
        "changed_at": seen.at,
    }
    row.update(NOBODY if is_forgotten(known) else _people(known, fact))
    row.update(_items(known, seen))
    for kept in ("accepted_at", "cancelled_at", "returned_at", "closed_at", "expired_at", "overdue_at"):
        row[kept] = known[kept] if known else None
    row.update(_moved_date(known, fact))
    row["first_seen_at"] = known["first_seen_at"] if known else seen.at
    row["version"] = known["version"] + 1 if known else 1
    return row


def _moved_date(known: Row | None, fact: KaspiOrder) -> Row:
    """A date that the shop has moved stands while Kaspi still names the one it was moved from; another one of Kaspi's,
    be it that of the move, says better (orders.rescheduling)."""
    if known is None or known["moved_to"] is None or known["moved_from"] != fact.planned_delivery_at:
        return {"moved_to": None, "moved_from": None}
    return {"moved_to": known["moved_to"], "moved_from": known["moved_from"]}


def _people(known: Row | None, fact: KaspiOrder) -> Row:
    """Names and phones. A phone that is known, from Kaspi or typed by staff, stays whatever comes masked later."""
    buyer, recipient = fact.buyer, fact.recipient
    people: Row = {
        "buyer_kaspi_id": buyer.kaspi_id,
        "buyer_first_name": buyer.first_name[:120],
        "buyer_last_name": buyer.last_name[:120],
        "phone": buyer.phone,
        "phone_state": str(buyer.phone_state),
        "recipient_name": f"{recipient.first_name} {recipient.last_name}".strip()[:250] if recipient else "",
        "recipient_phone": recipient.phone if recipient else "",
    }
    if known:
        for name in ("buyer_kaspi_id", "buyer_first_name", "buyer_last_name", "recipient_name", "recipient_phone"):
            people[name] = people[name] or known[name]
        if buyer.phone_state is not PhoneState.REAL and known["phone_state"] in KNOWN:
            people["phone"], people["phone_state"] = known["phone"], known["phone_state"]
    people["buyer_search"] = f"{people['buyer_last_name']} {people['buyer_first_name']}".strip().lower()
    return people


def _items(known: Row | None, seen: Observation) -> Row:
    """The short form of the entries that a shelf shows."""
    entries = seen.fact.entries
    if entries is None:
        names = ("first_item", "first_sku", "items_count", "pieces", "entries_at")
        items = {name: known[name] for name in names} if known else dict(zip(names, ("", "", 0, 0, None), strict=True))
        if known and known["total_price"] != (seen.fact.total_price or 0):
            # Another sum: a line was cancelled or weighed. What the lines are now has to be asked for.
            items["entries_at"] = None
        return items
    if not entries:
        return {"first_item": "", "first_sku": "", "items_count": 0, "pieces": 0, "entries_at": seen.at}
    first = min(entries, key=lambda entry: entry.number)
    return {
        "first_item": first.name[:300],
        "first_sku": first.sku[:64],
        "items_count": len(entries),
        "pieces": sum(entry.quantity for entry in entries),
        "entries_at": seen.at,
    }


def _move(row: Row, known: Row | None, said: Stage, seen: Observation) -> None:
    """Decide the stage, and set what follows from it: moments, fault, deadline, place on the shelf."""
    stage = _stage(row, known, said, seen)
    row["stage"], row["shelf"] = stage, SHELF_OF[stage]
    _moments(row, known, stage, seen)
    row["accept_by"] = accept_by = _deadline(Stage.NEW, row, seen)[0]
    if stage is Stage.NEW and accept_by is not None and accept_by > seen.at:
        # The calendar has given it more time: it may become overdue again.
        row["overdue_at"] = None
    row["due_at"], row["due_kind"] = _kept(known, stage) or _deadline(stage, row, seen)
    row["burns_at"] = row["due_at"] or row["approved_at"] + NOTHING_BURNS
    row["fault"] = _fault(row, stage)
    if row["shelf"] != Shelf.ARCHIVE:
        row["closed_at"] = None


def _stage(row: Row, known: Row | None, said: Stage, seen: Observation) -> Stage:
    """Ours is EXPIRED only while Kaspi still says NEW and the present calendar leaves no time."""
    if known is None or known["expired_at"] is None or said is not Stage.NEW:
        if said is not Stage.CANCELLED:
            row["expired_at"] = None
        return said
    accept_by = _deadline(Stage.NEW, row, seen)[0]
    if accept_by is not None and accept_by > seen.at:
        row["expired_at"] = row["overdue_at"] = None
        return Stage.NEW
    return Stage.EXPIRED


def _moments(row: Row, known: Row | None, stage: Stage, seen: Observation) -> None:
    """When it was taken, cancelled, returned. Kaspi tells none of these, so it is the moment we learned it while watching,
    and for an order first seen when all was over the best that is known: the change of status, else its last date."""
    changed = seen.fact.status_changed_at
    watched = changed or seen.at
    past = changed or row["completed_at"] or row["approved_at"]
    if stage in TAKEN and row["accepted_at"] is None:
        row["accepted_at"] = watched if known else row["approved_at"]
    if stage is Stage.CANCELLED:
        row["cancelled_at"] = row["cancelled_at"] or (watched if known else past)
    elif stage is not Stage.EXPIRED:
        row["cancelled_at"] = None
    if stage is Stage.RETURNED:
        row["returned_at"] = row["returned_at"] or (watched if known else past)
    row["closed_at"] = row["returned_at"] or row["cancelled_at"] or row["completed_at"] or row["closed_at"] or seen.at


def _kept(known: Row | None, stage: Stage) -> tuple[datetime, str] | None:
    """What goods on their way back were given when that began: Kaspi tells no date of it, and later news must not move it."""
    if known is None or known["stage"] != stage or stage not in GOING_BACK or known["due_at"] is None:
        return None
    return known["due_at"], known["due_kind"]


def _deadline(stage: Stage, row: Row, seen: Observation) -> tuple[datetime | None, str]:
    fact = seen.fact
    facts = StepFacts(
        step=STEP_OF[stage],
        approved_at=fact.approved_at,
        created_at=fact.created_at,
        accepted_at=row["accepted_at"],
        planned_delivery_at=row.get("moved_to") or fact.planned_delivery_at,
        reservation_at=fact.reservation_at,
        courier_planned_at=fact.courier_planned_at,
        cancelling_since=row["changed_at"] if stage in GOING_BACK else None,
        express=fact.express,
    )
    deadline = deadline_of(facts, seen.calendar)
    return (deadline.at, str(deadline.kind)) if deadline else (None, "")


def _fault(row: Row, stage: Stage) -> str:
    if stage not in (Stage.CANCELLED, Stage.EXPIRED, Stage.KD_RETURNING):
        return ""
    return str(fault_of(row["cancellation_reason"], expired=row["expired_at"] is not None) or Fault.UNKNOWN)


def _events(known: Row | None, row: Row, said: Stage, seen: Observation) -> list[Event]:
    after = Stage(row["stage"])
    if known is None:
        kaspi_at = row["approved_at"] if after is Stage.NEW else None
        return [Event("seen", "", after, kaspi_at, details={"state": row["state"], "status": row["status"]})]
    before = Stage(known["stage"])
    if before is after:
        changes = _changes(known, row)
        return [Event("changed", before, after, None, details=changes)] if changes else []
    if before is Stage.EXPIRED and said is not Stage.CANCELLED:
        return [Event("taken_back", before, after, seen.fact.status_changed_at)]
    kaspi_at = seen.fact.status_changed_at or (row["completed_at"] if after is Stage.COMPLETED else None)
    details = {"state": row["state"], "status": row["status"], "reason": row["cancellation_reason"]}
    return [Event("moved", before, after, kaspi_at, expected=is_expected(before, after), details=details)]


# What a person would want to see in the history; the rest of a change is in the raw payload.
TOLD = (
    "waybill_number",
    "planned_delivery_at",
    "courier_planned_at",
    "total_price",
    "assembled",
    "cancellation_reason",
)


def _changes(known: Row, row: Row) -> dict[str, Any]:
    return {name: [_text(known[name]), _text(row[name])] for name in TOLD if _text(known[name]) != _text(row[name])}


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else format(value, "f") if hasattr(value, "as_tuple") else str(value)
