"""A cast that is set back is the one that was provisioned, row for row."""

import re

import pytest
from django.apps import apps
from django.db import connection, transaction

from tests import set_back
from tests.cast import PASSWORD, Cast, gather

pytestmark = pytest.mark.django_db
# Moments, and the numbers that the journal gives its entries itself.
ANEW = re.compile(r'"[0-9-]{10}T[0-9:.]+\+\d\d:\d\d"|(?<=, )"id": \d+(?=, "after")')


def everything(cast: Cast) -> dict[str, list[str]]:
    """The rows of all tables as both companies see them, but for what is new each time and what Django knows of itself."""
    found = {}
    for company in (cast.alma, cast.bereke):
        with company.scope(), connection.cursor() as cursor:
            for table in sorted(model._meta.db_table for model in apps.get_models()):
                cursor.execute(f"SELECT to_jsonb(row)::text FROM {table} row")
                found[f"{company.slug} {table}"] = sorted(ANEW.sub("", row) for (row,) in cursor.fetchall())
    return {name: told for name, told in found.items() if not name.endswith(("django_content_type", "auth_permission"))}


def test_it_is_the_same_in_every_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_back, "_made", {})
    with transaction.atomic():
        made = everything(gather())
        transaction.set_rollback(True)
    assert everything(gather()) == made
    assert sum(map(bool, made.values())) > len(set_back.TABLES)


def test_its_keys_open_doors_and_its_people_sign_in() -> None:
    with transaction.atomic():
        gather()
        transaction.set_rollback(True)
    cast = gather()
    assert cast.alma.program().get("/api/v1/shops").status_code == 200
    assert cast.bolat.browser().get("/orders/new/").status_code == 200
    assert cast.bolat.user.check_password(PASSWORD)
