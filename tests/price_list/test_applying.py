"""A price list is looked at, applied in one piece, and taken back where nobody changed anything since."""

from decimal import Decimal

import pytest
from django.db import transaction

from catalog.models import LoadMode, LoadState, Movement, Offer, PriceChange, StockItem
from catalog.offers.changing import put_on, set_price, take_off
from catalog.price_list.applying import apply
from catalog.price_list.writing import Writer
from staff.errors import Refused
from staff.models import PointOfSale
from tests.price_list.desk import Desk

pytestmark = pytest.mark.django_db


def test_a_list_is_looked_at_and_then_applied(desk: Desk) -> None:
    desk.offer("KTL-17", 5000, pieces=3)
    desk.offer("FAN-22", 7000)
    load = desk.kaspi(
        ("KTL-17", "Чайник", "Saya", 5500, 8, "", "", "", "", 0),
        ("FAN-22", "Товар FAN-22", "", 7000, "", "", "", "", "", ""),
        ("NEW-1", "Новинка", "Nomad", 990, 2, "yes", "", "", "", 3),
    )
    assert (load.state, load.changed, load.added, load.same, load.wrong) == (LoadState.READY, 1, 1, 1, 0)
    assert Offer.objects.get(sku="KTL-17").price == 5000
    assert desk.apply(load) == 2
    assert desk.state() == {
        "KTL-17": ("Чайник", Decimal(5500), 0, True, {"PP1": 8}, {}, {}),
        "FAN-22": ("Товар FAN-22", Decimal(7000), 0, True, {}, {}, {}),
        "NEW-1": ("Новинка", Decimal(990), 3, True, {"PP1": 2}, {"PP2": True}, {}),
    }
    change = PriceChange.objects.get(offer_id=Offer.objects.get(sku="KTL-17").pk)
    assert (change.before, change.after, change.how, change.by) == (5000, 5500, "price_list", desk.owner.name)
    moved = Movement.objects.filter(by=desk.owner.name).order_by("sku")
    assert [(one.sku, one.on_hand_change, one.reason) for one in moved] == [
        ("KTL-17", 5, "counted"),
        ("NEW-1", 2, "counted"),
    ]


def test_a_load_is_taken_back_where_nobody_changed_it_since(desk: Desk) -> None:
    for sku in ("KTL-17", "FAN-22"):
        desk.offer(sku, 5000, pieces=3)
    rows = [(sku, f"Товар {sku}", "", 5500, 8) for sku in ("KTL-17", "FAN-22")]
    load = desk.kaspi(*rows, ("NEW-1", "Новинка", "", 990, 2))
    desk.apply(load)
    Offer.objects.filter(sku="FAN-22").update(price=6000)
    StockItem.objects.filter(sku="KTL-17").update(on_hand=7)
    back = desk.undo(load)
    assert (back.state, back.moved) == (LoadState.APPLIED, 2)
    found = {sku: (price, on_sale, pieces) for sku, (_, price, _, on_sale, pieces, _, _) in desk.state().items()}
    assert found == {
        "KTL-17": (5000, True, {"PP1": 7}),
        "FAN-22": (6000, True, {"PP1": 3}),
        "NEW-1": (990, False, {}),
    }


def test_nothing_is_half_applied(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.offer("KTL-17", 5000, pieces=3)
    load = desk.kaspi(("KTL-17", "", "", 5500, 8), ("NEW-1", "Новинка", "", 990, 2))
    before = desk.state()
    run = Writer._run

    def dies(writer: Writer, statement: str, **more: object) -> None:
        run(writer, statement, **more)
        if "catalog_movement" in statement:
            raise MemoryError

    monkeypatch.setattr(Writer, "_run", dies)
    with pytest.raises(MemoryError), transaction.atomic():
        desk.apply(load)
    assert (desk.state(), desk.again(load).state) == (before, LoadState.READY)
    monkeypatch.undo()
    assert desk.apply(load) == 2


def test_what_somebody_changed_since_the_dry_run_is_left_and_told(desk: Desk) -> None:
    offers = {sku: desk.offer(sku, 5000, pieces=3) for sku in ("PRICED", "NAMED", "SOLD", "PLAIN")}
    load = desk.kaspi(*((sku, "", "", 5500, 8) for sku in offers), ("MET", "Новинка", "", 990))
    set_price(offers["PRICED"], Decimal(5100), by=desk.owner.actor, now=desk.now)
    take_off([offers["NAMED"]], reason="Проверяем", until=None, by=desk.owner.actor, now=desk.now)
    StockItem.objects.filter(sku="SOLD").update(on_hand=2)
    desk.offer("MET", None)
    assert (desk.apply(load), desk.again(load).moved) == (2, 3)
    found = {sku: (price, pieces.get("PP1")) for sku, (_, price, _, _, pieces, _, _) in desk.state().items()}
    assert found == {
        "PRICED": (5100, 3),
        "NAMED": (5500, 8),
        "SOLD": (5000, 2),
        "PLAIN": (5500, 8),
        "MET": (None, None),
    }


def test_a_price_beyond_its_bounds_waits_for_who_may_guard_them(desk: Desk) -> None:
    desk.offer("ARU-D22", 30_000, floor=27_500)
    desk.offer("KTL-17", 5000)
    load = desk.kaspi(("ARU-D22", "", "", 26_400), ("KTL-17", "", "", 5500))
    assert (load.changed, load.wrong, load.held) == (1, 1, 1)
    assert desk.problems(load) == [(2, "below_floor", "26400")]
    assert desk.apply(load) == 1
    with pytest.raises(Refused, match="forbidden"):
        apply(load, by=desk.cast.alma.key_actor, now=desk.now, beyond=True)
    assert desk.apply(load, beyond=True) == 1
    assert {sku: row[1] for sku, row in desk.state().items()} == {"ARU-D22": 26_400, "KTL-17": 5500}


def test_a_whole_list_takes_off_what_it_does_not_name_and_brings_it_back(desk: Desk) -> None:
    for number in range(4):
        desk.offer(f"SKU-{number}", 1000)
    rows = [(f"SKU-{number}", "", "", 1000) for number in range(4)]
    load = desk.kaspi(*rows[:2], mode=LoadMode.WHOLE)
    with pytest.raises(Refused, match="much_off"):
        desk.apply(load)
    assert desk.apply(load, off=True) == 2
    put_on([Offer.objects.get(sku="SKU-2")], by=desk.owner.actor, now=desk.now)
    take_off([Offer.objects.get(sku="SKU-2")], reason="Брак", until=None, by=desk.owner.actor, now=desk.now)
    desk.apply(desk.kaspi(*rows, mode=LoadMode.WHOLE))
    assert {sku: row[3] for sku, row in desk.state().items()} == {
        "SKU-0": True,
        "SKU-1": True,
        "SKU-2": False,
        "SKU-3": True,
    }


def test_one_heap_behind_two_points_is_told_once(desk: Desk) -> None:
    PointOfSale.objects.filter(pk=desk.point("PP2")).update(keeps_at_id=desk.point("PP1"))
    desk.offer("KTL-17", 5000, pieces=3)
    desk.offer("KTL-OLD", 5000, stock_sku="KTL-17")
    load = desk.kaspi(("KTL-17", "", "", "", "", 8), ("KTL-OLD", "", "", "", 9), ("NEW-1", "Новинка", "", 990, 1, 2))
    assert desk.problems(load) == [(3, "shared", "9"), (4, "shared", "2")]
    desk.apply(load)
    assert list(StockItem.objects.values_list("point_id", "sku", "on_hand")) == [(desk.point("PP1"), "KTL-17", 8)]


def test_a_row_for_every_point_makes_one_good(desk: Desk) -> None:
    desk.offer("KTL-17", 5000)
    names = {point.code: point.name for point in PointOfSale.objects.filter(shop_id=desk.shop.pk)}
    header = ("Артикул", "Цена", "Точка", "Остаток")
    rows = [
        ("KTL-17", 5500, names["PP1"], 4),
        ("KTL-17", "", "PP2", 6),
        ("KTL-17", 5600, "PP1", 1),
        ("KTL-17", "", "?", 1),
    ]
    load = desk.bring(header, *rows)
    assert desk.problems(load) == [(4, "twice", "5600"), (5, "no_point", "?")]
    desk.apply(load)
    assert desk.state()["KTL-17"][1:5] == (5500, 0, True, {"PP1": 4, "PP2": 6})


def test_the_list_of_another_merchant_is_refused(desk: Desk) -> None:
    xml = "<kaspi_catalog><merchantid>77</merchantid><offers><offer sku='A'/></offers></kaspi_catalog>"
    load = desk.bring(content=xml.encode())
    assert load.state == LoadState.FAILED
    assert "другого магазина" in load.problem


def test_bounds_are_read_for_who_may_guard_them_alone(desk: Desk) -> None:
    desk.offer("KTL-17", 5000)
    load = desk.bring(("SKU", "price", "floor", "Цена Алматы"), ("KTL-17", 5500, 5000, 5900))
    assert desk.lines(load)["KTL-17"].after == {"price": 5500, "floor": 5000, "city": {"750000000": 5900}}
    with pytest.raises(Refused, match="forbidden"):
        apply(load, by=desk.cast.alma.key_actor, now=desk.now)
    desk.apply(load)
    assert Offer.objects.get(sku="KTL-17").floor == 5000
    assert PriceChange.objects.get(city_code="750000000").after == 5900


def test_every_wrong_cell_is_told_by_its_row(desk: Desk) -> None:
    desk.offer("SML-5L", 5000)
    desk.offer("KTL-17", 5000)
    wrong = {
        "bad_price": ("KTL-17", "", "", "12 900 р"),
        "twice": ("SML-5L", "", "", 100),
        "like_sku": ("sml_5l", "Самовар", "", 100),
        "bad_sku": ("Самовар 7", "Самовар", "", 100),
        "unknown_sku": ("QQQ-77", "", "", 100),
        "no_sku": ("", "Самовар", "", 100),
        "not_positive": ("A-1", "Утюг", "", 0),
        "below_zero": ("A-2", "Утюг", "", 100, -1),
        "too_many": ("A-3", "Утюг", "", 100, 10_000_000),
        "bad_stock": ("A-4", "Утюг", "", 100, "2 шт"),
        "long_preorder": ("A-5", "Утюг", "", 100, "", "", "", "", "", 45),
        "bad_preorder": ("A-6", "Утюг", "", 100, "", "", "", "", "", "скоро"),
        "too_long": ("A-7", "У" * 1025, "", 100),
        "too_dear": ("A-8", "Утюг", "", 10**12),
    }
    load = desk.kaspi(("SML-5L", "", "", 5000), *wrong.values())
    assert [(row, code) for row, code, _ in desk.problems(load)] == list(enumerate(wrong, start=3))
    assert (load.wrong, load.changed + load.added) == (len(wrong), 0)
