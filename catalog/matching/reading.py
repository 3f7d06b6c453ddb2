"""The worker's duty: read the lists that were brought, and find for each line the offers that it may be.

A list is leased, read in a process of its own outside of any transaction, and its lines are put down only if the lease is
still ours.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection

from catalog.matching.scoring import CERTAIN, SURE, Index, Match, Named
from catalog.models import ListState, Offer, SupplierList, Verdict
from integrations.kaspi.supplier_list import Good, Goods, read_apart
from integrations.kaspi.workbook import BadWorkbook
from staff.bulk import insert
from staff.languages import later as _
from staff.scoping import company_scope

log = logging.getLogger(__name__)

AT_ONCE: Final = 1
# Ten thousand lines against a hundred thousand offers take most of a minute of a free core.
LEASE: Any = timedelta(minutes=15)
SHOWN_UNREAD: Final = 200
GAVE_UP: Final = _("Файл не прочитался трижды. Оставьте в нём меньше строк.")
FAILED: Final = _("Не получилось сверить список с товарами. Загрузите его ещё раз.")
COLUMNS: Final = (
    *("company_id", "batch_id", "row", "name", "brand", "barcode", "supplier_sku", "card_code"),
    *("verdict", "score", "found", "decided_by"),
)


class Leased(NamedTuple):
    company_id: int
    id: int
    lease_until: datetime
    state: str


def read_due() -> int:
    """Read the lists of all companies that wait; answers how many were taken up."""
    with connection.cursor() as cursor:
        values: list[Any] = [AT_ONCE, LEASE]
        cursor.execute("SELECT company_id, id, lease_until, state FROM office_claim_supplier_lists(%s, %s)", values)
        leased = [Leased(*row) for row in cursor.fetchall()]
    for one in leased:
        _read(one)
    return len(leased)


def verdict_of(found: tuple[Match, ...]) -> Verdict:
    """What is left to a person: all but what is sure, and sure is not where two offers are equally good."""
    if not found:
        return Verdict.NONE
    alone = len(found) == 1 or found[1].score < found[0].score
    return Verdict.CERTAIN if found[0].score == CERTAIN or (found[0].score >= SURE and alone) else Verdict.REVIEW


def _read(one: Leased) -> None:
    if one.state == ListState.FAILED:
        _give_up(one, str(GAVE_UP))
        return
    try:
        _put_down(one, read_apart(_content(one)))
    except BadWorkbook as bad:
        _give_up(one, bad.sentence)
    except Exception:
        log.exception("supplier list %s was not read", one.id)
        _give_up(one, str(FAILED))


def _content(one: Leased) -> bytes:
    with company_scope(one.company_id):
        return bytes(SupplierList.objects.values_list("content", flat=True).get(pk=one.id) or b"")


def _put_down(one: Leased, told: Goods) -> None:
    with company_scope(one.company_id):
        mine = SupplierList.objects.select_for_update().filter(pk=one.id, lease_until=one.lease_until)
        batch = mine.defer("content").first()
        if batch is None:
            return
        insert("catalog_supplierline", COLUMNS, _lines(batch, told))
        unread = [[row.row, row.sentence] for row in told.unread[:SHOWN_UNREAD]]
        ready = {"state": ListState.READY, "rows": len(told.goods), "unread": unread}
        SupplierList.objects.filter(pk=one.id).update(**ready, content=None, lease_until=None)


def _lines(batch: SupplierList, told: Goods) -> Iterator[list[Any]]:
    offers = Offer.objects.filter(shop_id=batch.shop_id).order_by("pk").values_list("pk", "name", "brand", "barcode")
    index = Index(Named(*row) for row in offers.iterator(chunk_size=5_000))
    for good in told.goods:
        found = index.best(Named(good.row, good.name, good.brand, good.barcode))
        yield _line(batch, good, found)


def _line(batch: SupplierList, good: Good, found: tuple[Match, ...]) -> list[Any]:
    kept = [[one.key, one.score, [[reason.value, text] for reason, text in one.why]] for one in found]
    said = [good.row, good.name, good.brand, good.barcode, good.supplier_sku, good.card_code]
    score = found[0].score if found else 0
    return [batch.company_id, batch.pk, *said, verdict_of(found).value, score, kept, ""]


def _give_up(one: Leased, problem: str) -> None:
    with company_scope(one.company_id):
        mine = SupplierList.objects.filter(pk=one.id, lease_until=one.lease_until)
        mine.update(state=ListState.FAILED, problem=problem[:300], content=None, lease_until=None)
