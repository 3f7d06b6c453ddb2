"""What the file says is what may be told of each offer at each point, whoever reads it (kaspi-api.md §6.1)."""

from decimal import Decimal

import pytest

from catalog import stock
from catalog.models import CityPrice, OfferPoint, StockItem
from catalog.stock import Line as Wanted
from staff.clock import database_now
from staff.models import PointOfSale
from tests.cast import Cast
from tests.feed.files import Listing, listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def alma(cast: Cast) -> Listing:
    return listing(cast)


def test_an_offer_is_told_with_its_name_brand_price_and_free_pieces(alma: Listing) -> None:
    alma.add("A-1", pieces=7, brand="Saya", name="Чайник «Saya» <1,7 л> & крышка")
    point = alma.company.point("alma-tech", "PP1")
    with alma.company.scope():
        stock.hold(order_id=1, point_id=point.pk, lines=[Wanted(0, "A-1", 2)], now=database_now())
    alma.make()
    line = alma.lines()["A-1"]
    assert (line.model, line.brand, line.prices) == ("Чайник «Saya» <1,7 л> & крышка", "Saya", {"": "9990"})
    assert line.places == {"PP1": ("yes", "5", ""), "PP2": ("no", "", "")}
