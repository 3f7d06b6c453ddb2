"""One warehouse behind several shops: what orders hold and what lies there move to where it is said to lie."""

from datetime import UTC, datetime

import pytest

from catalog import binding, stock
from catalog.models import Movement, Offer, StockItem
from catalog.stock import Line
from staff.errors import Refused
from staff.models import PointOfSale
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SKU = "SAY-KTL-17"


def points(cast: Cast) -> tuple[PointOfSale, PointOfSale]:
    return cast.alma.point("alma-tech", "PP1"), cast.alma.point("alma-dom", "PP1")


def books(point: PointOfSale, sku: str = SKU) -> tuple[int, int, int, bool]:
    row = StockItem.objects.get(point=point, sku=sku)
    return row.on_hand, row.reserved, row.promised, row.counted_at is not None


def adds_up() -> bool:
    """The sum of every item's movements is what stands in its row."""
    sums: dict[tuple[int, str], list[int]] = {}
    for row in Movement.objects.all():
        found = sums.setdefault((row.point_id, row.sku), [0, 0])
        found[0] += row.on_hand_change
        found[1] += row.reserved_change
    return all(
        sums.get((one.point_id, one.sku), [0, 0]) == [one.on_hand, one.reserved] for one in StockItem.objects.all()
    )


def sell(cast: Cast, *, as_sku: str = SKU) -> tuple[PointOfSale, PointOfSale]:
    tech, dom = points(cast)
    Offer.objects.create(shop_id=dom.shop_id, sku=as_sku, name="Чайник")
    Offer.objects.create(shop_id=tech.shop_id, sku=SKU, name="Чайник")
    stock.count(point_id=tech.pk, quantities={SKU: 5}, now=NOW)
    stock.count(point_id=dom.pk, quantities={as_sku: 5}, now=NOW)
    stock.hold(order_id=1, point_id=dom.pk, lines=[Line(0, as_sku, 2)], now=NOW, promised=True)
    return tech, dom


def test_a_point_that_keeps_its_goods_elsewhere_takes_its_orders_there(cast: Cast) -> None:
    with cast.alma.scope():
        tech, dom = sell(cast)
        binding.keep_at(dom, tech, by=cast.aigerim.actor, now=NOW)
        assert (books(tech), books(dom)) == ((5, 2, 2, True), (0, 0, 0, False))
        assert adds_up()
        binding.keep_at(dom, None, by=cast.aigerim.actor, now=NOW)
        assert (books(tech), books(dom)[1:3]) == ((5, 0, 0, True), (2, 2))


def test_an_offer_bound_to_another_item_holds_its_pieces(cast: Cast) -> None:
    with cast.alma.scope():
        tech, dom = sell(cast, as_sku="CHAINIK")
        binding.keep_at(dom, tech, by=cast.aigerim.actor, now=NOW)
        assert books(tech, "CHAINIK") == (5, 2, 2, True), "another item as yet: its count came along"
        binding.bind(Offer.objects.get(sku="CHAINIK"), SKU, by=cast.aigerim.actor, now=NOW)
        assert (books(tech), books(tech, "CHAINIK")) == ((5, 2, 2, True), (0, 0, 0, False))
        assert adds_up()


def test_warehouses_make_no_chain(cast: Cast) -> None:
    with cast.alma.scope():
        (tech, dom), other = points(cast), cast.alma.point("alma-tech", "PP2")
        binding.keep_at(dom, tech, by=cast.aigerim.actor, now=NOW)
        for point, home in ((tech, other), (other, PointOfSale.objects.get(pk=dom.pk))):
            with pytest.raises(Refused, match="chain"):
                binding.keep_at(point, home, by=cast.aigerim.actor, now=NOW)


def test_who_does_not_see_both_shops_whole_may_not(cast: Cast) -> None:
    with cast.alma.scope():
        tech, dom = points(cast)
        with pytest.raises(Refused):
            binding.keep_at(dom, tech, by=cast.bolat.actor, now=NOW)
    assert (
        cast.chingiz.browser()
        .post("/catalog/warehouses/", {"point": "alma-dom/PP1", "home": "alma-tech/PP1"})
        .status_code
        == 404
    )
