"""Posts a paper: its lines move stock in one transaction, once, and it is never changed. A mistake is mended by another paper."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext

from catalog import stock_rows
from catalog.ledger import locked
from catalog.models import DocumentKind, StockDocument, StockItem
from catalog.shared import Place, items_of
from catalog.stock_rows import Moved
from staff import audit
from staff.access import Actor, require
from staff.errors import Refused
from staff.models import PointOfSale
from staff.permissions import Permission

LONGEST_NOTE = 200


class Posting(NamedTuple):
    """A paper before it is posted: pieces by SKU; of a COUNT those that lie there, else those that move."""

    kind: DocumentKind
    point: PointOfSale
    pieces: Mapping[str, int]
    key: UUID
    note: str = ""
    to_point: PointOfSale | None = None


def post(paper: Posting, *, by: Actor, now: datetime) -> StockDocument:
    """Post it; the same key again answers the paper that was posted before.

    Raises Refused: 403 without the right, 400 for a paper that says nothing or a move to nowhere, 409 for more pieces than
    lie there: what orders hold may be taken, what does not exist may not.
    """
    require(by, Permission.STOCK_MANAGE)
    _check(paper)
    with transaction.atomic():
        document, made = _document(paper, by=by, now=now)
        if not made:
            return document
        _move(paper, document, now=now)
        details = {"kind": paper.kind.value, "point": paper.point.name, "lines": document.lines}
        audit.record(by, "stock.posted", subject=("stock_document", document.number), now=now, details=details)
    return document


def _check(paper: Posting) -> None:
    if not paper.pieces:
        raise Refused("empty", gettext("В документе нет ни одной строки"), status=400, field="lines")
    if len(paper.note) > LONGEST_NOTE:
        raise Refused("bad_note", gettext("Примечание длиннее 200 знаков"), status=400, field="note")
    if paper.kind is DocumentKind.MOVE and _home(paper.to_point) in (None, _home(paper.point)):
        sentence = gettext("Выберите другой склад, куда переместить товар")
        raise Refused("bad_point", sentence, status=400, field="to_point")


def _home(point: PointOfSale | None) -> int | None:
    return (point.keeps_at_id or point.pk) if point else None


def _document(paper: Posting, *, by: Actor, now: datetime) -> tuple[StockDocument, bool]:
    with connection.cursor() as cursor:
        # Papers are numbered without a gap, so they are posted one after another in a company.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('stock papers'), %s)", [by.company_id])
    same = StockDocument.objects.filter(key=paper.key).first()
    if same:
        return same, False
    newest = StockDocument.objects.order_by("-number").values_list("number", flat=True).first()
    made: StockDocument = StockDocument.objects.create(
        number=(newest or 0) + 1,
        kind=paper.kind,
        point=paper.point,
        to_point=paper.to_point,
        at=now,
        note=paper.note,
        lines=len(paper.pieces),
        actor_label=by.label,
        key=paper.key,
    )
    return made, True


def _move(paper: Posting, document: StockDocument, *, now: datetime) -> None:
    here = items_of((paper.point.pk, sku) for sku in paper.pieces)
    there = items_of((paper.to_point.pk, sku) for sku in paper.pieces) if paper.to_point else {}
    items = locked({*here.values(), *there.values()})
    movements = []
    for sku, pieces in paper.pieces.items():
        place = here[paper.point.pk, sku]
        goes = there.get((paper.to_point.pk, sku)) if paper.to_point else None
        movements += list(_steps(paper.kind, sku, pieces, items, place, goes, now=now))
    stock_rows.save_items(items.values())
    told = [one._replace(by=document.actor_label, document_id=document.pk) for one in movements if one.moves]
    stock_rows.add_movements(told, now=now)


def _steps(
    kind: DocumentKind,
    sku: str,
    pieces: int,
    items: Mapping[Place, StockItem],
    place: Place,
    goes: Place | None,
    *,
    now: datetime,
) -> Iterator[Moved]:
    item = items[place]
    change = {DocumentKind.COUNT: pieces - item.on_hand, DocumentKind.RECEIPT: pieces}.get(kind, -pieces)
    if item.on_hand + change < 0:
        told = {"sku": sku, "left": item.on_hand, "pieces": pieces}
        sentence = gettext("%(sku)s: на точке %(left)s шт., списать или переместить %(pieces)s нельзя. Пересчитайте")
        raise Refused("not_there", sentence % told, field="lines")
    item.on_hand += change
    item.counted_at = item.counted_at or now
    lost = pieces if kind is DocumentKind.WRITE_OFF else 0
    item.written_off += lost
    yield Moved(*place, change, 0, _REASONS[kind], None, written_off=lost)
    if goes is not None:
        items[goes].on_hand += pieces
        items[goes].counted_at = items[goes].counted_at or now
        yield Moved(*goes, pieces, 0, _REASONS[kind], None)


_REASONS: Mapping[DocumentKind, str] = {
    DocumentKind.COUNT: "counted",
    DocumentKind.RECEIPT: "received",
    DocumentKind.WRITE_OFF: "written off",
    DocumentKind.MOVE: "moved",
}
