"""Writes observed orders: rows, entries, events and stock, in few statements for many orders."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from catalog import stock
from catalog.coming_back import expect_back
from catalog.meeting import Met, meet
from integrations.kaspi.facts import KaspiEntry
from orders.lifecycle import STOCK_COMING_BACK, STOCK_HELD, STOCK_SHIPPED, Stage
from orders.merging import Event, Row
from orders.models import Order, OrderEntry
from orders.past import diffs
from orders.returns.following import Come, follow_facts
from orders.returns.states import ON_THE_WAY
from staff.bulk import insert
from staff.ids import uuid7
from staff.scoping import current_company

# Everything `orders.merging` makes, in one fixed order.
FACTS = (
    "kaspi_id", "code", "state", "status", "stage", "shelf", "total_price", "delivery_cost", "delivery_cost_for_seller",
    "payment_mode", "credit_term", "is_kaspi_delivery", "delivery_mode", "express", "pre_order", "signature_required",
    "assembled", "imei_required", "returned_to_warehouse", "pickup_point_id", "town", "address", "waybill_url",
    "waybill_number", "cancellation_reason", "created_at", "approved_at", "accepted_at", "planned_delivery_at",
    "reservation_at", "courier_planned_at", "handed_at", "completed_at", "cancelled_at", "returned_at", "closed_at",
    "buyer_kaspi_id", "buyer_first_name", "buyer_last_name", "buyer_search", "phone", "phone_state", "recipient_name",
    "recipient_phone", "phone_alias", "first_item", "first_sku", "items_count", "pieces", "entries_at", "accept_by",
    "due_at", "due_kind", "burns_at", "expired_at", "overdue_at", "moved_to", "moved_from", "fault", "digest", "raw",
    "observed_at", "changed_at", "first_seen_at", "version", "point_id",
)  # fmt: skip
# A cut name would be another order's, a cut address leads nowhere: these fit or the order is put aside.
IDENTITY = ("kaspi_id", "code", "waybill_url")
OWN = ("company_id", "shop_id", "public_id", "return_for_quality")
GLANCE = (
    *("kaspi_id", "digest", "observed_at", "entries_at", "point_id", "stage", "accept_by", "accepted_at"),
    "forgotten_at",
)
COLUMNS = (*OWN, *FACTS)
# A rival's newer observation, written since we read, stays.
UPSERT = (
    "ON CONFLICT (company_id, shop_id, kaspi_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in FACTS if name not in ("kaspi_id", "first_seen_at"))
    + " WHERE orders_order.observed_at < excluded.observed_at"
)
ENTRY_COLUMNS = (
    "company_id", "order_id", "number", "kaspi_id", "sku", "name", "master_id", "category", "unit_type", "quantity",
    "base_price", "total_price", "weight_grams", "imei_required",
)  # fmt: skip
EVENT_COLUMNS = (
    "company_id", "shop_id", "order_id", "kind", "kaspi_at", "learned_at", "stage_before", "stage_after", "actor_kind",
    "actor_label", "expected", "details",
)  # fmt: skip

CHANGE_COLUMNS = ("company_id", "order_id", "learned_at", "kaspi_at", "facts", "raw", "cut")
# When all of these stay, so do the lines: another sum, number or first one of them tells that they are others.
OF_LINES = ("total_price", "items_count", "pieces", "first_sku", "first_item")

STOCK_FREED = (Stage.CANCELLED, Stage.EXPIRED)


@dataclass(frozen=True, slots=True)
class Write:
    """One order to write; `known` says that it stood here before, `before` how, with its raw answer."""

    row: Row
    events: Sequence[Event]
    entries: Sequence[KaspiEntry] | None
    known: bool
    before: Row | None = None


def write(shop_id: int, writes: Sequence[Write], *, now: datetime) -> dict[str, int]:
    """Write all of them in the caller's transaction; answers Kaspi id → our id. Raises DataError if one does not fit."""
    company_id = current_company()
    ids = _write_rows(company_id, shop_id, writes)
    written = [(one, ids[one.row["kaspi_id"]]) for one in writes if one.row["kaspi_id"] in ids]
    _write_changes(company_id, written, now)
    _write_entries(company_id, written)
    _meet_goods(shop_id, writes, now)
    _write_events(company_id, shop_id, written, now)
    _move_stock(written, now)
    follow_facts(company_id, [come for one, order_id in written for come in _come(one, order_id, now)], now=now)
    return ids


def _write_rows(company_id: int, shop_id: int, writes: Sequence[Write]) -> dict[str, int]:
    rows = ([company_id, shop_id, uuid7(), False, *_fitted(one.row)] for one in writes)
    returned = insert("orders_order", COLUMNS, rows, on_conflict=UPSERT, returning="kaspi_id, id")
    return dict(returned)


def _fitted(row: Row) -> list[Any]:
    """The facts of a row. A text that is only shown is cut to its column: a long address must not keep an order off its shelf."""
    return [row[name] if width is None else _cut(row[name], width) for name, width in _widths()]


def _cut(value: Any, width: int) -> Any:
    return value[:width] if isinstance(value, str) else value


@cache
def _widths() -> tuple[tuple[str, int | None], ...]:
    widths = {field.attname: field.max_length for field in Order._meta.concrete_fields if field.max_length}
    return tuple((name, None if name in IDENTITY else widths.get(name)) for name in FACTS)


def _write_entries(company_id: int, written: Iterable[tuple[Write, int]]) -> None:
    having = [(one, order_id) for one, order_id in written if one.entries is not None]
    old = [order_id for one, order_id in having if one.known]
    if old:
        OrderEntry.objects.filter(order_id__in=old).delete()
    insert(
        "orders_orderentry",
        ENTRY_COLUMNS,
        (_entry(company_id, order_id, entry) for one, order_id in having for entry in one.entries or ()),
    )


def _meet_goods(shop_id: int, writes: Sequence[Write], now: datetime) -> None:
    entries = [entry for one in writes for entry in one.entries or ()]
    meet((Met(shop_id, one.sku, one.name, one.category_title, one.base_price) for one in entries), now=now)


def _entry(company_id: int, order_id: int, entry: KaspiEntry) -> list[Any]:
    return [
        company_id, order_id, entry.number, entry.kaspi_id, entry.sku[:64], entry.name[:1024], entry.master_id[:64],
        entry.category_title[:256], entry.unit_type[:24], entry.quantity, entry.base_price or 0, entry.total_price or 0,
        entry.weight_grams, entry.imei_required,
    ]  # fmt: skip


def _write_events(company_id: int, shop_id: int, written: Iterable[tuple[Write, int]], now: datetime) -> None:
    rows = (
        [
            company_id, shop_id, order_id, event.kind, event.kaspi_at, now, event.stage_before, event.stage_after,
            "kaspi", "Kaspi", event.expected, dict(event.details),
        ]
        for one, order_id in written
        for event in one.events
    )  # fmt: skip
    insert("orders_orderevent", EVENT_COLUMNS, rows)


def _write_changes(company_id: int, written: Sequence[tuple[Write, int]], now: datetime) -> None:
    """What became other than it was, while the former lines still stand."""
    known = [(one, order_id) for one, order_id in written if one.before is not None]
    lines = _changed_lines(known)
    rows = []
    for one, order_id in known:
        found = diffs.diff(one.before or {}, one.row)
        facts = found.facts | ({diffs.LINES: lines[order_id]} if order_id in lines else {})
        if facts or found.raw:
            kaspi_at = next((event.kaspi_at for event in one.events if event.kaspi_at), None)
            rows.append([company_id, order_id, now, kaspi_at, facts, found.raw, found.cut])
    insert("orders_orderchange", CHANGE_COLUMNS, rows)


def _changed_lines(known: Sequence[tuple[Write, int]]) -> dict[int, list[Any]]:
    """By order [old lines, new lines] of those whose lines are others now; the former ones are read only of these."""
    having = {order_id: one.entries for one, order_id in known if one.entries is not None and _other_lines(one)}
    old: dict[int, list[Any]] = {order_id: [] for order_id in having}
    if having:
        entries = OrderEntry.objects.filter(order_id__in=list(having)).order_by("number")
        for order_id, *entry in entries.values_list("order_id", "sku", "name", "quantity", "total_price"):
            old[order_id].append(entry)
    pairs = {order_id: [diffs.lines(old[order_id]), _told_lines(having[order_id])] for order_id in having}
    return {order_id: pair for order_id, pair in pairs.items() if pair[0] and pair[0] != pair[1]}


def _other_lines(one: Write) -> bool:
    """Also when the former sum had changed and its lines were still to be asked for."""
    before = one.before or {}
    return before.get("entries_at") is None or any(before[name] != one.row[name] for name in OF_LINES)


def _told_lines(entries: Sequence[KaspiEntry] | None) -> list[list[str]]:
    found = sorted(entries or (), key=lambda entry: entry.number)
    return diffs.lines([(entry.sku, entry.name, entry.quantity, entry.total_price or 0) for entry in found])


def _move_stock(written: Sequence[tuple[Write, int]], now: datetime) -> None:
    """Hold what the shop owes, free what it does not, ship what has left. Orders of the past move nothing."""
    owed = [(one, order_id) for one, order_id in written if one.row["stage"] in STOCK_HELD and one.row["point_id"]]
    back = {order_id: _stored_lines(order_id) for one, order_id in owed if one.entries is None and _is_back(one)}
    holds = [
        stock.Claim(order_id, one.row["point_id"], back.get(order_id) or _lines(one.entries), _is_accepted(one))
        for one, order_id in owed
        if one.entries or order_id in back
    ]
    if holds:
        stock.hold_many(holds, now=now)
    # Accepted without its lines in this answer: what it holds already is promised to it.
    stock.promise([order_id for one, order_id in owed if _is_accepted(one) and _moved_on(one)], now=now)
    moved = {order_id: Stage(one.row["stage"]) for one, order_id in written if one.known}
    shipped = [order_id for order_id, stage in moved.items() if stage in STOCK_SHIPPED]
    freed = [order_id for order_id, stage in moved.items() if stage in STOCK_FREED]
    if shipped:
        stock.ship(order_ids=shipped, now=now)
    if freed:
        stock.free(order_ids=freed, now=now)
    for coming, stages in ((True, STOCK_COMING_BACK), (False, (Stage.COMPLETED,))):
        turned = [order_id for one, order_id in written if one.known and one.row["stage"] in stages and _moved_on(one)]
        if turned:
            expect_back(turned, coming=coming, now=now)


def _is_accepted(one: Write) -> bool:
    return bool(one.row["stage"] != Stage.NEW)


def _moved_on(one: Write) -> bool:
    return any(event.stage_before != event.stage_after for event in one.events)


def _come(one: Write, order_id: int, now: datetime) -> Iterator[Come]:
    """The stages that the order has come to; and that its goods lie at the drop point, which moves no stage."""
    stage, back = Stage(one.row["stage"]), bool(one.row["returned_to_warehouse"])
    for event in one.events:
        if event.stage_before != event.stage_after:
            at = event.kaspi_at or (one.row["returned_at"] if stage is Stage.RETURNED else None) or now
            yield Come(order_id, event.stage_before, stage, at, back)
    if back and stage in ON_THE_WAY:
        yield Come(order_id, stage, stage, now, back)


def _is_back(one: Write) -> bool:
    """Freed by a cancel or an expiry that Kaspi takes back: held again, with or without its lines in this answer."""
    return any(event.stage_before in STOCK_FREED and event.stage_after in STOCK_HELD for event in one.events)


def _stored_lines(order_id: int) -> list[stock.Line]:
    entries = OrderEntry.objects.filter(order_id=order_id).exclude(sku="").values_list("number", "sku", "quantity")
    return [stock.Line(*entry) for entry in entries]


def _lines(entries: Sequence[KaspiEntry] | None) -> list[stock.Line]:
    return [stock.Line(entry.number, entry.sku, entry.quantity) for entry in entries or () if entry.sku]


def glances(shop_id: int, kaspi_ids: Iterable[str]) -> Mapping[str, Row]:
    """By Kaspi id what tells whether an observation is news (`orders.merging.is_news`): most of the time it is not."""
    return _rows(shop_id, kaspi_ids, GLANCE)


def known_rows(shop_id: int, kaspi_ids: Iterable[str]) -> Mapping[str, Row]:
    """The stored rows by Kaspi id."""
    return _rows(shop_id, kaspi_ids, [*FACTS, "forgotten_at"])


def _rows(shop_id: int, kaspi_ids: Iterable[str], names: Sequence[str]) -> Mapping[str, Row]:
    wanted = list(kaspi_ids)
    if not wanted:
        return {}
    rows = Order.objects.filter(shop_id=shop_id, kaspi_id__in=wanted).values("id", *names)
    return {row["kaspi_id"]: row for row in rows}
