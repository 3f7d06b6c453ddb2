"""Poll slots: what is to be read of which shop, and when again (reliability.md §5.3).

A slot is leased for the time of a pass. Whoever lost the lease changes nothing; the slot is simply due again.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.functions import Now

from integrations.models import PollSlot, SlotKind

# Longer than a call may last (15 s) and what is stored after it; a pass renews it page by page. So a killed worker
# costs a slot this much and not the length of the longest pass.
LEASE = timedelta(seconds=30)
# Seconds from the end of a pass to the next one. NEW is swept whole every 15 s, the other shelves every 60–120 s.
PERIODS: Mapping[SlotKind, float] = MappingProxyType(
    {
        SlotKind.NEW: 15,
        SlotKind.OLD_NEW: 300,
        SlotKind.SIGNING: 90,
        SlotKind.PICKUP: 90,
        SlotKind.DELIVERY: 75,
        SlotKind.KASPI_DELIVERY: 60,
        SlotKind.ARCHIVE: 24 * 3600,
    }
)
LONGEST_BACKOFF = 300.0


@dataclass(frozen=True, slots=True)
class Held:
    """A slot that we hold until its lease ends."""

    id: int
    company_id: int
    shop_id: int
    kind: SlotKind
    lease_token: UUID


def claim(*, limit: int, lease: timedelta = LEASE) -> list[Held]:
    """Take due slots of all companies: of each shop its NEW and one other, the longest due first (migration 0003).

    Autocommit: the lease stands before any call is made.
    """
    with connection.cursor() as cursor:
        values: list[Any] = [limit, lease]
        cursor.execute("SELECT id, company_id, shop_id, kind, lease_token FROM office_claim_slots(%s, %s)", values)
        return [Held(row[0], row[1], row[2], SlotKind(row[3]), row[4]) for row in cursor.fetchall()]


def renew(held: Held, *, lease: timedelta = LEASE) -> bool:
    """Hold on for another while, inside the company's scope. False: the lease was lost, so stop."""
    return bool(PollSlot.objects.filter(pk=held.id, lease_token=held.lease_token).update(lease_until=Now() + lease))


def finish(
    held: Held, *, cursor: Mapping[str, Any] | None = None, again_in: float | None = None, clean: bool = True
) -> bool:
    """A pass to its end. The next one comes after the slot's period, after `again_in` seconds, or (neither) when asked
    for. `clean` False: all was read, but it did not stand still.
    """
    seconds = PERIODS.get(held.kind) if again_in is None else again_in
    due = None if seconds is None else Now() + timedelta(seconds=seconds * random.uniform(0.9, 1.0))
    values: dict[str, Any] = {"due_at": due, "failures": 0} | ({"last_clean_at": Now()} if clean else {})
    if cursor is not None:
        values["cursor"] = dict(cursor)
    return _release(held, values)


def retry(held: Held, *, failures: int, after: float | None = None) -> bool:
    """A pass that said nothing: again soon, each time later, with jitter. Never before `after` seconds, if given."""
    seconds = after if after is not None else 0.8 * min(LONGEST_BACKOFF, 5.0 * 2.0 ** min(failures, 6))
    due = Now() + timedelta(seconds=seconds * random.uniform(1.0, 1.3))
    return _release(held, {"due_at": due, "failures": min(failures + 1, 1000)})


def ask(shop_id: int, kind: SlotKind) -> None:
    """Make a slot due now, inside the company's scope."""
    PollSlot.objects.filter(shop_id=shop_id, kind=kind).update(due_at=Now())


def _release(held: Held, values: Mapping[str, Any]) -> bool:
    mine = PollSlot.objects.filter(pk=held.id, lease_token=held.lease_token)
    return bool(mine.update(lease_until=None, lease_token=None, **values))
