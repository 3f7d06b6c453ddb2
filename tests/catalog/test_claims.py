"""The last pieces: of many claims at once as many win as there are pieces (B4), whoever dies meanwhile."""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections

from catalog import stock
from catalog.models import Offer, StockItem
from catalog.shared import Place
from catalog.stock import Claim, Line, Shortage
from tests.cast import Cast, Company

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SKU = "SAY-KTL-17"
PIECES, ORDERS = 37, 200


def wanted(company: Company, pieces: int, orders: int, *, sku: str = SKU, each: int = 1) -> int:
    """So many orders hold the kettles of PP1, where so many lie."""
    point = company.point("alma-tech", "PP1").pk
    with company.scope():
        stock.count(point_id=point, quantities={sku: pieces}, now=NOW)
        stock.hold_many([Claim(n, point, [Line(0, sku, each)]) for n in range(1, orders + 1)], now=NOW)
    return point


def item(company: Company) -> tuple[int, int, int]:
    with company.scope():
        row = StockItem.objects.get(sku=SKU)
        return row.on_hand, row.reserved, row.promised


@pytest.mark.django_db
def test_all_lines_of_an_order_are_promised_or_none(cast: Cast) -> None:
    point = wanted(cast.alma, 2, 0)
    with cast.alma.scope():
        stock.count(point_id=point, quantities={"NMD-R2-WH": 1}, now=NOW)
        for order, robots in ((1, 2), (2, 1)):
            stock.hold(order_id=order, point_id=point, lines=[Line(0, SKU, 1), Line(1, "NMD-R2-WH", robots)], now=NOW)
        assert [stock.claim(order, now=NOW) for order in (1, 2, 2)] == [False, True, True]
    assert item(cast.alma) == (2, 2, 1)


@pytest.mark.django_db
def test_goods_that_nobody_counted_and_orders_that_hold_nothing_are_not_promised(cast: Cast) -> None:
    point = cast.alma.point("alma-tech", "PP1").pk
    with cast.alma.scope():
        stock.hold(order_id=1, point_id=point, lines=[Line(0, SKU, 1)], now=NOW)
        assert stock.claim_many([1, 2], now=NOW) == {1: Shortage(SKU, 1, None), 2: Shortage("", 0, None)}
        assert stock.claim_many([1, 2], now=NOW, uncounted=True) == {1: None, 2: None}


@pytest.mark.django_db
def test_what_is_accepted_in_the_cabinet_leaves_nothing_to_claim(cast: Cast) -> None:
    wanted(cast.alma, 1, 2)
    with cast.alma.scope():
        stock.promise([1], now=NOW)
        assert stock.claim_many([2], now=NOW) == {2: Shortage(SKU, 1, 0)}
        stock.unclaim([1], now=NOW)
        assert stock.claim(2, now=NOW)


@pytest.mark.django_db
def test_two_shops_of_one_warehouse_share_the_last_piece(cast: Cast) -> None:
    tech, dom = cast.alma.point("alma-tech", "PP1"), cast.alma.point("alma-dom", "PP1")
    with cast.alma.scope():
        dom.keeps_at_id = tech.pk
        dom.save()
        Offer.objects.create(shop_id=dom.shop_id, sku="CHAINIK", name="Чайник", stock_sku=SKU)
        stock.count(point_id=tech.pk, quantities={SKU: 1}, now=NOW)
        stock.hold(order_id=1, point_id=tech.pk, lines=[Line(0, SKU, 1)], now=NOW)
        stock.hold(order_id=2, point_id=dom.pk, lines=[Line(0, "CHAINIK", 1)], now=NOW)
        assert stock.available(dom.pk, ["CHAINIK"]) == {"CHAINIK": -1}
        assert [stock.claim(2, now=NOW), stock.claim(1, now=NOW)] == [True, False]
    assert item(cast.alma) == (1, 2, 1)


def claim_at_once(company: Company, orders: Sequence[int]) -> list[bool]:
    def one(order: int) -> bool:
        try:
            with company.scope():
                return stock.claim(order, now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=8) as threads:
        return list(threads.map(one, orders))


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_last_piece_is_sold_twice(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted(cast.alma, 1, 2)
    both_have_read = threading.Barrier(2, timeout=10)

    def unlocked(places: set[Place]) -> dict[Place, StockItem]:
        found = {(row.point_id, row.sku): row for row in StockItem.objects.all()}
        both_have_read.wait()
        return found

    monkeypatch.setattr(stock, "locked", unlocked)
    assert claim_at_once(cast.alma, [1, 2]) == [True, True]


@pytest.mark.django_db(transaction=True)
def test_with_the_lock_it_is_sold_once(cast: Cast) -> None:
    wanted(cast.alma, 1, 8)
    assert sum(claim_at_once(cast.alma, range(1, 9))) == 1
    assert item(cast.alma) == (1, 8, 1)


def claimer(company: Company, orders: Sequence[int], *, stop_in: int = 0) -> "subprocess.Popen[str]":
    database = {key: connections["default"].settings_dict[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.catalog.claimer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    command: dict[str, Any] = {"database": database, "company": company.id, "orders": list(orders), "stop_in": stop_in}
    assert process.stdin is not None
    process.stdin.write(json.dumps(command) + "\n")
    process.stdin.flush()
    return process


def answers(process: "subprocess.Popen[str]") -> dict[int, bool]:
    assert process.stdout is not None
    with process:
        return dict(json.loads(line) for line in process.stdout if line.startswith("["))


@pytest.mark.django_db(transaction=True)
def test_two_hundred_claims_on_37_pieces_give_37_though_a_claimer_is_killed(cast: Cast) -> None:
    wanted(cast.alma, PIECES, ORDERS)
    orders = range(1, ORDERS + 1)
    slices = [orders[n::3] for n in range(3)]
    victim, *others = [claimer(cast.alma, mine, stop_in=mine[8] if n == 0 else 0) for n, mine in enumerate(slices)]
    assert victim.stdout is not None
    heard = list(iter(victim.stdout.readline, "holding\n"))
    victim.kill()
    told = [answers(one) for one in others]
    # What the victim had claimed before is kept, what it was at is nobody's; somebody else goes through its list again.
    again = answers(claimer(cast.alma, slices[0]))
    assert len(heard) == 8 and all(again[order] for order, won in map(json.loads, heard) if won)
    assert sum(again.values()) + sum(sum(one.values()) for one in told) == PIECES
    assert item(cast.alma) == (PIECES, ORDERS, PIECES)
