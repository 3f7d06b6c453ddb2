"""Hands on the journal past every wall: as the role that owns the tables, its triggers off."""

from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections

from staff import audit
from staff.clock import database_now
from staff.journal.sealing import seal_due
from staff.journal.verifying import Finding, Walk
from staff.models import AuditEntry
from tests.cast import Cast, Company


def as_owner(sql: str, *values: Any) -> None:
    with connections["owner"].cursor() as owner:
        owner.execute(
            "ALTER TABLE staff_auditentry DISABLE TRIGGER USER; ALTER TABLE staff_auditseal DISABLE TRIGGER USER"
        )
        try:
            owner.execute(sql, values)
        finally:
            owner.execute(
                "ALTER TABLE staff_auditentry ENABLE TRIGGER USER; ALTER TABLE staff_auditseal ENABLE TRIGGER USER"
            )
            owner.execute("ALTER TABLE staff_auditentry DISABLE TRIGGER no_truncate")
            owner.execute("ALTER TABLE staff_auditseal DISABLE TRIGGER no_truncate")


def write(cast: Cast, count: int = 5) -> list[int]:
    """So many entries of Айгерим's; their ids."""
    with cast.alma.scope():
        for number in range(count):
            audit.record(cast.aigerim.actor, "shop.expiry_policy", subject=("shop", number), now=database_now())
        return ids(cast.alma)[-count:]


def ids(company: Company) -> list[int]:
    with company.scope():
        return list(AuditEntry.objects.order_by("pk").values_list("pk", flat=True))


def sealed(cast: Cast, count: int = 5) -> list[int]:
    written = write(cast, count)
    seal_due()
    return written


def findings(company: Company, **told: Any) -> list[Finding]:
    with company.scope():
        return list(Walk(**told).findings())


def faults(company: Company, **told: Any) -> list[tuple[str, int | None]]:
    """What is wrong, and with which entry."""
    return [(finding.fault.value, finding.entry_id) for finding in findings(company, **told)]


def verify(*arguments: str) -> tuple[int, str]:
    """`manage.py verify_audit`: how it ends, and what it says."""
    said = StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=said)
    except CommandError as failure:
        return failure.returncode, said.getvalue()
    return 0, said.getvalue()
