"""Two people print at the same moment: the shop's numbers stay one series (races with the guard taken out first)."""

from collections.abc import Callable
from threading import Event

import pytest
from django.db import IntegrityError, connection

from integrations.models import SlotKind
from orders.documents.word import printing
from orders.models import Order, PaperNumber, WordTemplate
from staff.clock import database_now
from staff.scoping import company_scope
from tests.kaspi_server import KaspiServer
from tests.orders.working import at_once
from tests.shop import TestShop

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def both(shop: TestShop, codes: list[str]) -> list[int]:
    """The first has its number and has not committed while the second asks for one."""
    given = Event()

    def first() -> int:
        with company_scope(shop.company_id):
            number = take(codes[0])
            given.set()
            with connection.cursor() as cursor:
                while cursor.execute(WAITING) or cursor.fetchone() == (0,):
                    pass
            return number

    def second() -> int:
        given.wait(10)
        with company_scope(shop.company_id):
            return take(codes[1])

    works: tuple[Callable[[], int], ...] = (first, second)
    return at_once(*works)


def take(code: str) -> int:
    order, template = Order.objects.get(code=code), WordTemplate.objects.get()
    return printing.number_of(order, template, now=database_now())


@pytest.fixture
def codes(shop: TestShop, kaspi_server: KaspiServer) -> list[str]:
    made = [kaspi_server.order(shop.merchant_uid, kind="pickup") for _ in range(2)]
    shop.poll(SlotKind.NEW)
    with company_scope(shop.company_id):
        WordTemplate.objects.create(name="Талон", in_service=1, created_at=database_now())
    return made


def test_two_prints_at_once_get_two_numbers(shop: TestShop, codes: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as unguarded:
        unguarded.setattr(printing, "_NUMBER", printing._NUMBER.replace("ON CONFLICT DO NOTHING", ""))
        with pytest.raises(IntegrityError):
            both(shop, codes)
    with company_scope(shop.company_id):
        PaperNumber.objects.all().delete()
    assert both(shop, codes) == [1, 2]
