"""Walls taken away one by one: each holds alone, and without both the matrix is red (reliability.md §2, 15, §3 row 31)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections, models

from staff import scoping
from staff.models import Shop
from staff.scoping import ScopedManager, ScopedQuerySet
from tests.cast import Cast
from tests.walls import inspection, matrix
from tests.walls.house import House, build, tenant_models

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def house(cast: Cast) -> House:
    built = build(cast)
    matrix.look_over(built)
    return built


@pytest.fixture
def without_filters(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """A product whose managers have forgotten every filter and every check."""

    def everything(self: Any) -> Any:
        return models.QuerySet(self.model, using=self._db)

    monkeypatch.setattr(ScopedManager, "get_queryset", everything)
    monkeypatch.setattr(ScopedQuerySet, "create", models.QuerySet.create)
    monkeypatch.setattr(ScopedQuerySet, "bulk_create", models.QuerySet.bulk_create)
    monkeypatch.setattr(scoping, "_check_company", lambda company_id: None)
    return house


@contextmanager
def open_database() -> Iterator[None]:
    """Policies that let everything through, until the end of the block."""
    with connections["owner"].cursor() as owner:
        owner.execute("SELECT tablename, qual, with_check FROM pg_policies WHERE policyname = 'company_wall'")
        policies = owner.fetchall()
        try:
            for table, _, _ in policies:
                owner.execute(f"ALTER POLICY company_wall ON {table} USING (true) WITH CHECK (true)")
            yield
        finally:
            for table, seen, written in policies:
                owner.execute(f"ALTER POLICY company_wall ON {table} USING ({seen}) WITH CHECK ({written})")


def unfiltered() -> list[str]:
    """Tenant models whose managers ask for the rows of all companies."""
    with scoping.company_scope(7):
        return [
            model.__name__
            for model in tenant_models()
            if '"company_id" = 7' not in str(model._default_manager.all().query)
        ]


def foreign_rows(house: House) -> dict[str, int]:
    """How many rows of «Алма» each table shows in the scope of «Береке», to SQL that filters nothing."""
    tables = [model._meta.db_table for model in tenant_models()]
    with house.cast.bereke.scope(), connection.cursor() as cursor:
        counts = (
            f"SELECT '{table}', count(*) FROM {table} WHERE company_id = {house.cast.alma.id}" for table in tables
        )
        cursor.execute(" UNION ALL ".join(counts))
        return {table: number for table, number in cursor.fetchall() if number}


def test_no_table_of_the_house_is_empty(house: House) -> None:
    with connections["owner"].cursor() as owner:
        for model in tenant_models():
            owner.execute(f"SELECT count(*) FROM {model._meta.db_table} WHERE company_id = %s", [house.cast.alma.id])
            assert owner.fetchone()[0] > 0, f"{model._meta.db_table} is empty, so its wall proves nothing"


def test_managers_filter_and_the_check_of_it_is_not_blind(house: House, request: pytest.FixtureRequest) -> None:
    assert unfiltered() == []
    request.getfixturevalue("without_filters")
    assert len(unfiltered()) == len(tenant_models())


def test_the_database_alone_shows_no_foreign_row(house: House) -> None:
    assert foreign_rows(house) == {}
    with open_database():
        assert len(foreign_rows(house)) == len(tenant_models())


def test_with_every_filter_removed_the_database_alone_holds(without_filters: House) -> None:
    assert list(matrix.foreign(without_filters, every_name=False)) == []


def test_with_every_policy_open_the_filters_alone_hold(house: House) -> None:
    with open_database():
        assert list(matrix.foreign(house, every_name=False)) == []


RED = {"a leak": " tells ", "a foreign thing answered": "is answered 2", "a foreign row changed": " changed "}


@pytest.mark.parametrize("fault", RED)
def test_without_filters_and_policies_the_matrix_is_red(without_filters: House, fault: str) -> None:
    with open_database():
        assert any(RED[fault] in sentence for sentence in matrix.foreign(without_filters))


def test_a_dropped_policy_is_seen_and_shows_less_not_more(house: House) -> None:
    with connections["owner"].cursor() as owner:
        owner.execute("DROP POLICY company_wall ON staff_shop")
        try:
            assert "staff_shop: the policy is None" in inspection.problems(connections["default"])
            with house.cast.alma.scope():
                assert not Shop.objects.exists()
            assert any(matrix.with_right(house))
        finally:
            rule = inspection.OWN_ROWS
            owner.execute(f"CREATE POLICY company_wall ON staff_shop USING {rule} WITH CHECK {rule}")
