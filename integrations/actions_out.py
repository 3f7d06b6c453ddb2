"""The action table: a decision is stored with the answer a person sees, and leaves by a lease (reliability.md §5.2).

claim → (committed) → send → read back → settle. Whoever lost his lease settles nothing: `settle` and `postpone` say so.
What an action means for an order is not known here.
"""

import json
import random
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_noop

from integrations.models import OPEN_ACTION_STATES, ActionKind, ActionState, KaspiAction
from staff.access import Actor
from staff.sealing import open_for_workers, seal_for_workers

# HTTP limit 15 s < lease 25 s < alarm 60 s. A kill costs at most lease + tick + one call (reliability.md §5.2).
LEASE = timedelta(seconds=25)
PER_SHOP = 4
LONGEST_PAUSE = 60.0
WITHDRAWN = gettext_noop("Отозвано до отправки")


@dataclass(frozen=True, slots=True)
class Claimed:
    """An action that we hold until its lease ends."""

    id: int
    company_id: int
    shop_id: int
    lease_token: UUID
    # When the lease ends by time.monotonic(), which a step of the wall clock does not move.
    until: float


def enqueue(
    kind: ActionKind,
    *,
    by: Actor,
    shop_id: int,
    subject_id: int,
    kaspi_id: str,
    code: str,
    params: Mapping[str, Any],
    urgency: int,
    give_up_at: datetime | None,
    now: datetime,
    undo_until: datetime | None = None,
) -> KaspiAction:
    """Store a decision in the caller's transaction; from its commit on only losing the database loses it.

    With `undo_until` it is not sent before then, and `withdraw` may take it back.
    """
    sealed = _seal(params, company_id=by.company_id, subject_id=subject_id) if params else None
    created: KaspiAction = KaspiAction.objects.create(
        shop_id=shop_id,
        subject_id=subject_id,
        kaspi_id=kaspi_id,
        code=code,
        kind=kind,
        params=sealed,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_label=by.label,
        urgency=urgency,
        due_at=undo_until or now,
        give_up_at=give_up_at,
        created_at=now,
        undo_until=undo_until,
    )
    return created


def claim(*, limit: int = 20, lease: timedelta = LEASE, per_shop: int = PER_SHOP) -> list[Claimed]:
    """Take the most urgent due actions of all companies. Autocommit: the claim stands before any call is made.

    A fresh one comes as `sending` (that is the mark of intent), one whose holder died as `unknown`.
    """
    with connection.cursor() as cursor:
        values: list[Any] = [limit, lease, per_shop]
        until = time.monotonic() + lease.total_seconds()
        cursor.execute("SELECT id, company_id, shop_id, lease_token FROM office_claim_actions(%s, %s, %s)", values)
        return [Claimed(row[0], row[1], row[2], row[3], until) for row in cursor.fetchall()]


def withdraw(action_id: int) -> bool:
    """Take back what nobody has begun to send. False: too late, or never to be taken back; nothing was written.

    One statement with its condition: of this and a claim at the same moment one wins, and the other one finds it so.
    """
    unsent = KaspiAction.objects.filter(
        pk=action_id, state=ActionState.QUEUED, attempts=0, undo_until__isnull=False, withdrawn_at=None
    )
    return bool(
        unsent.update(state=ActionState.REFUSED, problem=WITHDRAWN, params=None, settled_at=Now(), withdrawn_at=Now())
    )


def recall(action_ids: Collection[int]) -> set[int]:
    """Take back whatever nobody has begun to send, pause or no pause; answers which. For who decided it by a rule."""
    unsent = KaspiAction.objects.filter(
        pk__in=action_ids, state=ActionState.QUEUED, attempts=0, withdrawn_at=None
    ).select_for_update()
    found = set(unsent.values_list("pk", flat=True))
    KaspiAction.objects.filter(pk__in=found).update(
        state=ActionState.REFUSED,
        problem=WITHDRAWN,
        params=None,
        settled_at=Now(),
        withdrawn_at=Now(),
        # What was withdrawn had a pause; that of a rule is as long as nobody sends.
        undo_until=Coalesce("undo_until", Now()),
    )
    return found


def begin_pause(action_ids: Collection[int], pause: timedelta) -> None:
    """Let the time for second thoughts begin now: a long list takes a while to be written, and is one press."""
    held = KaspiAction.objects.filter(pk__in=action_ids, state=ActionState.QUEUED, attempts=0, undo_until__isnull=False)
    held.update(undo_until=Now() + pause, due_at=Now() + pause)


def params_of(action: KaspiAction) -> dict[str, Any]:
    if action.params is None:
        return {}
    text = open_for_workers(
        bytes(action.params),
        table="integrations_kaspiaction",
        column="params",
        company=action.company_id,
        owner=action.subject_id,
    )
    return dict(json.loads(text))


def renew(held: Claimed, *, lease: timedelta = LEASE) -> bool:
    """Hold on for another while, before a call that may outlive the lease. False: the lease was lost, so stop."""
    mine = KaspiAction.objects.filter(pk=held.id, lease_token=held.lease_token, state__in=OPEN_ACTION_STATES)
    return bool(mine.update(lease_until=Now() + lease))


def settle(held: Claimed, state: ActionState, *, problem: str = "") -> bool:
    """Close an action and erase what it carried. False: the lease was lost and nothing was written."""
    return bool(
        KaspiAction.objects.filter(pk=held.id, lease_token=held.lease_token, state__in=OPEN_ACTION_STATES).update(
            state=state, problem=problem[:500], params=None, lease_until=None, lease_token=None, settled_at=Now()
        )
    )


def postpone(
    held: Claimed, state: ActionState, *, seconds: float, problem: str = "", taken_at: datetime | None = None
) -> bool:
    """Give an action back for later, `queued` when surely nothing was applied, else `unknown`.

    `taken_at`: Kaspi answered the send with success then.
    """
    taken = {"taken_at": taken_at} if taken_at else {}
    return bool(
        KaspiAction.objects.filter(pk=held.id, lease_token=held.lease_token, state__in=OPEN_ACTION_STATES).update(
            state=state,
            problem=problem[:500],
            lease_until=None,
            lease_token=None,
            due_at=Now() + timedelta(seconds=seconds),
            **taken,
        )
    )


def pause_after(attempts: int) -> float:
    """Seconds to the next try: 2, 4, 8 … 60 with full jitter, never under one."""
    return max(1.0, random.uniform(0.5, 1.0) * min(LONGEST_PAUSE, 2.0 ** min(attempts, 6)))


def _seal(params: Mapping[str, Any], *, company_id: int, subject_id: int) -> bytes:
    return seal_for_workers(
        json.dumps(params, ensure_ascii=False),
        table="integrations_kaspiaction",
        column="params",
        company=company_id,
        owner=subject_id,
    )
