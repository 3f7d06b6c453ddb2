"""The worker's duty: read the files that were brought, and say what each would change.

A file is leased, read in a process of its own outside of any transaction, compared, and the report is put down only if
the lease is still ours. The file itself is kept no longer than that: it holds buyers' addresses.
"""

import logging
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection

from integrations.kaspi.apart import read_apart
from integrations.kaspi.order_export import BadExport, Export
from orders.cabinet.dry_run import dry_run
from orders.models import CabinetImport, ImportState
from staff.clock import database_now
from staff.languages import later as _
from staff.scoping import company_scope

log = logging.getLogger(__name__)

AT_ONCE: Final = 1
LEASE: Any = timedelta(minutes=3)
GAVE_UP: Final = _("Файл не прочитался трижды. Выгрузите заказы за меньший срок.")
FAILED: Final = _("Не получилось сверить файл с заказами. Загрузите его ещё раз.")


class Leased(NamedTuple):
    company_id: int
    id: int
    lease_until: datetime
    state: str


def read_due() -> int:
    """Read the files of all companies that wait; answers how many were taken up."""
    with connection.cursor() as cursor:
        values: list[Any] = [AT_ONCE, LEASE]
        cursor.execute("SELECT company_id, id, lease_until, state FROM office_claim_cabinet_imports(%s, %s)", values)
        leased = [Leased(*row) for row in cursor.fetchall()]
    for one in leased:
        _read(one)
    return len(leased)


def _read(one: Leased) -> None:
    if one.state == ImportState.FAILED:
        _give_up(one, str(GAVE_UP))
        return
    try:
        _put_down(one, read_apart(_content(one)))
    except BadExport as bad:
        _give_up(one, bad.sentence)
    except Exception:
        log.exception("cabinet import %s was not read", one.id)
        _give_up(one, str(FAILED))


def _content(one: Leased) -> bytes:
    with company_scope(one.company_id):
        return bytes(CabinetImport.objects.values_list("content", flat=True).get(pk=one.id) or b"")


def _put_down(one: Leased, export: Export) -> None:
    with company_scope(one.company_id):
        mine = CabinetImport.objects.select_for_update().filter(pk=one.id, lease_until=one.lease_until)
        batch = mine.defer("content").first()
        if batch is None:
            return
        report = dry_run(export, batch)
        CabinetImport.objects.filter(pk=one.id).update(
            **report._asdict(),
            state=ImportState.READY,
            missing=list(export.missing),
            extra=[title[:120] for title in export.unknown[:100]],
            content=None,
            lease_until=None,
            read_at=database_now(),
        )


def _give_up(one: Leased, problem: str) -> None:
    with company_scope(one.company_id):
        mine = CabinetImport.objects.filter(pk=one.id, lease_until=one.lease_until)
        mine.update(state=ImportState.FAILED, problem=problem[:300], content=None, lease_until=None)
