"""More sold than there is: seen at once, told whose order gets the pieces, and ended by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import stock
from catalog.models import Offer, Oversell
from orders.models import Order
from orders.oversold.reading import share_out
from staff.clock import database_now
from tests.cast import Cast

KETTLE = "SAY-KTL-17"


@given(st.integers(0, 9), st.lists(st.tuples(st.integers(1, 4), st.booleans()), max_size=8))
def test_pieces_go_to_the_promised_first_and_never_beyond_what_there_is(
    on_hand: int, wanted: list[tuple[int, bool]]
) -> None:
    served = share_out(on_hand, wanted)
    given_out = sum(pieces for (pieces, _), one in zip(wanted, served, strict=True) if one)
    assert given_out <= on_hand
    for number, ((pieces, promised), one) in enumerate(zip(wanted, served, strict=True)):
        if not one:
            before = [n for n, (_, turn) in enumerate(wanted) if turn > promised or (turn is promised and n < number)]
            assert sum(wanted[n][0] for n in before if served[n]) + pieces > on_hand


def lying(cast: Cast, pieces: int) -> None:
    with cast.alma.scope():
        point = cast.alma.point("alma-tech", "PP1")
        stock.count(point_id=point.pk, quantities={KETTLE: pieces}, now=database_now())


def wanting(cast: Cast, count: int) -> list[Order]:
    line = [{"sku": KETTLE, "quantity": 1}]
    return [cast.place(entries=line, approved_minutes_ago=100 - number) for number in range(count)]


@pytest.mark.django_db
def test_it_begins_with_the_order_too_many_and_ends_with_the_pieces(cast: Cast) -> None:
    lying(cast, 1)
    wanting(cast, 2)
    lying(cast, 0)
    with cast.alma.scope():
        row = Oversell.objects.get()
        assert (row.most_short, row.ended_at) == (2, None)
    lying(cast, 2)
    with cast.alma.scope():
        assert Oversell.objects.get().ended_at is not None


@pytest.mark.django_db
def test_the_page_tells_who_gets_the_piece_and_takes_the_good_off_sale_everywhere(cast: Cast) -> None:
    lying(cast, 1)
    first, second = wanting(cast, 2)
    browser = cast.aigerim.browser()
    page = browser.get("/catalog/oversold/").content.decode().partition("Достанется")[2]
    told = [f"/orders/{first.code}/", ">хватит<", f"/orders/{second.code}/", ">не хватит<"]
    assert sorted(told, key=page.index) == told
    browser.post("/catalog/oversold/stop/", {"point": "alma-tech/PP1", "sku": KETTLE})
    with cast.alma.scope():
        offer = Offer.objects.get(sku=KETTLE)
    assert (offer.on_sale, offer.off_reason) == (False, "Продано больше, чем есть")
    assert "снят с продажи во всех магазинах" in browser.get("/catalog/oversold/").content.decode()


@pytest.mark.django_db
def test_who_does_not_see_the_point_is_told_nothing(cast: Cast) -> None:
    lying(cast, 1)
    orders = wanting(cast, 2)
    page = cast.daniyar.browser().get("/catalog/oversold/").content.decode()
    assert "Всего хватает" in page and not any(order.code in page for order in orders)
    assert (
        cast.chingiz.browser().post("/catalog/oversold/stop/", {"point": "alma-tech/PP1", "sku": KETTLE}).status_code
        == 404
    )
