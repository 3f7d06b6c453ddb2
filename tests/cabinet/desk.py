"""«Алма Техника» in its company's scope, where Айгерим brings her exports."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from integrations.kaspi.order_export import Export, ExportRow, RowProblem
from orders.cabinet.applying import apply
from orders.cabinet.dry_run import dry_run
from orders.facts.storing import Write, write
from orders.models import CabinetFacts, CabinetImport, CabinetLine, ImportState, Order
from staff.models import Shop
from tests.cast import Cast
from tests.orders.observed import START, fact, see

MARKED_ON = date(2026, 11, 10)
FOR_QUALITY = "Отменен покупателем (Товар не соответствует описанию/фото)"


def row(code: str, **cells: Any) -> ExportRow:
    return ExportRow(**{"code": code, "received_on": START.date(), "status": "Выдан", **cells})


@dataclass(frozen=True)
class Desk:
    cast: Cast
    shop: Shop
    now: datetime

    def stock(self, count: int, *, first: int = 700_000_000, **spec: Any) -> list[str]:
        """So many issued orders of a past that is long over; their numbers."""
        codes = [str(first + number) for number in range(count)]
        writes = []
        for code in codes:
            told = fact("ARCHIVE", "COMPLETED", code=code, kaspi_id=code, completed_at=START + timedelta(days=2))
            merged = see(None, told, minute=5, point_id=self.cast.alma.point("alma-tech", "PP1").pk)
            assert merged.row is not None
            writes.append(Write(merged.row | spec, (), None, False))
        write(self.shop.pk, writes, now=self.now)
        return codes

    def compare(self, *rows: ExportRow, shop: str = "", problems: tuple[RowProblem, ...] = ()) -> CabinetImport:
        """A dry run of these rows, looked at and not written."""
        found = self.cast.alma.shop(shop) if shop else self.shop
        batch: CabinetImport = CabinetImport.objects.create(
            shop_id=found.pk, digest="0" * 64, asked_at=self.now, actor_label="x"
        )
        report = dry_run(Export(rows, problems, (), ()), batch)
        CabinetImport.objects.filter(pk=batch.pk).update(**report._asdict(), state=ImportState.READY, read_at=self.now)
        batch.refresh_from_db()
        return batch

    def apply(self, batch: CabinetImport, **options: Any) -> int:
        return apply(batch, by=self.cast.aigerim.actor, now=self.now, **options)

    def bring(self, *rows: ExportRow, **options: Any) -> int:
        return self.apply(self.compare(*rows), **options)

    def order(self, code: str) -> Order:
        found: Order = Order.objects.get(code=code)
        return found

    def facts(self, code: str) -> CabinetFacts:
        found: CabinetFacts = CabinetFacts.objects.get(order__code=code)
        return found

    def lines(self, batch: CabinetImport) -> list[CabinetLine]:
        return list(CabinetLine.objects.filter(batch_id=batch.pk).order_by("id"))
