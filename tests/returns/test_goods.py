"""What came back is laid out on its page: once, never more than the order had, only by who may."""

from typing import Any

import pytest
from django.test import Client

from catalog.models import Movement, StockItem
from orders.lifecycle import Stage
from orders.models import Order, ReturnCase
from orders.returns.states import Deed
from tests.cast import Cast
from tests.returns.telling import case_of, tell, told_of

LINE: dict[str, Any] = {"sku": "SAY-KTL-17", "name": "Чайник Saya Kettle", "quantity": 2, "price": 12_000}


@pytest.fixture
def order(cast: Cast) -> Order:
    """Two kettles that the buyer sends back."""
    return cast.place(Stage.RETURN_ACCEPTED, entries=[LINE])


def shelf(cast: Cast) -> tuple[int, int, int]:
    with cast.alma.scope():
        row = StockItem.objects.get(sku="SAY-KTL-17")
        return row.on_hand, row.quarantine, row.written_off


def lay(client: Client, case: ReturnCase, **pieces: str) -> str:
    form = {name.replace("_0", "-0"): count for name, count in pieces.items()}
    return client.post(f"/returns/{case.public_id}/goods/", form, follow=True).content.decode()


def test_pieces_go_where_the_form_says_and_pressed_twice_once(cast: Cast, order: Order) -> None:
    case, before = case_of(cast, order), shelf(cast)[0]
    for _ in range(2):
        assert "Товар разложен" in lay(cast.bolat.browser(), case, restocked_0="1", quarantined_0="1")
    assert shelf(cast) == (before + 1, 1, 0)
    assert told_of(cast, order) == [{"return": "inspected", "restocked": 1, "quarantined": 1}]
    assert case_of(cast, order).inspected_at is not None


def test_more_than_the_order_had_is_refused_by_the_line(cast: Cast, order: Order) -> None:
    page = lay(cast.bolat.browser(), case_of(cast, order), restocked_0="2", written_off_0="1")
    assert "вернуться могло не больше 2" in page
    with cast.alma.scope():
        assert not Movement.objects.filter(reason="returned").exists()


def test_what_is_no_number_of_pieces_is_said_so(cast: Cast, order: Order) -> None:
    desk, case = cast.bolat.browser(), case_of(cast, order)
    for count in ("-1", "1.5", "много", "9999999"):
        assert "Нужно целое число" in lay(desk, case, restocked_0=count)


def test_what_is_not_here_yet_is_not_laid_out(cast: Cast) -> None:
    case = case_of(cast, cast.place(Stage.RETURN_REQUESTED, entries=[LINE]))
    assert "Товар ещё не у вас" in lay(cast.bolat.browser(), case, restocked_0="1")


def test_what_came_and_nobody_looked_at_is_listed_until_it_is_laid_out(cast: Cast) -> None:
    desk = cast.bolat.browser()
    order = cast.place(Stage.KD_RETURNING, entries=[LINE])
    case = tell(cast, case_of(cast, order), Deed.RECEIVE)
    assert "Не осмотрено" in desk.get("/returns/").content.decode()
    assert LINE["name"] in desk.get("/returns/?tab=inspect").content.decode()
    lay(desk, case, written_off_0="2")
    assert "Не осмотрено" not in desk.get("/returns/").content.decode()


def test_the_catalogue_tells_what_is_not_for_sale(cast: Cast, order: Order) -> None:
    from catalog.models import Offer

    with cast.alma.scope():
        Offer.objects.get_or_create(shop_id=order.shop_id, sku=LINE["sku"], defaults={"name": LINE["name"]})
    lay(cast.bolat.browser(), case_of(cast, order), quarantined_0="1", written_off_0="1")
    page = cast.bolat.browser().get("/catalog/").content.decode()
    assert "в карантине 1, списано 1" in page
