"""Somebody prints: it is written down first (who, what, of which orders), then the paper is made of what was written.

So a reload or a worker makes the same paper again, and another print of it is another line of the journal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Final
from uuid import UUID

from django.utils.translation import gettext
from pypdf import PdfReader

from orders.buyers.disclosing import of_order
from orders.documents import labels, pick_list, reading, slips, stopping
from orders.documents.front import Front, pdf_of
from orders.documents.imposing import GRIDS, Press
from orders.documents.kinds import NAMES_BUYER, Wanted, check_may
from orders.documents.picking import Sheet
from orders.documents.sheets import A4
from orders.filters import visible_to
from orders.models import EventKind, Layout, Order, OrderEntry, OrderEvent, Paper, PrintedPaper, Waybill
from staff import audit
from staff.access import Actor
from staff.errors import NotVisible, Refused
from staff.ids import uuid7

MOST: Final = 500
# So many are made while the person waits; more of them by a worker.
AT_ONCE: Final = 20
# The paper of a press may be fetched again so long; later it is another print.
FRESH: Final = timedelta(hours=1)
# Viewers of PDF ask for one file several times.
AGAIN: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Batch:
    """What was printed in one press; `missing` are the orders that had no waybill then."""

    id: UUID
    wanted: Wanted
    by_id: int | None
    at: datetime
    orders: tuple[Order, ...]
    missing: tuple[Order, ...]

    @property
    def is_large(self) -> bool:
        return len(self.orders) > AT_ONCE


@dataclass(frozen=True, slots=True)
class Printed:
    """The paper, and the orders whose buyers stand on it."""

    pdf: bytes
    pages: int
    persons: frozenset[str]


def print_out(orders: Sequence[Order], wanted: Wanted, *, by: Actor, now: datetime) -> UUID:
    """Write down that these orders are printed, in the caller's transaction; answers the batch that the paper is made of.

    Raises Refused: 403 without the right, 400 for nothing or too much, 409 when none of them has a waybill yet.
    """
    check_may(by, wanted.paper)
    _check_count(orders, wanted)
    missing = _missing(orders) if wanted.paper is Paper.WAYBILL else frozenset()
    if len(missing) == len(orders):
        raise Refused("no_waybill", gettext("Накладных ещё нет: Kaspi делает их после упаковки. Напечатайте позже"))
    batch = uuid7()
    PrintedPaper.objects.bulk_create(
        _row(order, wanted, batch, missing=order.pk in missing, by=by, now=now) for order in orders
    )
    OrderEvent.objects.bulk_create(
        _event(order, wanted, batch, by=by, now=now) for order in orders if order.pk not in missing
    )
    told = {"paper": wanted.value, "orders": len(orders) - len(missing)}
    audit.record(by, "papers.printed", subject=("batch", batch), now=now, details=told)
    return batch


def note_waybill(order: Order, *, by: Actor, now: datetime) -> None:
    """The waybill of one order was opened by its own address: the same line of the journal, once a minute."""
    wanted = Wanted(Paper.WAYBILL, Layout.AS_IS)
    lately = PrintedPaper.objects.filter(order_id=order.pk, paper=wanted.paper, actor_id=by.id, at__gt=now - AGAIN)
    if not lately.exists():
        print_out([order], wanted, by=by, now=now)


def find(batch: UUID, *, by: Actor) -> Batch:
    """What was printed then, of the orders that he sees. Raises NotVisible when there is none."""
    seen = visible_to(by, Order.objects.all()).values("pk")
    rows = PrintedPaper.objects.filter(batch=batch, order_id__in=seen)
    found = list(rows.select_related("order__shop", "order__point").order_by("id"))
    if not found:
        raise NotVisible(str(batch))
    first = found[0]
    return Batch(
        batch,
        Wanted(Paper(first.paper), Layout(first.layout)),
        first.actor_id if first.actor_kind == "member" else None,
        first.at,
        tuple(row.order for row in found if not row.missing),
        tuple(row.order for row in found if row.missing),
    )


def own(batch: UUID, *, by: Actor, now: datetime) -> Batch:
    """The same for him who printed it lately. Raises NotVisible; Refused (403) when he may not have it any more."""
    found = find(batch, by=by)
    if found.by_id != by.id or found.at < now - FRESH:
        raise NotVisible(str(batch))
    check_may(by, found.wanted.paper)
    return found


def again(batch: UUID, *, by: Actor, now: datetime) -> UUID:
    """Print it another time, all but what is cancelled since. Raises NotVisible, Refused."""
    found = find(batch, by=by)
    going = [order for order in (*found.orders, *found.missing) if order.stage not in stopping.ENDED]
    if not going:
        raise Refused("all_ended", gettext("Все эти заказы отменены, печатать нечего"))
    return print_out(going, found.wanted, by=by, now=now)


def make(batch: Batch, *, by: Actor, now: datetime) -> Printed:
    """The paper itself, as the orders are now: the stop list and what is missing first."""
    sheets = reading.sheets_of(batch.orders, by=by, now=now)
    stops = stopping.lines(stopping.stopped(by, now=now), now=now)
    front = Front(stops, tuple(order.code for order in batch.missing))
    if batch.wanted.paper is Paper.WAYBILL:
        pdf, pages = _waybills(sheets, batch.wanted.layout, front)
    else:
        pdf = _drawn(sheets, batch.wanted, front, by=by, now=now)
        pages = len(PdfReader(BytesIO(pdf)).pages)
    named = batch.orders if batch.wanted.paper in NAMES_BUYER else ()
    persons = (code for order in named for code in of_order(order, by=by, now=now))
    return Printed(pdf, pages, frozenset(persons))


def _drawn(sheets: Sequence[Sheet], wanted: Wanted, front: Front, *, by: Actor, now: datetime) -> bytes:
    if wanted.paper is Paper.PICK_LIST:
        return pick_list.draw(sheets, by=by.label, now=now, warnings=front)
    if wanted.paper is Paper.LABEL:
        return labels.draw(sheets, by_piece=wanted.layout is Layout.PIECE, warnings=front)
    return slips.draw(sheets, wanted.layout, warnings=front)


def _waybills(sheets: Sequence[Sheet], layout: Layout, front: Front) -> tuple[bytes, int]:
    grid = GRIDS[layout]
    press = Press(grid, alone=len(sheets) == 1)
    missing = list(front.missing)
    for sheet, pdf in reading.waybills_of(sheets):
        if pdf is None:
            missing.append(sheet.code)
        else:
            press.add(sheet.code, pdf)
    front = Front(front.stopped, tuple(missing), tuple(press.damaged), tuple(press.large))
    if front:
        width, height = (grid.width, grid.height) if grid else A4
        press.put_first(pdf_of(width, height, front))
    return press.pdf(), press.pages


def _check_count(orders: Sequence[Order], wanted: Wanted) -> None:
    if not orders:
        raise Refused("nothing_picked", gettext("Отметьте заказы, которые напечатать"), status=400, field="pick")
    if len(orders) > MOST:
        sentence = gettext("За раз печатаем до %(most)s заказов. Сузьте отбор") % {"most": MOST}
        raise Refused("too_many", sentence, status=400, field="pick")
    if wanted.layout is Layout.PIECE and _pieces(orders) > labels.MOST:
        sentence = gettext("Этикеток больше %(most)s. Выберите «на заказ» или меньше заказов")
        raise Refused("too_many", sentence % {"most": labels.MOST}, status=400, field="print")


def _pieces(orders: Sequence[Order]) -> int:
    """No fewer than there will be labels: what is weighed has one."""
    entries = OrderEntry.objects.filter(order_id__in=[order.pk for order in orders])
    return sum(max(int(quantity), 1) for quantity in entries.values_list("quantity", flat=True))


def _missing(orders: Sequence[Order]) -> frozenset[int]:
    ids = [order.pk for order in orders]
    kept = set(Waybill.objects.filter(order_id__in=ids, pdf__isnull=False).values_list("order_id", flat=True))
    return frozenset(set(ids) - kept)


def _row(order: Order, wanted: Wanted, batch: UUID, *, missing: bool, by: Actor, now: datetime) -> PrintedPaper:
    return PrintedPaper(
        company_id=by.company_id,
        shop_id=order.shop_id,
        order_id=order.pk,
        batch=batch,
        paper=wanted.paper,
        layout=wanted.layout,
        missing=missing,
        stage=order.stage,
        waybill_number=order.waybill_number,
        at=now,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_label=by.label,
    )


def _event(order: Order, wanted: Wanted, batch: UUID, *, by: Actor, now: datetime) -> OrderEvent:
    return OrderEvent(
        company_id=by.company_id,
        shop_id=order.shop_id,
        order_id=order.pk,
        kind=EventKind.PRINTED,
        learned_at=now,
        stage_before=order.stage,
        stage_after=order.stage,
        actor_kind=by.kind,
        actor_label=by.label,
        details={"paper": wanted.value, "batch": str(batch)},
    )
