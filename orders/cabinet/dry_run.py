"""Compares an export with what is known, and stores what would change. Changes no order."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from integrations.kaspi.order_export import Export, ExportRow
from orders.cabinet.known import Known, known_by_code
from orders.cabinet.told import Facts, changed, conflicts, merged, told_of
from orders.models import CabinetImport, LineKind
from staff.bulk import insert

LINE_COLUMNS: Final = (
    *("company_id", "batch_id", "order_id", "kind", "row", "code", "before", "told", "conflicts"),
    *("title", "sentence", "applied"),
)


class Report(NamedTuple):
    """How many orders would change, say nothing new, contradict Kaspi, are not ours; how many cells were not read."""

    rows: int
    changed: int
    same: int
    against: int
    unknown: int
    unread: int


class Line(NamedTuple):
    """A line of the report before it is stored: see `orders.models.CabinetLine`."""

    kind: LineKind
    row: int
    code: str = ""
    order_id: int | None = None
    before: Facts | None = None
    told: Facts | None = None
    conflicts: list[list[str]] | None = None
    title: str = ""
    sentence: str = ""


def dry_run(export: Export, batch: CabinetImport) -> Report:
    """Store the lines of the report in the caller's transaction; answers how many there are of each kind."""
    told = _by_code(export.rows)
    known = known_by_code(batch.shop_id, told)
    lines = [*_lines(told, known), *_unread(export)]
    insert("orders_cabinetline", LINE_COLUMNS, (_stored(line, batch) for line in lines))
    counts = {kind: sum(line.kind is kind for line in lines) for kind in LineKind}
    return Report(
        rows=len(export.rows),
        changed=counts[LineKind.CHANGE],
        same=len(told) - counts[LineKind.CHANGE] - counts[LineKind.AGAINST] - counts[LineKind.UNKNOWN],
        against=counts[LineKind.AGAINST],
        unknown=counts[LineKind.UNKNOWN],
        unread=counts[LineKind.UNREAD],
    )


def _by_code(rows: Iterable[ExportRow]) -> dict[str, list[ExportRow]]:
    """In the order of the file. An order of several goods has several rows."""
    found: dict[str, list[ExportRow]] = {}
    for row in rows:
        found.setdefault(row.code, []).append(row)
    return found


def _lines(told: Mapping[str, list[ExportRow]], known: Mapping[str, Known]) -> Iterator[Line]:
    for code, rows in told.items():
        order = known.get(code)
        if order is None:
            yield Line(LineKind.UNKNOWN, rows[0].number, code)
        elif line := _line(rows, order):
            yield line


def _line(rows: list[ExportRow], order: Known) -> Line | None:
    """What the file brings of an order of ours; None when that is nothing new."""
    said = told_of(rows)
    if order.forgotten:
        said["review"] = ""
    after = merged(order.facts, said)
    before = changed(order.facts, after)
    if not before:
        return None
    found = conflicts(rows, order.facts, order.api)
    kind = LineKind.AGAINST if found else LineKind.CHANGE
    return Line(kind, rows[0].number, order.code, order.order_id, before, after, found)


def _unread(export: Export) -> Iterator[Line]:
    for bad in export.problems:
        yield Line(LineKind.UNREAD, bad.row, title=bad.column[:120], sentence=bad.sentence[:300])


def _stored(line: Line, batch: CabinetImport) -> tuple[Any, ...]:
    values = line._asdict() | {"company_id": batch.company_id, "batch_id": batch.pk, "applied": False}
    values |= {"before": line.before or {}, "told": line.told or {}, "conflicts": line.conflicts or []}
    return tuple(values[name] for name in LINE_COLUMNS)
