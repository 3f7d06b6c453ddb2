"""No company, no query: the wall of the code, and the database's own behind it."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Count

from kaspi_office.provisioning import provision
from staff.errors import ScopeMissing
from staff.models import Member, MemberPoint, Shop
from staff.scoping import company_scope, current_company
from tests.cast import Cast, document
from tests.walls.test_catalogue import tenant_models

WAYS: dict[str, Callable[[Any], Any]] = {
    "all": lambda objects: list(objects.all()),
    "get": lambda objects: objects.get(pk=1),
    "first": lambda objects: objects.first(),
    "last": lambda objects: objects.last(),
    "filter": lambda objects: list(objects.filter(pk=1)),
    "exclude": lambda objects: list(objects.exclude(pk=1)),
    "exists": lambda objects: objects.exists(),
    "count": lambda objects: objects.count(),
    "aggregate": lambda objects: objects.aggregate(Count("pk")),
    "values": lambda objects: list(objects.values_list("pk")),
    "in_bulk": lambda objects: objects.in_bulk([1]),
    "iterator": lambda objects: list(objects.iterator()),
    "raw": lambda objects: list(objects.raw("SELECT * FROM staff_shop")),
    "none": lambda objects: list(objects.none()),
    "create": lambda objects: objects.create(),
    "get_or_create": lambda objects: objects.get_or_create(pk=1),
    "update_or_create": lambda objects: objects.update_or_create(pk=1),
    "bulk_create": lambda objects: objects.bulk_create([objects.model(company_id=1)]),
    "bulk_update": lambda objects: objects.bulk_update([objects.model(pk=1, company_id=1)], ["company_id"]),
    "update": lambda objects: objects.update(company_id=1),
    "delete": lambda objects: objects.all().delete(),
    "save": lambda objects: objects.model(company_id=1).save(),
    "refresh": lambda objects: objects.model(pk=1, company_id=1).refresh_from_db(),
}


def rows(sql: str, *values: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def setting(name: str = "app.company") -> str:
    return str(rows("SELECT coalesce(current_setting(%s, true), '')", name)[0][0])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("manager", ["objects", "_default_manager", "_base_manager"])
def test_without_a_scope_nothing_is_asked_and_nothing_written(db: None, manager: str, way: str) -> None:
    with pytest.raises(ScopeMissing):
        WAYS[way](getattr(Shop, manager))


@pytest.mark.parametrize("model", tenant_models(), ids=lambda model: model.__name__)
def test_every_tenant_model_fails_closed(db: None, model: Any) -> None:
    for manager in (model._default_manager, model._base_manager):
        with pytest.raises(ScopeMissing):
            manager.exists()


def test_a_related_row_is_not_fetched_outside_the_scope(cast: Cast) -> None:
    point = cast.alma.point("alma-tech", "PP1")
    with pytest.raises(ScopeMissing):
        _ = point.shop


def test_a_scope_shows_one_company(cast: Cast) -> None:
    with cast.bereke.scope():
        assert list(Shop.objects.values_list("slug", flat=True)) == ["bereke-tools"]


def test_a_scope_inside_that_of_another_company_is_refused(cast: Cast) -> None:
    with cast.alma.scope(), pytest.raises(ScopeMissing), cast.bereke.scope():
        pass


def test_after_a_scope_there_is_none_also_when_it_ends_badly(cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError), cast.alma.scope():
        _ = 1 // 0
    with pytest.raises(ScopeMissing):
        current_company()


@pytest.mark.parametrize("way", ["create", "bulk_create", "save"])
def test_a_row_of_another_company_is_not_written(cast: Cast, way: str) -> None:
    shop = Shop(company_id=cast.alma.id, slug="planted", name="Чужой", merchant_uid="1")
    planted = {"company_id": cast.alma.id, "slug": "planted", "name": "Чужой", "merchant_uid": "1"}
    write: dict[str, Callable[[], Any]] = {
        "create": lambda: Shop.objects.create(**planted),
        "bulk_create": lambda: Shop.objects.bulk_create([shop]),
        "save": shop.save,
    }
    with cast.bereke.scope(), pytest.raises(ScopeMissing):
        write[way]()


def test_a_person_of_two_companies_sees_only_the_chosen_one(cast: Cast) -> None:
    wanted = document()
    guest = {"email": "owner@bereke.example", "name": "Чингиз", "role": "analyst"}
    wanted["companies"][0]["members"].append(guest)
    provision(wanted)
    browser = cast.chingiz.browser()
    for company, shop in ((cast.bereke, "Береке Инструменты"), (cast.alma, "Алма Техника")):
        session = browser.session
        session["company"] = company.id
        session.save()
        page = browser.get("/orders/new/").content.decode()
        assert [name for name in ("Береке Инструменты", "Алма Техника") if name in page] == [shop]


def test_who_signs_in_sees_his_memberships_elsewhere_for_one_question_only(cast: Cast) -> None:
    cast.chingiz.browser().get("/orders/new/")
    assert setting("app.user") == ""


# The database alone: SQL that no manager of ours has seen.


def test_without_a_company_the_database_shows_nothing(cast: Cast) -> None:
    cast.place()
    tables = [model._meta.db_table for model in tenant_models()]
    assert [table for table in ("staff_company", *tables) if rows(f"SELECT * FROM {table}")] == []


def test_the_setting_does_not_outlive_its_transaction(transactional_db: None) -> None:
    with company_scope(7):
        assert setting() == "7"
    assert setting() == ""


def test_the_setting_does_not_outlive_a_scope_inside_a_longer_transaction(db: None) -> None:
    with company_scope(7):
        assert setting() == "7"
    assert setting() == ""


def test_the_database_shows_companies_nothing_of_each_other(cast: Cast) -> None:
    cast.place()
    with cast.bereke.scope():
        assert rows("SELECT id FROM orders_order") == []
        assert rows("SELECT slug FROM staff_company") == [("bereke",)]


PLANTS = {
    "INSERT": "INSERT INTO staff_shop (company_id, public_id, slug, name, merchant_uid, expiry_policy, created_at)"
    " VALUES (%(alma)s, %(id)s, 'planted', 'x', '1', 'mirror', now())",
    "UPDATE": "UPDATE staff_shop SET company_id = %(alma)s",
}


@pytest.mark.parametrize("plant", PLANTS)
def test_the_database_takes_no_row_for_another_company(cast: Cast, plant: str) -> None:
    values: dict[str, Any] = {"alma": cast.alma.id, "id": uuid.uuid4()}
    with (
        cast.bereke.scope(),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(PLANTS[plant], values)


def test_no_row_can_point_at_another_company_s(cast: Cast) -> None:
    foreign = cast.alma.point("alma-tech", "PP1")
    with cast.bereke.scope():
        member = Member.objects.get()
        with pytest.raises(DatabaseError, match="same_company"), transaction.atomic():
            MemberPoint.objects.create(member_id=member.pk, point_id=foreign.pk)
            rows("SET CONSTRAINTS ALL IMMEDIATE; SELECT 1")


def test_foreign_rows_are_neither_changed_nor_removed(cast: Cast) -> None:
    with cast.bereke.scope(), connection.cursor() as cursor:
        cursor.execute("UPDATE staff_shop SET name = 'x' WHERE company_id = %s", [cast.alma.id])
        changed = cursor.rowcount
        cursor.execute("DELETE FROM staff_pointofsale WHERE company_id = %s", [cast.alma.id])
        assert (changed, cursor.rowcount) == (0, 0)


def test_the_search_function_keeps_to_the_scope(cast: Cast) -> None:
    order = cast.place()
    asked = "SELECT * FROM office_search(%s, '', '', '', NULL, false, 10)"
    with cast.alma.scope():
        assert rows(asked, order.code) == [(order.pk,)]
    with cast.bereke.scope():
        assert rows(asked, order.code) == []
    assert rows(asked, order.code) == []
