"""What the database's own catalogue says of the walls; and that a fault planted there is seen."""

import pytest
from django.db import connections, transaction

from staff.scoping import CompanyModel
from tests.walls import inspection

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def test_the_walls_are_sound() -> None:
    assert inspection.problems(connections["default"]) == []


def test_every_tenant_model_has_a_walled_table() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_policies")
        walled = {name for (name,) in cursor.fetchall()}
    assert {model._meta.db_table for model in tenant_models()} | {"staff_company"} == walled


def tenant_models() -> list[type[CompanyModel]]:
    found = [model for model in CompanyModel.__subclasses__() if not model._meta.abstract]
    return [model for model in found if not model.__module__.startswith("tests.")]


FAULTS = {
    "ALTER TABLE orders_order DISABLE ROW LEVEL SECURITY": "orders_order: row security",
    "ALTER TABLE orders_order NO FORCE ROW LEVEL SECURITY": "orders_order: row security",
    "DROP POLICY company_wall ON staff_shop": "staff_shop: the policy is None",
    "ALTER POLICY company_wall ON staff_shop USING (true)": "staff_shop: the policy is",
    "ALTER POLICY company_wall ON staff_shop WITH CHECK (true)": "staff_shop: the policy is",
    "CREATE POLICY convenience ON catalog_offer USING (true)": "catalog_offer: the policy convenience",
    "CREATE TABLE forgotten (id bigint, company_id bigint)": "forgotten: row security",
    "CREATE TABLE unseen (id bigint)": "unseen holds no company_id",
    "ALTER TABLE orders_order DROP CONSTRAINT orders_order_shop_id_same_company": "orders_order.shop_id can point",
    "ALTER TABLE catalog_offer ADD FOREIGN KEY (shop_id) REFERENCES staff_shop (id)": "catalog_offer.shop_id points",
    "CREATE UNIQUE INDEX ON orders_order (code)": "orders_order: unique",
    "CREATE VIEW every_order AS SELECT * FROM orders_order": "the view every_order",
    "CREATE MATERIALIZED VIEW kept AS SELECT * FROM orders_order": "the view kept",
    "CREATE FUNCTION peep() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT 1::bigint'": "peep() is not reviewed",
    "GRANT EXECUTE ON FUNCTION office_company(text) TO PUBLIC": "office_company(text): open to PUBLIC",
    "GRANT UPDATE ON staff_auditentry TO kaspi_app": "kaspi_app may UPDATE staff_auditentry",
    "GRANT CREATE ON SCHEMA public TO kaspi_app": "kaspi_app may create in public",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen(fault: str) -> None:
    owner = connections["owner"]
    with transaction.atomic(using="owner"):
        with owner.cursor() as cursor:
            cursor.execute(fault)
        found = inspection.problems(owner)
        transaction.set_rollback(True, using="owner")
    assert [sentence for sentence in found if sentence.startswith(FAULTS[fault])]
