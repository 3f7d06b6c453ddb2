"""A connected shop for tests of the exchange: its point is open round the clock, its Kaspi is the tests' simulator."""

import itertools
from dataclasses import dataclass

import pytest
from django.db import connection

from integrations import accounts
from integrations.kaspi.simulator.tokens import token_for
from integrations.models import PollSlot, SlotKind
from orders.facts import polling
from orders.models import Order
from staff.access import Actor, rule
from staff.clock import database_now
from staff.models import Company, ExpiryPolicy, PointOfSale, Shop
from staff.scoping import company_scope
from tests.kaspi_server import KaspiServer

ROUND_THE_CLOCK = {day: ["00:00", "24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
_numbers = itertools.count(40_000_001)


@dataclass
class TestShop:
    __test__ = False

    company_id: int
    shop_id: int
    point_id: int
    merchant_uid: str
    owner: Actor

    def poll(self, *kinds: SlotKind) -> int:
        """Read these slots (NEW unless said otherwise) now, one after another, and nothing else of this shop."""
        read = 0
        for kind in kinds or (SlotKind.NEW,):
            with company_scope(self.company_id):
                PollSlot.objects.update(due_at=None)
                PollSlot.objects.filter(kind=kind).update(due_at=database_now())
            read += polling.poll_due(patience=60)
        return read

    def get(self, code: str) -> Order:
        """The order as it is kept. A pass that Kaspi did not answer in time the product makes again by itself, and here
        nobody else would; one that was answered and left the order out is a fault.
        """
        with company_scope(self.company_id):
            known = Order.objects.filter(code=code).exists()
            unanswered = PollSlot.objects.filter(kind=SlotKind.NEW, failures__gt=0).exists()
        if unanswered and not known:
            self.poll()
        with company_scope(self.company_id):
            order: Order = Order.objects.get(code=code)
            return order

    def set_policy(self, policy: ExpiryPolicy) -> None:
        with company_scope(self.company_id):
            Shop.objects.filter(pk=self.shop_id).update(expiry_policy=policy)


def make_shop(kaspi_server: KaspiServer) -> TestShop:
    """A company of one shop with one point, its token known to the simulator."""
    uid = str(next(_numbers))
    kaspi_server.control("merchants", {"uid": uid, "token": token_for(uid)})
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('staff_company', 'id'))")
        company_id = cursor.fetchone()[0]
    with company_scope(company_id):
        Company.objects.create(id=company_id, slug=f"company-{uid}", name=f"ТОО {uid}")
        shop = Shop.objects.create(company_id=company_id, slug="shop", name="Магазин", merchant_uid=uid)
        point = PointOfSale.objects.create(
            company_id=company_id, shop=shop, code="PP1", name="Абая 52", schedule=ROUND_THE_CLOCK
        )
        owner = rule("владелец", company_id)
        accounts.connect(shop, token_for(uid), by=owner, now=database_now())
        # A test says itself what is due.
        PollSlot.objects.update(due_at=None)
    return TestShop(company_id, shop.pk, point.pk, uid, owner)


@pytest.fixture
def shop(kaspi_server: KaspiServer, transactional_db: None) -> TestShop:
    """Needs a real, committing database: polling and sending work in threads of their own."""
    return make_shop(kaspi_server)
