"""When a buyer is forgotten, nothing of him is left in any table of buyers."""

from django.apps import apps
from django.db import connection

from integrations.kaspi.simulator import ids
from orders.buyers import contacting, parting
from orders.buyers.forgetting import Asked, ask_to_forget, forget_due
from orders.buyers.gathering import gather_due
from orders.lifecycle import Stage
from orders.models import BuyerCard, BuyerNote, BuyerOrder, BuyerParting, BuyerSign, Order
from staff.clock import database_now
from staff.scoping import CompanyModel
from tests.buyers.test_gathering import DINARA, PHONE
from tests.cast import Cast
from tests.privacy.test_forgetting import keep, old_order

BUYERS = (BuyerCard, BuyerNote, BuyerOrder, BuyerParting, BuyerSign)
HIS = (PHONE, "Динар", "Ахметов", "NzAxNTU1NDAyMQ")


def told(cast: Cast) -> list[str]:
    """The tables of the company with a word of his, read as text."""
    tables = [model._meta.db_table for model in apps.get_models() if issubclass(model, CompanyModel)]
    found = []
    with cast.alma.scope(), connection.cursor() as cursor:
        for table in tables:
            for word in HIS:
                cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{word}%"])
                found += [f"{table}: {word}"] * bool(cursor.fetchone()[0])
    return found


def speak(cast: Cast, *orders: Order) -> None:
    """Everything that staff may write of a buyer, with his name in it."""
    with cast.alma.scope():
        by, now = cast.bolat.actor, database_now()
        for order in orders:
            contacting.note_order(order, "Динара Ахметова просит позже", by=by, now=now)
            contacting.call(order, "asked", f"Динара, {PHONE}", by=by, now=now)
            contacting.message_sent(order, "ordered", "copied", by=by, now=now)
        card = BuyerCard.objects.filter(orders__gt=0).order_by("id")[0]
        contacting.note_buyer(card, "Ахметова, добрая", by=by, now=now)
        if len(orders) > 1:
            parting.part(card, [orders[-1].pk], by=by, now=now)


def test_nothing_of_him_is_left_when_his_time_is_over(cast: Cast) -> None:
    orders = [old_order(cast), old_order(cast, days=50)]
    gather_due()
    speak(cast, *orders)
    assert told(cast)
    keep(cast, 30)
    assert forget_due() == 2
    gather_due()
    assert told(cast) == []
    with cast.alma.scope():
        assert [model.__name__ for model in BUYERS if model.objects.exists()] == []


def test_one_who_asks_is_forgotten_whole_while_his_open_order_waits(cast: Cast) -> None:
    old_order(cast, days=1)
    order = cast.place(Stage.PICKUP, customer=DINARA)
    gather_due()
    speak(cast, order)
    with cast.alma.scope():
        assert ask_to_forget(PHONE, by=cast.aigerim.actor, now=database_now()) == Asked(closed=1, open=1)
        assert (BuyerNote.objects.count(), BuyerCard.objects.get().orders) == (0, 1)
    cast.kaspi.control("POST", f"orders/{order.code}", {"do": "buyer_collected"})
    cast.observe(cast.alma, "alma-tech", order.code)
    forget_due()
    gather_due()
    assert told(cast) == []


def test_a_typed_phone_is_forgotten_and_a_neighbour_on_the_list_is_not(cast: Cast) -> None:
    order, other = old_order(cast), old_order(cast, days=2, customer=DINARA | {"cellPhone": "7010000007"})
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(phone="", phone_state="masked", buyer_kaspi_id="", version=7)
        contacting.type_phone(order, PHONE, by=cast.bolat.actor, now=database_now())
    keep(cast, 30)
    forget_due()
    gather_due()
    with cast.alma.scope():
        assert list(BuyerOrder.objects.values_list("order_id", flat=True)) == [other.pk]
        assert [ids.encode("7010000007")] == list(BuyerSign.objects.values_list("value", flat=True))
