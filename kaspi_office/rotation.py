"""A new key without a stop: everything sealed is sealed anew row by row, while people and workers go on writing.

Processes notice a changed ring by themselves. A row is held while it is sealed anew, so what somebody stores at that
moment is stored after it and stays. What a transaction from before the change stores under the old key is found by the
next pass, and a key is retired only when nothing is left of it (reliability.md §5.8).
"""

import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection, models

from kaspi_office.sealed import SEALED, Sealed
from staff import keyring
from staff.sealing import CannotOpen, key_of, ring

log = logging.getLogger(__name__)

LOCK: Final = int.from_bytes(b"KEYS", "big") << 32
# A request or a task is over long before; after that the retirement is refused.
PATIENCE: Final = 120.0
STEP: Final = 0.1


class CannotRotate(Exception):
    """What stands in the way, in one sentence."""


@dataclass
class Report:
    """Secrets by (column, key id), and the rows that no key opens."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    unreadable: list[str] = field(default_factory=list)

    def left_of(self, keys: set[str]) -> int:
        return sum(number for (_, key), number in self.counts.items() if key in keys)


def add_key() -> str:
    """Put a new key on the ring and make it the current one; answers its id.

    In two steps: every process has the key before anyone seals with it.
    """
    file = Path(settings.FIELD_KEYS_FILE)
    keyring.keep(file)
    present = keyring.read(file)
    name = present.next_name()
    both = present.with_key(name)
    keyring.write(file, both)
    keyring.write(file, replace(both, current=name))
    return name


def retire() -> list[str]:
    """Take every key but the current one off the ring; answers their ids.

    Raises CannotRotate while a secret of theirs is left, or one cannot be opened.
    """
    old = {name for name, key in ring().keys.items() if key.is_live} - {ring().current}
    if not old:
        return []
    _wait_for_older_transactions()
    seal_anew()
    found = inspect()
    if found.unreadable:
        raise CannotRotate(f"{len(found.unreadable)} secrets cannot be opened: {', '.join(found.unreadable[:5])}.")
    if found.left_of(old):
        raise CannotRotate(f"{found.left_of(old)} secrets are still sealed with an old key; try again.")
    file = Path(settings.FIELD_KEYS_FILE)
    present = keyring.read(file)
    for name in sorted(old):
        present = present.without_key(name)
    keyring.write(file, present)
    return sorted(old)


def seal_anew() -> int:
    """Seal with the current key whatever is not; answers how many rows. Others may do the same at once."""
    return sum(_renew(sealed, pk) for sealed in SEALED for pk in _stale(sealed))


def inspect() -> Report:
    """Open everything, and count it by column and key."""
    report = Report()
    for sealed in SEALED:
        for scope in sealed.scopes():
            with scope:
                for row in sealed.all_rows():
                    _inspect(sealed, row, report)
    return report


@contextmanager
def alone() -> Iterator[None]:
    """One rotation at a time. Raises CannotRotate while there is another one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise CannotRotate("Another rotation is under way.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _inspect(sealed: Sealed, row: models.Model, report: Report) -> None:
    for blob in sealed.of(row):
        report.counts[sealed.name, key_of(blob)] += 1
        try:
            sealed.open(row, blob)
        except CannotOpen:
            report.unreadable.append(f"{sealed.name} {row.pk}")


def _stale(sealed: Sealed) -> Iterator[tuple[int | None, int]]:
    """(company, number) of the rows to be sealed anew; read first, for each is then held for an instant only."""
    found: list[tuple[int | None, int]] = []
    for scope in sealed.scopes():
        with scope:
            found += [(getattr(row, "company_id", None), row.pk) for row in sealed.all_rows() if sealed.is_stale(row)]
    yield from found


def _renew(sealed: Sealed, place: tuple[int | None, int]) -> int:
    company_id, number = place
    with sealed.scope(company_id):
        row = sealed.hold(number)
        if row is None or not sealed.is_stale(row):
            return 0
        try:
            sealed.seal_anew(row)
        except CannotOpen:
            log.error("%s %s cannot be opened and stays as it is", sealed.name, number)
            return 0
        return 1


def _wait_for_older_transactions() -> None:
    """Whoever read the old ring before it was replaced has ended, and what he stored can be seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment = cursor.fetchone()[0]
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE usename = current_user AND datname = current_database()"
                " AND pid <> pg_backend_pid() AND xact_start < %s",
                [moment],
            )
            if not cursor.fetchone()[0]:
                return
            time.sleep(STEP)
    raise CannotRotate(f"A transaction has been open for {PATIENCE:g} s; try again when it has ended.")
