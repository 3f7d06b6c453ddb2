"""Whom personal data was shown to: one row for what somebody saw at once, written with the answer he sees it in."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from staff.access import Actor
from staff.models import Door

# Who looks at the same orders again and again, as a live shelf does, has seen them once. What is printed or taken out as
# a file is another copy every time.
AGAIN: Final = timedelta(minutes=15)
LOOKS: Final = frozenset({Door.PAGE, Door.API})
# So many of his last rows are looked through for it: bounded, whatever a program asks for.
LOOKED_BACK: Final = 40

# The orders less those told to him lately: a shelf with one new order is one code, not fifty. One statement. A page that
# changes nothing else does not wait for the disk, which would cost more than the page: a crash of the machine may take
# the last half second of such rows with it.
_TELL: Final = """
INSERT INTO staff_disclosure (company_id, at, actor_kind, actor_id, actor_label, door, subjects, address, request_id)
SELECT %(company)s, %(now)s, %(kind)s, %(actor)s, %(label)s, %(door)s, array_agg(code), %(address)s, %(request)s
FROM (
  SELECT unnest(%(codes)s::varchar[]) AS code
  EXCEPT SELECT unnest(subjects) FROM (
    SELECT subjects FROM staff_disclosure
    WHERE company_id = %(company)s AND actor_kind = %(kind)s AND actor_id IS NOT DISTINCT FROM %(actor)s
      AND at > %(now)s - %(again)s AND at <= %(now)s AND door = %(door)s AND address = %(address)s
    ORDER BY at DESC LIMIT %(back)s) lately
  ORDER BY 1) fresh
HAVING count(*) > 0 AND (NOT %(only_reads)s OR set_config('synchronous_commit', 'off', true) IS NOT NULL)
"""


def tell(by: Actor, door: Door, codes: Iterable[str], *, now: datetime, only_reads: bool = False) -> None:
    """Write down that `by` was shown the unmasked personal data of these orders, in the caller's transaction.

    What he looked at through the same door from the same address in the last 15 minutes is left out. `only_reads`: the
    transaction changes nothing else, so it need not wait for the disk.
    """
    shown = sorted(set(codes))
    if not shown:
        return
    values: dict[str, Any] = {
        "company": by.company_id,
        "now": now,
        "kind": by.kind,
        "actor": by.id,
        "label": by.label,
        "door": door.value,
        "codes": shown,
        "address": by.address,
        "request": by.request_id,
        "again": AGAIN if door in LOOKS else timedelta(0),
        "back": LOOKED_BACK,
        "only_reads": only_reads,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TELL, values)
