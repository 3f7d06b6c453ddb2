"""Files of others' prices: taken in by a person, read by a worker in a process of its own, kept as what they told."""

import logging
import re
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, Final, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext, gettext_noop

from catalog.models import CompetitorFile, FileState, PriceSource
from catalog.repricing.intake import AHEAD, OLDEST, Told, take
from integrations.kaspi.competitor_file import PriceTable, read_prices_apart
from integrations.kaspi.tables import look
from integrations.kaspi.workbook import BadWorkbook
from integrations.waking import wake
from staff import audit
from staff.access import Actor, require_whole
from staff.clock import database_now
from staff.errors import Refused
from staff.languages import kept
from staff.languages import later as _
from staff.models import Shop
from staff.permissions import Permission
from staff.scoping import company_scope

log = logging.getLogger(__name__)

AT_ONCE: Final = 1
LEASE: Any = timedelta(minutes=3)
MOST_WAITING: Final = 3
SHOWN: Final = 50
UNREAD: Final = (FileState.QUEUED, FileState.READING)
FAILED: Final = _("Не получилось записать цены из файла. Загрузите его ещё раз.")
GAVE_UP: Final = _("Файл не прочитался трижды. Разделите его на части.")
_UNSHOWN: Final = re.compile(r"[^\w .,()№-]+")


class Leased(NamedTuple):
    company_id: int
    id: int
    lease_until: datetime
    state: str


def bring(shop: Shop, name: str, content: bytes, *, by: Actor, now: datetime) -> CompetitorFile:
    """Keep the file until a worker has read it.

    Raises Refused: 403 without the right over the whole shop, 400 for a file that nobody would read, 409 while three wait.
    """
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=shop.pk)
    if not content:
        raise Refused("required", gettext("Выберите файл с ценами"), status=400, field="file")
    try:
        look(content)
    except BadWorkbook as bad:
        raise Refused(bad.code, kept(bad.sentence), status=400, field="file") from bad
    if CompetitorFile.objects.filter(shop_id=shop.pk, state__in=UNREAD).count() >= MOST_WAITING:
        raise Refused("too_many_files", gettext("Три файла этого магазина уже читаются. Дождитесь их"))
    taken: CompetitorFile = CompetitorFile.objects.create(
        shop_id=shop.pk, name=_UNSHOWN.sub("", name)[:120], content=content, asked_at=now, actor_label=by.label
    )
    audit.record(by, "competitor_prices.uploaded", subject=("shop", shop.slug), now=now, details={"name": taken.name})
    transaction.on_commit(partial(wake, "competitor prices"), robust=True)
    return taken


def read_due() -> int:
    """Read the files of all companies that wait; answers how many were taken up."""
    with connection.cursor() as cursor:
        values: list[Any] = [AT_ONCE, LEASE]
        cursor.execute("SELECT company_id, id, lease_until, state FROM office_claim_competitor_files(%s, %s)", values)
        leased = [Leased(*row) for row in cursor.fetchall()]
    for one in leased:
        _read(one)
    return len(leased)


def _read(one: Leased) -> None:
    if one.state == FileState.FAILED:
        _give_up(one, str(GAVE_UP))
        return
    try:
        _put_down(one, read_prices_apart(_content(one)))
    except BadWorkbook as bad:
        _give_up(one, bad.sentence)
    except Exception:
        log.exception("file %s of others' prices was not read", one.id)
        _give_up(one, str(FAILED))


def _content(one: Leased) -> bytes:
    with company_scope(one.company_id):
        return bytes(CompetitorFile.objects.values_list("content", flat=True).get(pk=one.id) or b"")


def _put_down(one: Leased, table: PriceTable) -> None:
    """All rows of the file or none, if the lease is still ours."""
    with company_scope(one.company_id):
        mine = CompetitorFile.objects.filter(pk=one.id, lease_until=one.lease_until).select_related("shop")
        row = mine.select_for_update(of=("self",)).defer("content").first()
        if row is None:
            return
        now = database_now()
        rows = [
            Told(line.sku, line.card, line.seller, line.merchant_uid, line.price, line.seen_at, line.url, line.broken)
            for line in table.rows
        ]
        taken = take(row.shop, rows, source=PriceSource.FILE, by=row.actor_label, now=now)
        CompetitorFile.objects.filter(pk=one.id).update(
            state=FileState.DONE,
            rows=len(table.rows) + len(table.problems),
            taken=taken.taken,
            known=taken.known,
            unknown=taken.unknown,
            unread=len(table.problems) + taken.late,
            problems=[*table.problems[:SHOWN], *_untimely(table, now)][:SHOWN],
            content=None,
            lease_until=None,
            read_at=now,
        )


def _untimely(table: PriceTable, now: datetime) -> list[tuple[int, str, str]]:
    sentence = gettext_noop("время в будущем или старше 90 дней")
    late = (row for row in table.rows if not now - OLDEST <= row.seen_at <= now + AHEAD)
    return [(row.number, gettext_noop("Когда видели"), sentence) for row in islice(late, SHOWN)]


def _give_up(one: Leased, problem: str) -> None:
    with company_scope(one.company_id):
        mine = CompetitorFile.objects.filter(pk=one.id, lease_until=one.lease_until)
        mine.update(state=FileState.FAILED, problem=problem[:300], content=None, lease_until=None)
