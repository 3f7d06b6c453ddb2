"""(o) The price list of a hundred thousand offers: made by the worker against the bare writer, and handed out."""

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from django.db import connection, connections
from django.test import Client

from catalog.feed import opening
from catalog.feed.making import make_due
from catalog.feed.reading import AT_ONCE
from catalog.models import Feed, FeedVersion, VersionState
from kaspi_office.bench.figures import Figure, Scale, at_most, told
from kaspi_office.bench.memory import resident
from kaspi_office.bench.timing import clocked, interleaved
from kaspi_office.bench.world import Home, home_of
from staff.access import rule
from staff.bulk import insert
from staff.clock import database_now
from staff.models import Shop
from staff.scoping import company_scope

OFFERS = 100_000
_OFFER = ("company_id", "shop_id", "sku", "name", "category", "brand", "price", "on_sale", "source", "changed_at")
_ITEM = ("company_id", "point_id", "sku", "on_hand", "reserved", "place", "counted_at")
# What a file of so many offers cannot be made without: its rows asked, each text escaped, joined and packed.
_ROWS = """
SELECT offer.sku, offer.name, offer.brand, offer.price::bigint, one.on_hand, other.on_hand FROM catalog_offer offer
LEFT JOIN catalog_stockitem one ON one.company_id = offer.company_id AND one.sku = offer.sku AND one.point_id = %s
LEFT JOIN catalog_stockitem other ON other.company_id = offer.company_id AND other.sku = offer.sku AND other.point_id = %s
WHERE offer.company_id = %s AND offer.shop_id = %s ORDER BY offer.sku COLLATE "C"
"""


def measure(scale: Scale) -> list[Figure]:
    home = home_of(1)
    _fill(home, OFFERS)
    address = _open(home)
    before = resident()
    _clear_peak()
    first = clocked(lambda: _make(home))
    heavier = _peak() - before
    _change(home)
    found = interleaved({"made": lambda: _make(home), "bare": lambda: _bare(home)}, rounds=scale.times(9))
    version = _published(home)
    fetched = clocked(lambda: _fetch(address))
    size = version.size / 1e6
    return [
        at_most(
            f"price list of {OFFERS} offers ({size:.0f} MB) to the bare writer", found["made"] / found["bare"], 2, no=9
        ),
        at_most("  making it again, compared with the last", found["made"], 5, no=9, unit="s"),
        told("  the first time", first, "s"),
        at_most("  memory above the resting worker's", heavier, 64, no=9, unit="MB"),
        at_most("  handing it out unpacked", fetched, 2, no=9, unit="s"),
    ]


def _fill(home: Home, offers: int) -> None:
    """Offers counted at both points."""
    skus = [f"SKU-{number:06}" for number in range(offers)]
    with company_scope(home.company_id):
        insert("catalog_offer", _OFFER, _offers(home, skus))
        insert("catalog_stockitem", _ITEM, _items(home, skus))
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) catalog_offer, catalog_stockitem")


def _offers(home: Home, skus: Sequence[str]) -> Iterator[tuple[object, ...]]:
    """With names as long as in life."""
    name, now = "Чайник электрический «Saya Kettle» 1,7 л, нержавеющая сталь & стекло, модель", database_now()
    for number, sku in enumerate(skus):
        price = 9_990 + number % 900
        yield home.company_id, home.shop_id, sku, f"{name} {sku}", "", "Saya", price, True, "demo", now


def _items(home: Home, skus: Sequence[str]) -> Iterator[tuple[object, ...]]:
    now = database_now()
    for point in home.points:
        for number, sku in enumerate(skus):
            yield home.company_id, point, sku, number % 31, 0, "", now


def _open(home: Home) -> str:
    with company_scope(home.company_id):
        shop, now = Shop.objects.get(), database_now()
        feed = opening.open_feed(shop, by=rule("bench", home.company_id), now=now)
        return f"/feed/{opening.secret_of(feed)}.xml"


def _make(home: Home) -> None:
    with company_scope(home.company_id):
        Feed.objects.update(looked_at=None)
    assert make_due() == 1
    assert _published(home).offers, "the file is published"


def _change(home: Home) -> None:
    """A twentieth of the prices, so that there is something to compare."""
    with company_scope(home.company_id), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_offer SET price = price + 10 WHERE company_id = %s AND id %% 20 = 0", [home.company_id]
        )


def _published(home: Home) -> FeedVersion:
    with company_scope(home.company_id):
        found: FeedVersion = FeedVersion.objects.defer("content").get(state=VersionState.PUBLISHED)
        return found


def _fetch(address: str) -> None:
    answer = Client(SERVER_NAME="127.0.0.1").get(address)
    assert sum(map(len, answer)) == int(answer.headers["Content-Length"])


def _bare(home: Home) -> None:
    packed, lines = zlib.compressobj(3, zlib.DEFLATED, 31), []
    with company_scope(home.company_id), connection.chunked_cursor() as cursor:
        cursor.execute(_ROWS, [*home.points, home.company_id, home.shop_id])
        while rows := cursor.fetchmany(AT_ONCE):
            lines.append(packed.compress("".join([_line(*row) for row in rows]).encode()))
    assert b"".join([*lines, packed.flush()])


def _line(sku: str, name: str, brand: str, price: int, one: int, other: int) -> str:
    return (
        f'<offer sku="{sku}"><model>{escape(name)}</model><brand>{escape(brand)}</brand><availabilities>'
        f'<availability available="{"yes" if one else "no"}" storeId="PP1" stockCount="{one}"/>'
        f'<availability available="{"yes" if other else "no"}" storeId="PP2" stockCount="{other}"/>'
        f"</availabilities><price>{price}</price></offer>\n"
    )


def _clear_peak() -> None:
    """Let Linux forget how much this process ever held."""
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> float:
    """The most memory that this process held since, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
