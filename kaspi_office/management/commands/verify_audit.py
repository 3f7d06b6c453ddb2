"""`manage.py verify_audit`: is the journal still what was written?"""

import argparse
import json
import time
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from kaspi_office.provisioning import find_company
from staff.journal.chain import Head
from staff.journal.verifying import Fault, Finding, Walk
from staff.models import Company
from staff.scoping import company_scope

# More than this is one sentence: everything is broken.
MOST_TOLD = 1_000

WORDS = {
    Fault.CHANGED: "entry {entry_id} was changed; it now says: {says}",
    Fault.REMOVED: "entry {entry_id} was removed",
    Fault.INSERTED: "entry {entry_id} was put in afterwards: {says}",
    Fault.SEAL_FORGED: "the seal of entry {entry_id} was forged",
    Fault.SEAL_REMOVED: "the seal was removed; its entry: {says}",
    Fault.KEY_UNKNOWN: "the seal of entry {entry_id} cannot be judged: its key is not on the ring",
    Fault.CUT: "the chain ends before the head that was told",
    Fault.HEAD_DIFFERS: "the chain is not the one whose head was told",
}


class Command(BaseCommand):
    help = "Compare the journal with its chain of seals; exit 1 and name every place where they part."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--company", metavar="SLUG", help="this company alone")
        parser.add_argument("--head", metavar="SEQ:MAC", help="the head of --company as it was told outside")
        parser.add_argument("--json", action="store_true", help="one JSON document instead of sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        told = _head(options)
        reports = [self._verify(company, told, as_json=options["json"]) for company in _companies(options["company"])]
        broken = sum(report["broken"] for report in reports)
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not broken, "companies": reports}, ensure_ascii=False, indent=1))
        if broken:
            raise CommandError(f"the journal is not what was written: {broken} places", returncode=1)

    def _verify(self, company_id: int, told: Head | None, *, as_json: bool) -> dict[str, Any]:
        started, walk = time.monotonic(), Walk(told=told)
        broken, listed = 0, []
        with company_scope(company_id):
            slug = Company.objects.get(pk=company_id).slug
            for finding in walk.findings():
                broken += 1
                if broken <= MOST_TOLD:
                    listed.append(_as_json(finding))
                    if not as_json:
                        self.stdout.write(f"{slug}: {_sentence(finding)}")
        seconds = time.monotonic() - started
        report = {
            "company": slug,
            "entries": walk.entries,
            "seals": walk.seals,
            "unsealed": walk.unsealed,
            "head": str(walk.head) if walk.head else None,
            "broken": broken,
            "findings": listed,
            "entries_per_second": round(walk.entries / seconds) if seconds else None,
        }
        if not as_json:
            state = f"BROKEN in {broken} places" if broken else "sound"
            counts = "{entries} entries, {seals} sealed, {unsealed} not yet, {entries_per_second} a second"
            self.stdout.write(f"{slug}: {state}; {counts.format(**report)}; head {report['head']}")
        return report


def _head(options: dict[str, Any]) -> Head | None:
    if not options["head"]:
        return None
    if not options["company"]:
        raise CommandError("--head is of one company: say which with --company")
    try:
        return Head.read(options["head"])
    except ValueError:
        raise CommandError("--head takes what the log, the page or an export tells: SEQ:MAC") from None


def _companies(slug: str | None) -> Iterator[int]:
    if slug is not None:
        found = find_company(slug)
        if found is None:
            raise CommandError(f"no company {slug!r}")
        yield found
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM office_companies()")
        yield from [company_id for (company_id,) in cursor.fetchall()]


def _says(finding: Finding) -> str:
    entry = finding.entry
    if entry is None:
        return "gone as well"
    return f"{entry.at:%Y-%m-%d %H:%M:%S} UTC, {entry.actor_label}, {entry.action}, {entry.subject_kind} {entry.subject_id}"


def _sentence(finding: Finding) -> str:
    place = "off the chain" if finding.seq is None else f"place {finding.seq}"
    return f"{place}: " + WORDS[finding.fault].format(entry_id=finding.entry_id, says=_says(finding))


def _as_json(finding: Finding) -> dict[str, Any]:
    told: dict[str, Any] = {"fault": finding.fault, "seq": finding.seq, "entry_id": finding.entry_id}
    if finding.entry is not None:
        entry = finding.entry
        told |= {"at": entry.at.isoformat(), "who": entry.actor_label, "what": entry.action}
        told |= {"subject": f"{entry.subject_kind} {entry.subject_id}"}
    return told
