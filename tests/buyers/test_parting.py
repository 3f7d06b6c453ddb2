"""A wrong merge is parted by hand and stays so; the shop's own phones join nobody."""

import pytest

from orders.buyers import parting
from orders.buyers.gathering import gather_due
from orders.lifecycle import Stage
from orders.models import BuyerCard, BuyerNote, BuyerOrder, Order
from staff.clock import database_now
from staff.errors import Refused
from tests.buyers.test_gathering import DINARA, PHONE, cards
from tests.cast import Cast


def family(cast: Cast) -> tuple[Order, Order, BuyerCard]:
    """Two people with one phone, on one card."""
    mother, son = cast.place(Stage.PICKUP, customer=DINARA), cast.place(customer=DINARA | {"firstName": "Алихан"})
    gather_due()
    with cast.alma.scope():
        return mother, son, BuyerCard.objects.get(pk=cards_of(mother, son).pop())


def cards_of(*orders: Order) -> set[int]:
    return set(BuyerOrder.objects.filter(order_id__in=[one.pk for one in orders]).values_list("card_id", flat=True))


def test_what_was_parted_stays_parted_whatever_comes(cast: Cast) -> None:
    mother, son, card = family(cast)
    with cast.alma.scope():
        other = parting.part(card, [son.pk], by=cast.bolat.actor, now=database_now())
        Order.objects.update(version=99)
    third = cast.place(customer=DINARA)
    gather_due()
    found = cards(cast)
    assert (found[mother.code], found[son.code], found[third.code]) == (card.pk, other.pk, card.pk)


def test_parting_is_undone_by_hand(cast: Cast) -> None:
    mother, son, card = family(cast)
    with cast.alma.scope():
        other = parting.part(card, [son.pk], by=cast.bolat.actor, now=database_now())
        BuyerNote.objects.create(card_id=other.pk, text="сын", at=database_now(), actor_label="Болат")
        for _ in range(2):
            assert parting.rejoin(other, card, by=cast.bolat.actor, now=database_now()) == card
        assert (cards_of(mother, son), BuyerNote.objects.get().card_id) == ({card.pk}, card.pk)
        assert BuyerCard.objects.get(pk=other.pk).into_id == card.pk


def test_neither_nothing_nor_everything_is_parted(cast: Cast) -> None:
    mother, son, card = family(cast)
    for named in ([], [mother.pk, son.pk], [999_999]):
        with cast.alma.scope(), pytest.raises(Refused) as refused:
            parting.part(card, named, by=cast.bolat.actor, now=database_now())
        assert refused.value.status == 400


def test_a_phone_of_the_shop_itself_holds_no_orders_together(cast: Cast) -> None:
    mother, son, card = family(cast)
    with cast.alma.scope():
        parting.declare_own(f"+7{PHONE}", by=cast.aigerim.actor, now=database_now())
        assert card.pk in cards_of(mother, son)
        assert len(cards_of(mother, son)) == 2
        parting.withdraw_own(f"+7{PHONE}", by=cast.aigerim.actor, now=database_now())
        assert len(cards_of(mother, son)) == 1
