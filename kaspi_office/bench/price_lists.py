"""(p) A price list of a hundred thousand goods: looked at and applied, to the bare readers and to COPY and one merge."""

import io
import resource
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import xlsxwriter
from django.db import connection, transaction
from python_calamine import CalamineWorkbook

from catalog.models import LoadMode, LoadState, PriceLoad
from catalog.price_list import undoing, uploads
from catalog.price_list.applying import apply
from catalog.price_list.reading import read_due
from integrations.kaspi.price_apart import opened
from kaspi_office.bench.figures import Figure, Scale, at_most, told
from kaspi_office.bench.timing import MS, clocked
from kaspi_office.bench.world import home_of
from staff.access import rule
from staff.bulk import line_of
from staff.clock import database_now
from staff.models import Shop
from staff.scoping import company_scope

TITLES: Final = ("SKU", "model", "brand", "price", "PP1", "PP2", "PP3", "PP4", "PP5", "preorder")
READS: Final = 3
# One good in so many has another price the second time.
ONE_IN: Final = 20


def measure(scale: Scale) -> list[Figure]:
    goods = 10_000 if scale.quick else 100_000
    first, second = _sheet(goods, changed=0), _sheet(goods, changed=1)
    bare = min(clocked(lambda: _rows(first)) for _ in range(READS))
    apart = min(clocked(lambda: _rows_apart(first)) for _ in range(READS))
    floor = bare + clocked(lambda: _merge(_rows(first)))
    desk = _Desk()
    looked = [clocked(lambda: desk.look(first))]
    written = clocked(desk.write)
    looked.append(clocked(lambda: desk.look(second)))
    rewritten = clocked(desk.write)
    undone = clocked(desk.undo)
    own, child = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    named = f"{goods:,} goods".replace(",", " ")
    return [
        at_most(f"dry run of {named}, all new", looked[0] * MS, 20 * MS, no=9, unit="ms"),
        at_most("  one in twenty changed", looked[1] * MS, 20 * MS, no=9, unit="ms"),
        at_most("  the second to the bare reader in a process of its own", looked[1] / apart, 2, no=9),
        at_most("  and to calamine without walls", looked[1] / bare, 2.5, no=9),
        at_most(f"applying {named}, all new, with stock", written * MS, 30 * MS, no=9, unit="ms"),
        at_most("  one in twenty changed", rewritten * MS, 30 * MS, no=9, unit="ms"),
        at_most(
            "  the second with its dry run, to reading, COPY and a merge", (looked[1] + rewritten) / floor, 3, no=9
        ),
        told("  taking the second back", undone * MS, "ms"),
        at_most("  peak of memory of the worker", own, 512, no=9, unit="MB"),
        at_most("  and of the reader beside it", child, 512, no=9, unit="MB"),
        told("  the bare reader in a process of its own", apart * MS, "ms"),
        told("  calamine without walls", bare * MS, "ms"),
        told("  reading, COPY and a merge", floor * MS, "ms"),
    ]


class _Desk:
    """A shop, and the load that is at hand."""

    def __init__(self) -> None:
        self.company = home_of(1).company_id
        self.by = rule("bench", self.company)
        self.load_id = 0

    def look(self, content: bytes) -> None:
        with company_scope(self.company):
            shop = Shop.objects.order_by("pk")[0]
            mode = LoadMode.LISTED.value
            self.load_id = uploads.take(shop, "bench.xlsx", content, mode, by=self.by, now=database_now()).pk
        read_due()
        with company_scope(self.company):
            load = self._load()
            assert load.state == LoadState.READY and not load.wrong, (load.state, load.problem, load.wrong)

    def write(self) -> None:
        with company_scope(self.company):
            assert apply(self._load(), by=self.by, now=database_now())

    def undo(self) -> None:
        with company_scope(self.company):
            assert not undoing.undo(self._load(), by=self.by, now=database_now()).moved

    def _load(self) -> PriceLoad:
        found: PriceLoad = PriceLoad.objects.defer("content").get(pk=self.load_id)
        return found


def _sheet(goods: int, *, changed: int) -> bytes:
    """A list in Kaspi's columns; `changed` is added to the price of one good in twenty."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "prices.xlsx"
        with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
            page = book.add_worksheet()
            page.write_row(0, 0, TITLES)
            for number in range(1, goods + 1):
                price = 1_000 + number + (0 if number % ONE_IN else changed)
                head = (f"SKU-{number:06d}", f"Товар с длинным названием {number}", "Марка", price, number % 50)
                page.write_row(number, 0, (*head, "", "", "", "", 0))
        return path.read_bytes()


def _rows(content: bytes) -> list[list[object]]:
    return [list(row) for row in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).iter_rows()]


def _rows_apart(content: bytes) -> int:
    """The same rows through the walls that a stranger's file is read behind (docs/adr/0047), and nothing done with them."""
    with opened(content) as table:
        return sum(map(len, table().pieces))


def _merge(rows: list[list[object]]) -> None:
    """What an import could not do without: COPY to a temporary table, one merge into a table with the same key."""
    body = "".join(line_of([row[0], row[1], row[2], row[3], row[4]]) for row in rows[1:])
    columns = "sku text, name text, brand text, price numeric, pieces numeric"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE told ({columns}) ON COMMIT DROP")
        cursor.execute(f"CREATE TEMP TABLE kept ({columns}, PRIMARY KEY (sku)) ON COMMIT DROP")
        cursor.cursor.copy_expert("COPY told FROM STDIN", io.BytesIO(body.encode()))
        cursor.execute(
            "INSERT INTO kept SELECT * FROM told ON CONFLICT (sku) DO UPDATE SET price = excluded.price,"
            " name = excluded.name, brand = excluded.brand, pieces = excluded.pieces"
        )
