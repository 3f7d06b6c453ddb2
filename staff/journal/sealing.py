"""The sealer: a duty that chains what the journals of all companies have gained.

Entries get their numbers in the order in which they are written, and become visible in the order in which transactions
end. The sealer notes how far each journal reaches, waits until every transaction older than that note has ended, and
seals so far: a number that is missing then will never come (reliability.md §1.3, M 16; staff/migrations/0006_journal.py).
So an entry that the chain has passed by is one that somebody put there later.
"""

import logging
import time
from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

from django.db import connection, transaction

from staff.bulk import insert
from staff.clock import database_now
from staff.journal.chain import NO_LINK, PURPOSE, Entry, Head, Seal, digest_of, link
from staff.models import AuditEntry, AuditSeal
from staff.scoping import company_scope, current_company
from staff.sealing import mac_key

log = logging.getLogger(__name__)

AT_ONCE = 5_000
# How long to wait for older transactions; after that the next run tries again.
PATIENCE = 2.0
STEP = 0.02
# "JRNL" above the company's id: the name of its sealer's lock.
LOCK = int.from_bytes(b"JRNL", "big") << 32


class Behind(NamedTuple):
    """A company whose journal reaches further than its chain."""

    company_id: int
    upto: int


def seal_due() -> int:
    """Seal what all companies have written; answers how many entries were sealed."""
    behind = _behind()
    if not behind or not _older_ones_ended(PATIENCE):
        return 0
    return sum(seal(company.company_id, upto=company.upto) for company in behind)


def seal(company_id: int, *, upto: int) -> int:
    """Chain the entries of one company up to this one, in order and in pieces. 0 while another sealer is at it."""
    sealed = 0
    while True:
        with company_scope(company_id):
            done = _seal_some(upto) if _take_turn() else 0
        sealed += done
        if done < AT_ONCE:
            return sealed


def head_of() -> Head | None:
    """Where the chain of the scope's company ends; None while nothing is sealed."""
    last = AuditSeal.objects.order_by("-seq").first()
    return None if last is None else Head(last.seq, last.mac)


def tell_heads() -> int:
    """Write the head of each chain to the log, which leaves this machine: a chain cut short later is known by it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM office_companies()")
        companies = [company_id for (company_id,) in cursor.fetchall()]
    for company_id in companies:
        with company_scope(company_id):
            head = head_of()
        if head is not None:
            log.info("journal of company %s sealed up to %s", company_id, head)
    return 0


def _behind() -> list[Behind]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT company_id, upto FROM office_unsealed()")
        return [Behind(*row) for row in cursor.fetchall()]


def _older_ones_ended(patience: float) -> bool:
    """Whether all transactions that had begun to write before now have ended; waits so many seconds for it."""
    end = time.monotonic() + patience
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
        mine = cursor.fetchone()[0]
        while True:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot()) = %s::xid8", [str(mine)])
            if cursor.fetchone()[0]:
                return True
            if time.monotonic() > end:
                return False
            time.sleep(STEP)


def _take_turn() -> bool:
    """One sealer at a time per company, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK + current_company()])
        return bool(cursor.fetchone()[0])


def _seal_some(upto: int) -> int:
    last = AuditSeal.objects.order_by("-seq").first()
    after, before = (0, NO_LINK) if last is None else (last.entry_id, last.mac)
    found = AuditEntry.objects.filter(pk__gt=after, pk__lte=upto).order_by("pk").values_list(*Entry._fields)[:AT_ONCE]
    entries = [Entry._make(row) for row in found]
    _write(_chained(entries, first=1 if last is None else last.seq + 1, before=before))
    return len(entries)


def _chained(entries: Sequence[Entry], *, first: int, before: str) -> list[Seal]:
    (key_id, key), now, company_id = mac_key(PURPOSE), database_now(), current_company()
    seals = []
    for seq, entry in zip(count(first), entries, strict=False):
        bare = Seal(seq, entry.id, digest_of(company_id, entry), "", key_id, now)
        before = link(key, before, company_id, bare)
        seals.append(bare._replace(mac=before))
    return seals


def _write(seals: Sequence[Seal]) -> None:
    company_id = current_company()
    insert("staff_auditseal", ("company_id", *Seal._fields), ((company_id, *seal) for seal in seals))
