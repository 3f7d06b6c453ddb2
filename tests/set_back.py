"""Companies that are the same in thousands of tests: made once by `provision`, and set back from then on row for row.

To provision costs more than most tests take. So what it wrote is asked from the database once in a run, and said to it again in
one statement a company: the same ids, tokens and keys, only the moments are those of the test.
"""

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from integrations.kaspi import breaker
from kaspi_office.provisioning import find_company, provision
from staff import keys, sealing
from staff.scoping import company_scope

_HIS: Final = "{column} IN (SELECT user_id FROM staff_member)"
# Table → which rows of it, in an order in which they may be written.
TABLES: Final = {
    "staff_company": "",
    "staff_shop": "",
    "staff_pointofsale": "",
    "staff_user": _HIS.format(column="id"),
    "account_emailaddress": _HIS.format(column="user_id"),
    "staff_member": "",
    "staff_memberpoint": "",
    "staff_apikey": "",
    "staff_auditentry": "",
    "integrations_kaspiaccount": "",
    "integrations_pollslot": "",
    "orders_shoppulse": "",
}
_ASKED: Final = ", ".join(
    f"'{table}', (SELECT coalesce(jsonb_agg(row), '[]') FROM {table} row{' WHERE ' + which if which else ''})"
    for table, which in TABLES.items()
)
_SAID_AGAIN: Final = (
    "WITH said AS (SELECT %s::jsonb AS rows), "
    + ", ".join(
        f"made_{number} AS (INSERT INTO {table} SELECT row.*"
        f" FROM said, jsonb_populate_recordset(NULL::{table}, rows -> '{table}') row)"
        for number, table in enumerate(TABLES)
    )
    + " SELECT"
)
_MOMENT: Final = re.compile(r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+\d\d:\d\d"')


class _Rows(NamedTuple):
    company_id: int
    told: str


class _Made(NamedTuple):
    answer: dict[str, Any]
    rows: Sequence[_Rows]


_made: dict[object, _Made] = {}


def provisioned(document: dict[str, Any]) -> dict[str, Any]:
    """What `provision` answered for this document when it was carried out in this run; its companies stand as they did then."""
    # Tokens are sealed with the ring of the moment, and some tests have one of their own.
    place = connection.settings_dict["NAME"], settings.FIELD_KEYS_FILE, sealing.ring().current, repr(document)
    made = _made.get(place)
    if made is None:
        answer = provision(document)
        made = _made[place] = _Made(answer, [_told(company["slug"]) for company in answer["companies"]])
        return made.answer
    for rows in made.rows:
        _say(rows)
    # What a process remembers by ids, no other test has had to do with until now.
    keys._remembered.clear()
    breaker._breakers.clear()
    return made.answer


def _told(slug: str) -> _Rows:
    company_id = find_company(slug)
    assert company_id is not None
    with company_scope(company_id), connection.cursor() as cursor:
        cursor.execute(f"SELECT jsonb_build_object({_ASKED})::text")
        return _Rows(company_id, cursor.fetchone()[0])


def _say(rows: _Rows) -> None:
    now = f'"{timezone.now().isoformat()}"'
    with company_scope(rows.company_id), connection.cursor() as cursor:
        cursor.execute(_SAID_AGAIN, [_MOMENT.sub(now, rows.told)])
