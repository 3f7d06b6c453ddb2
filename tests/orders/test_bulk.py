"""A press on many orders: each by itself, and stock given row by row to those that burn first."""

from dataclasses import replace

from django.test import Client

from catalog import stock
from integrations.models import KaspiAction
from orders import bulk
from orders.lifecycle import Stage
from orders.models import Order, OrderEvent
from staff.clock import database_now
from staff.scoping import company_scope
from tests.cast import Cast
from tests.kaspi_server import KaspiServer
from tests.orders.working import at_once
from tests.shop import TestShop

HTMX = {"HX-Request": "true"}
KETTLE = "SAY-KTL-17"


def send(browser: Client, verb: str, *orders: Order, htmx: bool = True, **fields: str) -> str:
    picks = {"pick": [order.code for order in orders], "shelf": "new"} | fields
    answer = browser.post(f"/orders/{verb}/", picks, headers=HTMX if htmx else {})
    return answer.content.decode().replace("\u00a0", " ")


def kettles(cast: Cast, count: int, *, pieces: int = 1) -> list[Order]:
    """Orders for the same kettle, the most urgent first."""
    lines = [{"sku": KETTLE, "quantity": pieces}]
    return [cast.place(entries=lines, approved_minutes_ago=100 - number) for number in range(count)]


def lying(cast: Cast, pieces: int) -> None:
    with cast.alma.scope():
        point = cast.alma.point("alma-tech", "PP1")
        stock.count(point_id=point.pk, quantities={KETTLE: pieces}, now=database_now())


def accepted(cast: Cast, orders: list[Order]) -> list[bool]:
    with cast.alma.scope():
        taken = set(KaspiAction.objects.filter(withdrawn_at=None).values_list("subject_id", flat=True))
    return [order.pk in taken for order in orders]


def test_the_third_of_three_orders_for_the_last_two_pieces_is_left_with_its_reason(cast: Cast) -> None:
    orders = kettles(cast, 3)
    lying(cast, 2)
    answer = send(cast.bolat.browser(), "accept", *reversed(orders))
    assert accepted(cast, orders) == [True, True, False]
    assert answer.count("Не приняли: нет на точке") == 2, "in the panel and on its row"
    assert f'hx-post="/orders/{orders[2].code}/accept/"' in answer
    assert "Принимаем 2 заказа, оставили 1 из 3" in answer


def test_pieces_of_orders_that_were_accepted_before_are_not_there_any_more(cast: Cast) -> None:
    before, first, second = kettles(cast, 3)
    lying(cast, 2)
    browser = cast.bolat.browser()
    browser.post(f"/orders/{before.code}/accept/", headers=HTMX)
    send(browser, "accept", before, first, second)
    assert accepted(cast, [before, first, second]) == [True, True, False]


def test_an_order_that_wants_more_than_is_left_lets_a_smaller_one_pass(cast: Cast) -> None:
    (large,), (small,) = kettles(cast, 1, pieces=3), kettles(cast, 1)
    lying(cast, 2)
    answer = send(cast.bolat.browser(), "accept", large, small)
    assert accepted(cast, [large, small]) == [False, True]
    assert "на точке 2, нужно 3" in answer


def test_what_was_left_is_accepted_by_itself_all_the_same(cast: Cast) -> None:
    (order,) = kettles(cast, 1)
    lying(cast, 1)
    lying(cast, 0)
    browser = cast.bolat.browser()
    send(browser, "accept", order)
    assert accepted(cast, [order]) == [False]
    browser.post(f"/orders/{order.code}/accept/", {"version": "new"}, headers=HTMX)
    assert accepted(cast, [order]) == [True]


def test_goods_that_nobody_ever_counted_stop_no_order(cast: Cast) -> None:
    orders = kettles(cast, 2)
    send(cast.bolat.browser(), "accept", *orders)
    assert accepted(cast, orders) == [True, True]


def test_one_that_cannot_be_accepted_says_why_and_stops_no_other(cast: Cast) -> None:
    first, moved, second = cast.place(), cast.place(Stage.PICKUP), cast.place()
    answer = send(cast.bolat.browser(), "accept", first, moved, second)
    assert "Нельзя принять заказ: сейчас он «Ждёт покупателя»" in answer or "Нельзя принять заказ" in answer
    assert accepted(cast, [first, second]) == [True, True]
    assert f'id="order-{first.code}" role="row" tabindex="-1" hx-swap-oob="true"' in answer


def test_picked_orders_are_packed_into_the_number_of_places_that_was_said(cast: Cast) -> None:
    packing, fresh = cast.place(Stage.KD_PACKING), cast.place()
    browser = cast.bolat.browser()
    answer = send(browser, "assemble", packing, fresh, shelf="kaspi-delivery", places="3")
    assert "Собираем 1 заказ, оставили 1 из 2" in answer
    with cast.alma.scope():
        told = OrderEvent.objects.get(order=packing, kind="requested", details__action="assemble")
    assert told.details["places"] == 3


def test_a_whole_list_is_taken_back_by_one_press(cast: Cast) -> None:
    orders, browser = [cast.place(), cast.place()], cast.bolat.browser()
    assert "Отменить всё" in send(browser, "accept", *orders)
    with cast.alma.scope():
        ids = [str(one) for one in KaspiAction.objects.values_list("public_id", flat=True)]
    answer = browser.post("/orders/actions/undo/", {"action": [*ids, "чужое"], "shelf": "new"}, headers=HTMX)
    assert "Отозвали 2" in answer.content.decode()
    assert accepted(cast, orders) == [False, False]


def test_without_script_a_page_says_what_became_of_each(cast: Cast) -> None:
    orders = kettles(cast, 2)
    lying(cast, 1)
    page = send(cast.bolat.browser(), "accept", *orders, htmx=False)
    assert "<!doctype html>" in page
    assert orders[1].code[-3:] in page and "Не приняли: нет на точке" in page


def test_two_people_with_the_same_list_share_the_last_pieces(kaspi_server: KaspiServer, shop: TestShop) -> None:
    """The decisions of one shop take turns."""
    codes = [kaspi_server.order(shop.merchant_uid, entries=[{"sku": KETTLE, "quantity": 1}]) for _ in range(4)]
    shop.poll()
    with company_scope(shop.company_id):
        stock.count(point_id=shop.point_id, quantities={KETTLE: 1}, now=database_now())
    person = replace(shop.owner, kind="member")

    def accept(picked: list[str]) -> int:
        with company_scope(shop.company_id):
            orders = Order.objects.filter(code__in=picked)
            return sum(one.action is not None for one in bulk.accept(orders, by=person, now=database_now()))

    assert sum(at_once(lambda: accept(codes[:2]), lambda: accept(codes[2:]))) == 1
