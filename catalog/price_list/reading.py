"""The worker's duty: read the price lists that were brought, and say what each would change; and do what takes long.

A file is leased, read in a process of its own outside of any transaction, compared piece by piece while the page is told
how far it is, and the report is put down only if the lease is still ours. Stopped is a load whose lease was taken away.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection

from catalog.models import LoadMode, LoadState, PriceColumns, PriceKind, PriceLine, PriceLoad, PriceProblem
from catalog.price_list import wishes
from catalog.price_list.columns import BOUNDS, Field, digest_of, guess, is_enough
from catalog.price_list.comparing import Comparing, Known, Line, merged
from catalog.price_list.known import known_of, points_of
from catalog.price_list.problems import Problem
from catalog.price_list.rows import RowReader, Told, storable
from catalog.price_list.unchanged import Unchanged
from catalog.price_list.writing import LINE_COLUMNS
from integrations.kaspi.price_apart import Opened, opened
from integrations.kaspi.workbook import BadWorkbook
from integrations.kaspi.workbook import Line as Row
from staff.bulk import insert
from staff.cities import towns
from staff.clock import database_now
from staff.languages import later as _
from staff.memory import uncollected
from staff.scoping import company_scope

log = logging.getLogger(__name__)

AT_ONCE: Final = 1
LEASE: Any = timedelta(minutes=5)
SAMPLES: Final = 3
# What people can look through; the rest is counted.
MOST_PROBLEMS: Final = 20_000
GAVE_UP: Final = _("Трижды не получилось. Разделите файл на части.")
FAILED: Final = _("Не получилось сверить файл с товарами. Загрузите его ещё раз.")
NOT_OURS: Final = _("Это прайс-лист другого магазина: в нём номер продавца %(merchant)s.")
PROBLEM_COLUMNS: Final = ("company_id", "load_id", "row", "sku", "title", "value", "code", "told")


class Stopped(Exception):
    """The lease is not ours any more."""


class Leased(NamedTuple):
    company_id: int
    id: int
    lease_until: datetime
    state: str


class Report:
    """What the comparison has found so far."""

    def __init__(self) -> None:
        self.rows = self.same = self.wrong = self.held = 0
        self.lines: list[Line] = []
        self.problems: list[tuple[int, str, Problem]] = []

    def add(self, told: Told, line: Line | None, wrong: list[Problem]) -> None:
        if line is not None:
            self.lines.append(line)
            self.held += line.kind is PriceKind.HELD
        elif not wrong:
            self.same += 1
        self.note(told.row, told.sku, wrong)

    def pass_by(self, rows: int) -> None:
        """So many rows change nothing."""
        self.rows += rows
        self.same += rows

    def note(self, row: int, sku: str, wrong: list[Problem]) -> None:
        self.wrong += bool(wrong)
        if len(self.problems) < MOST_PROBLEMS:
            self.problems += [(row, sku, problem) for problem in wrong]

    def counts(self) -> dict[str, int]:
        kinds = [line.kind for line in self.lines]
        return {
            "changed": kinds.count(PriceKind.CHANGE),
            "added": kinds.count(PriceKind.NEW),
            "off": kinds.count(PriceKind.OFF),
            "same": self.same,
            "wrong": self.wrong,
            "held": self.held,
        }


def read_due() -> int:
    """Read the price lists of all companies that wait; answers how many were taken up."""
    with connection.cursor() as cursor:
        values: list[Any] = [AT_ONCE, LEASE]
        cursor.execute("SELECT company_id, id, lease_until, state FROM office_claim_price_loads(%s, %s)", values)
        leased = [Leased(*row) for row in cursor.fetchall()]
    for one in leased:
        _read(one)
    return len(leased)


def _read(one: Leased) -> None:
    if one.state in wishes.STATES:
        wishes.fulfil(one.company_id, one.id, one.lease_until)
        return
    if one.state != LoadState.READING:
        _give_up(one, str(GAVE_UP), state=one.state)
        return
    try:
        load = _load(one)
        with uncollected(), opened(bytes(load.content or b"")) as opening:
            _compare(one, load, opening)
    except Stopped:
        pass
    except BadWorkbook as bad:
        _give_up(one, bad.sentence)
    except Exception:
        log.exception("price list %s was not read", one.id)
        _give_up(one, str(FAILED))


def _load(one: Leased) -> PriceLoad:
    with company_scope(one.company_id):
        found: PriceLoad = PriceLoad.objects.select_related("shop").get(pk=one.id)
        return found


def _compare(one: Leased, load: PriceLoad, opening: Callable[[], Opened]) -> None:
    fixes: dict[str, dict[str, str]] = {"skus": {}, "points": {}} | load.fixes
    with company_scope(one.company_id):
        # Asked while the file is being opened: both take long.
        points, known = points_of(load.shop_id, fixes["points"]), known_of(load.shop_id)
    table = opening()
    if table.merchant and load.shop.merchant_uid and table.merchant != load.shop.merchant_uid:
        raise BadWorkbook("other_shop", str(NOT_OURS) % {"merchant": table.merchant[:40]})
    with company_scope(one.company_id):
        columns = _columns(load, table)
        if not is_enough(columns):
            _ask_columns(one, table, columns)
            return
    reader = RowReader(columns, points, skus=fixes["skus"], bounds=load.bounds)
    unchanged = Unchanged(columns, known, points, skus=fixes["skus"])
    report, samples = Report(), list[tuple[str, ...]]()
    comparing = Comparing(known, whole=load.mode == LoadMode.WHOLE, new=frozenset(fixes["skus"].values()))
    pieces = _pieces(one, table, report, samples)
    unread = _unread(pieces, unchanged, report, comparing)
    for told in _told(unread, reader, report, comparing):
        report.add(told, *comparing.take(told))
    if load.mode == LoadMode.WHOLE:
        report.lines += comparing.missing()
    _put_down(one, table, columns, report, samples=samples, known=known)


def _pieces(one: Leased, table: Opened, report: Report, samples: list[tuple[str, ...]]) -> Iterator[list[Row]]:
    """The rows as the file has them; after every piece the page is told how many were gone through."""
    for piece in table.pieces:
        samples += [tuple(cells) for _, cells in piece[: SAMPLES - len(samples)]]
        yield piece
        _tell(one, report.rows, table.rows)


def _unread(pieces: Iterator[list[Row]], unchanged: Unchanged, report: Report, comparing: Comparing) -> Iterator[Row]:
    """The rows that must be read; those that say what stands are passed by."""
    sku_of, is_same = unchanged.sku_of, comparing.is_same
    for piece in pieces:
        passed = 0
        for row in piece:
            # One after another: which of two rows of one good is the second, the order tells.
            if (sku := sku_of(row[1])) is not None and is_same(row[0], sku):
                passed += 1
            else:
                yield row
        report.pass_by(passed)


def _told(rows: Iterator[Row], reader: RowReader, report: Report, comparing: Comparing) -> Iterator[Told]:
    """Goods of the list as they are read; what cannot be taken is noted."""
    by_sku: dict[str, list[Told]] = {}
    for row, cells in rows:
        found = reader.read(row, cells)
        if found is None:
            continue
        told, wrong = found
        report.rows += 1
        if wrong:
            comparing.note(told.sku)
            report.note(row, told.sku, wrong)
        elif reader.by_point:
            by_sku.setdefault(told.sku, []).append(told)
        else:
            yield told
    for rows_of_one in by_sku.values():
        told, clashes = merged(rows_of_one)
        for row, problem in clashes:
            report.note(row, told.sku, [problem])
        yield told


def _columns(load: PriceLoad, table: Opened) -> list[str]:
    """As somebody said of these titles once, else as they can be guessed; bounds are for who may set them."""
    digest = digest_of(table.titles)
    said = PriceColumns.objects.filter(shop_id=load.shop_id, digest=digest).values_list("columns", flat=True).first()
    if said is None or len(said) != len(table.titles):
        said = guess(table.titles, points=points_of(load.shop_id).names, cities=towns())
    return ["" if code in BOUNDS and not load.bounds else code for code in said]


def _tell(one: Leased, done: int, total: int) -> None:
    with company_scope(one.company_id):
        mine = PriceLoad.objects.filter(pk=one.id, lease_until=one.lease_until)
        if not mine.update(rows_done=done, rows_all=max(total, done)):
            raise Stopped


def _ask_columns(one: Leased, table: Opened, columns: list[str]) -> None:
    samples = next(iter(table.pieces), [])[:SAMPLES]
    _settle(one, table, columns, [tuple(cells) for _, cells in samples], state=LoadState.COLUMNS)


def _put_down(
    one: Leased, table: Opened, columns: list[str], report: Report, *, samples: list[tuple[str, ...]], known: Known
) -> None:
    """The report, and the counts of it, in one transaction; the one of an earlier reading goes."""
    with company_scope(one.company_id):
        if not PriceLoad.objects.select_for_update().filter(pk=one.id, lease_until=one.lease_until).exists():
            raise Stopped
        PriceLine.objects.filter(load_id=one.id).delete()
        PriceProblem.objects.filter(load_id=one.id).delete()
        titles = {code: title for title, code in zip(table.titles, columns, strict=True) if code}
        insert("catalog_priceline", LINE_COLUMNS, (_line_row(one, line) for line in report.lines))
        rows = (_problem_row(one, *found, table.titles, titles) for found in report.problems)
        insert("catalog_priceproblem", PROBLEM_COLUMNS, rows)
        on_sale = sum(offer.on_sale for offer in known.offers.values())
        counts = report.counts() | {"rows_all": report.rows, "rows_done": report.rows, "on_sale": on_sale}
        _settle(one, table, columns, samples, state=LoadState.READY, read_at=database_now(), **counts)


def _settle(one: Leased, table: Opened, columns: list[str], samples: list[tuple[str, ...]], **told: Any) -> None:
    shown = [[storable(cell, 80) for cell in cells] for cells in samples]
    titles = [storable(title, 120) for title in table.titles]
    mine = PriceLoad.objects.filter(pk=one.id, lease_until=one.lease_until)
    mine.update(form=table.form, titles=titles, columns=columns, samples=shown, lease_until=None, **told)


def _line_row(one: Leased, line: Line) -> tuple[Any, ...]:
    kind = line.kind.value
    return one.company_id, one.id, line.row, line.sku, line.offer_id, kind, line.before, line.after, line.seen


def _problem_row(
    one: Leased, row: int, sku: str, problem: Problem, titles: tuple[str, ...], by_code: dict[str, str]
) -> tuple[Any, ...]:
    place = problem.column
    title = titles[place] if place is not None else by_code.get(problem.told.get("field", Field.SKU), "")
    value = storable(problem.value, 120)
    told = {name: value for name, value in problem.told.items() if name != "field"}
    return one.company_id, one.id, row, storable(sku, 64), storable(title, 120), value, problem.code.value, told


def _give_up(one: Leased, problem: str, *, state: str = LoadState.FAILED) -> None:
    told: dict[str, Any] = {"state": state, "problem": problem[:300], "lease_until": None}
    if state == LoadState.FAILED:
        told["content"] = None
    with company_scope(one.company_id):
        PriceLoad.objects.filter(pk=one.id, lease_until=one.lease_until).update(**told)
