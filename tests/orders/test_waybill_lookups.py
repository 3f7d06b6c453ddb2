"""After packing the order is asked for by itself until its waybill is there."""

from integrations.models import ActionState, KaspiAction, PollSlot, SlotKind
from orders import actions, sending
from staff.clock import database_now
from staff.scoping import company_scope
from tests.kaspi_server import KaspiServer
from tests.shop import TestShop


def _pack(shop: TestShop, kaspi_server: KaspiServer) -> str:
    code = kaspi_server.order(shop.merchant_uid, kind="kaspi_delivery", point="PP1")
    shop.poll()
    for act in (actions.accept, lambda order, **said: actions.assemble(order, places=1, **said)):
        with company_scope(shop.company_id):
            act(shop.get(code), by=shop.owner, now=database_now())
        sending.deliver_due()
    return code


def test_a_packed_order_is_looked_up_until_its_waybill_appears(shop: TestShop, kaspi_server: KaspiServer) -> None:
    code = _pack(shop, kaspi_server)
    shop.poll(SlotKind.LOOKUP)
    assert shop.get(code).waybill_url == ""
    kaspi_server.control("advance", {"seconds": 60})
    shop.poll(SlotKind.LOOKUP)
    assert shop.get(code).waybill_url != ""


def test_the_look_for_a_waybill_ends_when_it_is_there(shop: TestShop, kaspi_server: KaspiServer) -> None:
    _pack(shop, kaspi_server)
    kaspi_server.control("advance", {"seconds": 60})
    shop.poll(SlotKind.LOOKUP)
    with company_scope(shop.company_id):
        slot = PollSlot.objects.get(shop_id=shop.shop_id, kind=SlotKind.LOOKUP)
        assert set(KaspiAction.objects.values_list("state", flat=True)) == {ActionState.DONE}
    assert (slot.cursor["ids"], slot.due_at) == ([], None)
