"""Offers and stock for programs: what is told, what is changed, and that one bad row harms no other."""

import json
from typing import Any

import pytest
from django.test import Client

from catalog import stock
from catalog.models import Offer, PriceChange
from staff.clock import database_now
from staff.models import AuditEntry
from tests.api.asking import ROOT, Answer, everything, get, post, program_with
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LINE = {"sku": "KTL-17", "name": "Чайник", "quantity": 1, "price": 5000}


@pytest.fixture
def goods(cast: Cast) -> Cast:
    tech, home = cast.alma.point("alma-tech", "PP1"), cast.alma.point("alma-dom", "PP1")
    with cast.alma.scope():
        Offer.objects.create(
            shop=tech.shop, sku="KTL-17", name="Чайник", price=10000, floor=9000, changed_at=database_now()
        )
        Offer.objects.create(shop=tech.shop, sku="TWICE", name="Дважды", price=100)
        Offer.objects.create(shop=home.shop, sku="TWICE", name="Дважды", price=200)
        stock.count(point_id=tech.pk, quantities={"KTL-17": 8}, now=database_now())
    return cast


def patch(program: Client, path: str, body: Any, **headers: str) -> Answer:
    answer = program.patch(f"{ROOT}{path}", json.dumps(body), content_type="application/json", headers=headers)
    return Answer(answer.status_code, json.loads(answer.content), answer.headers)


def test_an_offer_is_told_with_its_points_and_what_kaspi_hears(goods: Cast) -> None:
    told = get(goods.alma.program(), "offers/KTL-17").body
    assert (told["price"], told["floor"], told["shop"], told["state"]) == (10000, 9000, "alma-tech", "on")
    first, second = sorted(told["points"], key=lambda point: point["point"])
    assert (first["on_hand"], first["published"], first["published_pieces"]) == (8, True, 8)
    assert (second["on_hand"], second["published"]) == (None, False)


def test_a_list_of_offers_is_paged_and_searched(goods: Cast) -> None:
    program = goods.alma.program()
    assert len(everything(program, "offers", limit=1)) == 3
    assert [one["sku"] for one in get(program, "offers", q="чай").body["results"]] == ["KTL-17"]
    assert [one["sku"] for one in get(program, "offers", updated_since="2026-01-01").body["results"]] == ["KTL-17"]
    assert get(program, "offers", updated_since="yesterday").fault == (400, "bad_value", "updated_since")
    assert get(program, "offers", shop="bereke-tools").status == 404


def test_a_sku_of_two_shops_wants_the_shop_named(goods: Cast) -> None:
    program = goods.alma.program()
    assert get(program, "offers/TWICE").fault == (400, "required", "shop")
    assert get(program, "offers/TWICE", shop="alma-dom").body["price"] == 200
    assert get(program, "offers/NONE").fault == get(goods.bereke.program(), "offers/KTL-17").fault


def test_fields_are_changed_together_or_not_at_all(goods: Cast) -> None:
    program = goods.alma.program()
    body = {"price": 10500, "city_prices": {"710000000": 10900}, "points": {"PP2": True}, "brand": "Saya", "buffer": 2}
    told = patch(program, "offers/KTL-17", body).body
    assert (told["price"], told["city_prices"], told["brand"], told["buffer"]) == (
        10500,
        {"710000000": 10900},
        "Saya",
        2,
    )
    with goods.alma.scope():
        assert set(PriceChange.objects.values_list("by", "how")) == {("API: all", "api")}
    wrong = {"brand": "Aru", "city_prices": {"710000000": 11000, "nowhere": 1}}
    assert patch(program, "offers/KTL-17", wrong).fault == (400, "unknown_city", "city_prices")
    after = get(program, "offers/KTL-17").body
    assert (after["brand"], after["city_prices"]) == ("Saya", {"710000000": 10900})


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"price": 8000}, (409, "price_guard", "price")),
        ({"price": 0}, (400, "bad_value", "price")),
        ({"price": 10.5}, (400, "bad_value", "price")),
        ({"version": 7, "price": 9500}, (409, "stale_version", None)),
        ({"on_sale": False}, (400, "required", "reason")),
        ({"on_sale": False, "off_reason": "Брак", "off_until": "2020-01-01"}, (400, "bad_day", "off_until")),
        ({"points": {"PP9": True}}, (400, "unknown_point", "points")),
        ({"preorder_days": 31}, (400, "bad_value", "preorder_days")),
        ({"floor": 1}, (400, "unknown_field", "floor")),
        ({"company_id": 1}, (400, "unknown_field", "company_id")),
    ],
)
def test_what_cannot_be_is_told_by_its_field(goods: Cast, body: dict[str, Any], fault: tuple[Any, ...]) -> None:
    answer = patch(goods.alma.program(), "offers/KTL-17", body)
    assert (answer.status, answer.fault[2]) == (fault[0], fault[2])
    assert answer.fault[1] == fault[1] or fault[1] == "bad_value"
    with goods.alma.scope():
        assert Offer.objects.get(sku="KTL-17").version == 1


def test_of_many_rows_each_stands_for_itself(goods: Cast) -> None:
    rows = [
        {"sku": "KTL-17", "price": 8000},
        {"sku": "NONE", "price": 1},
        {"sku": "TWICE", "shop": "alma-dom", "price": 250},
    ]
    results = post(goods.alma.program(), "offers/bulk", {"offers": rows}).body["results"]
    assert [one["done"] for one in results] == [False, False, True]
    assert [one["error"] and one["error"]["code"] for one in results] == ["price_guard", "not_found", None]
    with goods.alma.scope():
        assert Offer.objects.get(sku="TWICE", shop__slug="alma-dom").price == 250
    assert post(goods.alma.program(), "offers/bulk", {"offers": []}).status == 400
    assert post(goods.alma.program(), "offers/bulk", {"offers": rows[:1] * 1001}).status == 400


def test_a_repeated_write_has_one_effect(goods: Cast) -> None:
    program = goods.alma.program()
    first = patch(program, "offers/KTL-17", {"price": 9900}, **{"Idempotency-Key": "one"})
    patch(program, "offers/KTL-17", {"price": 9950})
    again = patch(program, "offers/KTL-17", {"price": 9900}, **{"Idempotency-Key": "one"})
    assert (again.body, again.headers["Idempotent-Replayed"]) == (first.body, "true")
    assert get(program, "offers/KTL-17").body["price"] == 9950


def test_stock_is_told_and_counted_by_point(goods: Cast) -> None:
    program = goods.alma.program()
    goods.place(entries=[LINE])
    rows = [
        {"sku": "KTL-17", "shop": "alma-tech", "point": "PP1", "on_hand": 5},
        {"sku": "KTL-17", "shop": "alma-tech", "point": "PP9", "on_hand": 5},
        {"sku": "KTL-17", "point": "PP1", "on_hand": 5},
    ]
    results = post(program, "stock/bulk", {"stock": rows}).body["results"]
    assert [one["error"] and one["error"]["code"] for one in results] == [None, "not_found", "required"]
    (told,) = get(program, "stock", shop="alma-tech", point="PP1", sku="KTL-17").body["results"]
    assert (told["on_hand"], told["reserved"], told["available"]) == (5, 1, 4)
    with goods.alma.scope():
        entry = AuditEntry.objects.get(action="stock.counted")
    assert (entry.actor_label, entry.before, entry.after) == ("API: all", {"stock": 8}, {"stock": 5})


def test_a_key_that_may_read_goods_may_not_write_them(goods: Cast) -> None:
    program = program_with(goods.alma, "catalog:read")
    assert get(program, "offers/KTL-17").status == 200
    assert patch(program, "offers/KTL-17", {"price": 9900}).status == 403
    assert post(program, "stock/bulk", {"stock": [{"sku": "KTL-17", "point": "PP1", "on_hand": 1}]}).status == 403
    assert get(program_with(goods.alma, "orders:read"), "stock").status == 403
