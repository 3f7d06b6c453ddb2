"""The audit row that every mutating action writes in its own transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from staff.access import Actor
from staff.models import AuditEntry


def record(
    by: Actor, action: str, *, subject: tuple[str, object], now: datetime, details: dict[str, Any] | None = None
) -> None:
    """Write who did what to which thing, in the caller's transaction. `details` must hold no secrets and no phones."""
    _entry(by, action, subject=subject, now=now, details=details or {}).save(force_insert=True)


def record_all(by: Actor, action: str, *, subjects: Iterable[tuple[str, object]], now: datetime) -> None:
    """The same about many things, in one statement."""
    AuditEntry.objects.bulk_create(_entry(by, action, subject=subject, now=now, details={}) for subject in subjects)


def _entry(
    by: Actor, action: str, *, subject: tuple[str, object], now: datetime, details: dict[str, Any]
) -> AuditEntry:
    return AuditEntry(
        company_id=by.company_id,
        at=now,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_label=by.label,
        action=action,
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        details=details,
        request_id=by.request_id,
        address=by.address,
    )
