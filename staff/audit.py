"""The audit row that every mutating action writes in its own transaction: one INSERT. The chain over the rows is
`staff.journal`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from staff.access import Actor
from staff.journal.guard import checked
from staff.models import AuditEntry

Fields = Mapping[str, Any]
NOTHING: Fields = {}
LONGEST_SUBJECT = 80


def record(
    by: Actor,
    action: str,
    *,
    subject: tuple[str, object],
    now: datetime,
    details: Fields | None = None,
    acting_for: str = "",
    before: Fields | None = None,
    after: Fields | None = None,
) -> None:
    """Write who did what to which thing, in the caller's transaction.

    `acting_for` names on whose behalf, when it was not the actor's own doing. `before` and `after` hold the fields that
    changed, as they were and as they are; of a secret its tail at most. Raises SecretInJournal for a field that may not
    be written down; phones and secrets inside texts are cut out.
    """
    entry = _entry(by, action, subject=subject, now=now)
    entry.acting_for = acting_for
    entry.details = checked(details or NOTHING)
    entry.before, entry.after = checked(before or NOTHING), checked(after or NOTHING)
    entry.save(force_insert=True)


def record_all(
    by: Actor,
    action: str,
    *,
    subjects: Iterable[tuple[str, object]],
    now: datetime,
    after: Fields | None = None,
) -> None:
    """The same about many things, in one statement."""
    said = checked(after or NOTHING)
    entries = [_entry(by, action, subject=subject, now=now) for subject in subjects]
    for entry in entries:
        entry.after = said
    AuditEntry.objects.bulk_create(entries)


def changes(before: Fields, after: Fields) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of two states of a thing, the fields that differ: what `record` takes as before and after."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def _entry(by: Actor, action: str, *, subject: tuple[str, object], now: datetime) -> AuditEntry:
    return AuditEntry(
        company_id=by.company_id,
        at=now,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_label=by.label,
        action=action,
        subject_kind=subject[0],
        # A name may be longer than an id.
        subject_id=str(subject[1])[:LONGEST_SUBJECT],
        request_id=by.request_id,
        address=by.address,
    )
