"""A price list is looked at, applied in one piece, and taken back where nobody changed anything since."""

from decimal import Decimal

import pytest

from catalog.models import LoadState, Movement, Offer, PriceChange, StockItem
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
