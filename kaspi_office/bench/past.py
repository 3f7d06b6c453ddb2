"""The world that numbers over time are measured in: thousands of shops, of each order only what the numbers need.

Orders are written by the server itself, in the order of their arrival as in life, so the rows of a shop lie scattered.
All indexes stand at the end, and what the planner knows is fresh.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connections

from kaspi_office.bench.figures import Scale
from kaspi_office.bench.world import home_of, indexes_aside

# Of these shops the pages are asked, or one event is counted again; each is one of the companies with a person.
PAGE, ONE_YEAR, THREE_YEARS = 1, 20, 100
# All orders of the many lie in the longest window: the night has to count every one of them.
SPAN = 90
A_DAY = 90

# What a value is where the numbers do not need it.
BLANKS: Mapping[str, str] = {
    "character varying": "''",
    "text": "''",
    "boolean": "FALSE",
    "jsonb": "'{}'::jsonb",
    "bytea": "''::bytea",
    "timestamp with time zone": "now()",
    "uuid": "gen_random_uuid()",
}
# Of a hundred orders 91 are received, 6 cancelled, 3 sent back; every tenth has a mark.
_ENDED = {
    "stage": "CASE WHEN fate < 91 THEN 'completed' WHEN fate < 97 THEN 'cancelled' ELSE 'returned' END",
    "shelf": "'archive'",
    "fault": "CASE WHEN fate BETWEEN 91 AND 93 THEN 'seller' WHEN fate BETWEEN 94 AND 96 THEN 'buyer' ELSE '' END",
    "approved_at": "at",
    "created_at": "at",
    "courier_planned_at": "CASE WHEN fate < 91 THEN at + interval '1 day' END",
    "handed_at": "CASE WHEN fate < 91 THEN at + CASE WHEN fate < 5 THEN interval '25 hours' ELSE interval '20 hours' END END",
    "completed_at": "CASE WHEN fate < 91 OR fate > 96 THEN least(at + interval '3 days', now()) END",
    "cancelled_at": "CASE WHEN fate BETWEEN 91 AND 96 THEN at + interval '1 hour' END",
    "returned_at": "CASE WHEN fate > 96 THEN least(at + interval '5 days', now()) END",
    "return_for_quality": "fate = 99",
    "mark": "CASE WHEN fate %% 10 = 0 THEN 1 + fate / 10 %% 5 END",
    "mark_on": "CASE WHEN fate %% 10 = 0 THEN orders_almaty_day(at) END",
    "items_count": "1",
    "version": "1",
    "public_id": "gen_random_uuid()",
    "kaspi_id": "'p' || number",
    "code": "number::text",
    "company_id": "company_id",
    "shop_id": "shop_id",
    "point_id": "points[1 + (fate %% 4 = 0)::int]",
}
# Shops with how many orders they have, over how many days.
_ARRIVED = """
SELECT s.company_id, s.shop_id, s.points, 700000000 + row_number() OVER (ORDER BY at) AS number,
  abs(hashint8(s.shop_id * 1000003 + n)) %% 100 AS fate, at
FROM unnest(%(companies)s::bigint[], %(shops)s::bigint[], %(orders)s::bigint[], %(days)s::int[])
  AS load (company_id, shop_id, orders, days)
JOIN (
  SELECT company_id, shop_id, array_agg(id ORDER BY code) AS points FROM staff_pointofsale GROUP BY 1, 2) s
  USING (company_id, shop_id)
CROSS JOIN LATERAL generate_series(1, load.orders) n
CROSS JOIN LATERAL (
  SELECT now() - interval '30 minutes' - load.days * interval '1 day' * ((n - random()) / load.orders) AS at) moment
ORDER BY at
"""


class Shop(NamedTuple):
    """A shop to load: how many orders, spread over how many days until now."""

    company_id: int
    shop_id: int
    orders: int
    days: int = SPAN


def build(scale: Scale) -> list[Shop]:
    """Make the shops and their orders in the present database; answers them, those of PAGE, ONE_YEAR, THREE_YEARS first."""
    people = [home_of(rank) for rank in range(1, scale.shops + 1)]
    watched = [home for home in people if home.rank in (PAGE, ONE_YEAR, THREE_YEARS)]
    many = scale.shops if scale.quick else 10 * scale.shops
    _open_shops(many - scale.shops)
    volumes = {PAGE: Volume(3_000 // (10 if scale.quick else 1), SPAN), ONE_YEAR: Volume(A_DAY, 365)}
    volumes[THREE_YEARS] = Volume(A_DAY, 3 * 365)
    shops = [Shop(home.company_id, home.shop_id, *volumes[home.rank].whole) for home in watched]
    known = {shop.shop_id for shop in shops}
    others = [place for place in _places() if place[1] not in known]
    left = 5 * scale.orders - sum(shop.orders for shop in shops)
    shares = [1 / rank for rank in range(1, len(others) + 1)]
    shops += (
        Shop(*place, max(round(left * share / sum(shares)), 1)) for place, share in zip(others, shares, strict=True)
    )
    _load(shops)
    return shops


class Volume(NamedTuple):
    a_day: int
    days: int

    @property
    def whole(self) -> tuple[int, int]:
        return self.a_day * self.days, self.days


def _places() -> list[tuple[int, int]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT company_id, id FROM staff_shop ORDER BY id")
        return list(cursor.fetchall())


def _open_shops(count: int) -> None:
    """Companies of one shop with two points, that nobody signs in to."""
    with connections["owner"].cursor() as cursor:
        number = f"generate_series(1, {count}) n"
        _insert(cursor, "staff_company", {"slug": "'past-' || n", "name": "'ТОО П' || n"}, number)
        named = {"company_id": "c.id", "slug": "c.slug", "name": "c.name", "merchant_uid": "(50000000 + c.id)::text"}
        _insert(cursor, "staff_shop", named, "staff_company c WHERE c.slug LIKE 'past-%%'")
        points = {"company_id": "s.company_id", "shop_id": "s.id", "code": "p.code", "name": "p.code"}
        shops = "staff_shop s CROSS JOIN (VALUES ('PP1'), ('PP2')) p (code) WHERE s.slug LIKE 'past-%%'"
        _insert(cursor, "staff_pointofsale", points, shops)


def _load(shops: Sequence[Shop]) -> None:
    """Without the triggers that count and tell, and without keys to other tables: nothing here is looked up by them."""
    asked: dict[str, Any] = {
        "companies": [shop.company_id for shop in shops],
        "shops": [shop.shop_id for shop in shops],
        "orders": [shop.orders for shop in shops],
        "days": [shop.days for shop in shops],
    }
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = 'orders_order'::regclass AND contype = 'f'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE orders_order DROP CONSTRAINT "{name}"')
        cursor.execute("ALTER TABLE orders_order DISABLE TRIGGER USER")
        with indexes_aside("orders_order"):
            _insert(cursor, "orders_order", _ENDED, f"({_ARRIVED}) arrived", asked)
        cursor.execute("ALTER TABLE orders_order ENABLE TRIGGER USER")
        cursor.execute("VACUUM (ANALYZE) orders_order")


def _insert(
    cursor: Any, table: str, given: Mapping[str, str], source: str, asked: Mapping[str, Any] | None = None
) -> None:
    """INSERT … SELECT of these columns, and of those that may not be empty."""
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO'"
        " AND column_default IS NULL AND is_identity = 'NO'",
        [table],
    )
    blanks = {name: BLANKS.get(kind, "0") for name, kind in cursor.fetchall() if name not in given}
    columns = {**blanks, **given}
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM {source}",  # noqa: S608
        asked or {},
    )
