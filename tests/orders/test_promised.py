"""Pieces are promised with the acceptance, whoever accepts, and given back when it comes to nothing."""

import pytest

from catalog import stock
from catalog.models import Reservation, StockItem
from integrations.kaspi.errors import Rejected
from integrations.models import ActionKind, KaspiAction
from orders import sending
from orders.lifecycle import Stage
from staff.clock import database_now
from staff.scoping import company_scope
from tests.cast import Cast
from tests.kaspi_server import KaspiServer
from tests.orders.working import carry, press
from tests.shop import TestShop

KETTLE = "SAY-KTL-17"
LINE = [{"sku": KETTLE, "quantity": 1}]


def item(cast: Cast) -> tuple[int, int, int, int]:
    with cast.alma.scope():
        row = StockItem.objects.get(sku=KETTLE)
        return row.on_hand, row.reserved, row.promised, row.in_return


@pytest.fixture
def counted(cast: Cast) -> Cast:
    with cast.alma.scope():
        point = cast.alma.point("alma-tech", "PP1")
        stock.count(point_id=point.pk, quantities={KETTLE: 5}, now=database_now())
    return cast


@pytest.mark.django_db
def test_a_press_promises_and_its_undo_takes_the_promise_back(counted: Cast) -> None:
    order, browser = counted.place(entries=LINE), counted.bolat.browser()
    assert item(counted) == (5, 1, 0, 0)
    page = browser.post(f"/orders/{order.code}/accept/", {"shelf": "new"}, headers={"HX-Request": "true"})
    assert item(counted) == (5, 1, 1, 0)
    action = page.content.decode().partition("/orders/actions/")[2].partition("/")[0]
    browser.post(f"/orders/actions/{action}/undo/", {"shelf": "new"}, headers={"HX-Request": "true"})
    assert item(counted) == (5, 1, 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (Stage.PICKUP, (5, 1, 1, 0)),
        (Stage.KD_HANDOVER, (5, 1, 1, 0)),
        (Stage.CANCELLED, (5, 0, 0, 0)),
        (Stage.KD_TRANSIT, (4, 0, 0, 0)),
        (Stage.COMPLETED, (4, 0, 0, 0)),
        (Stage.KD_RETURNING, (4, 0, 0, 1)),
        (Stage.RETURNED, (4, 0, 0, 1)),
    ],
)
def test_what_kaspi_shows_moves_the_pieces(counted: Cast, stage: Stage, expected: tuple[int, int, int, int]) -> None:
    counted.place(stage, entries=LINE)
    assert item(counted) == expected


@pytest.mark.django_db(transaction=True)
def test_a_refused_accept_gives_the_promise_back(
    kaspi_server: KaspiServer, shop: TestShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(job: sending.Job) -> None:
        raise Rejected(400, "Заказ обрабатывается")

    code = kaspi_server.order(shop.merchant_uid, entries=LINE)
    shop.poll()
    monkeypatch.setattr(sending, "SENDERS", {**sending.SENDERS, ActionKind.ACCEPT: refuse})
    press(shop, ActionKind.ACCEPT, code)
    with company_scope(shop.company_id):
        assert Reservation.objects.get().promised
    carry(shop)
    with company_scope(shop.company_id):
        assert (KaspiAction.objects.get().state, Reservation.objects.get().promised) == ("refused", False)
