"""«Передали»: one press, told once, taken back, confirmed by Kaspi alone."""

import pytest

from orders.lifecycle import Stage
from orders.models import EventKind, HandedOver, Order, OrderEvent
from orders.waves import handing
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from tests.cast import Cast


def hand(cast: Cast, *orders: Order) -> handing.Told:
    with cast.alma.scope():
        return handing.hand_over([order.code for order in orders], by=cast.bolat.actor, now=database_now())


def test_packed_parcels_are_told_once_and_the_unpacked_are_named(cast: Cast) -> None:
    packed, unpacked = cast.place(Stage.KD_HANDOVER), cast.place(Stage.KD_PACKING)
    told, again = hand(cast, packed, unpacked), hand(cast, packed)
    assert (told.handed, told.left, again.handed) == (1, (unpacked.code,), 0)
    with cast.alma.scope():
        assert OrderEvent.objects.filter(order=packed, kind=EventKind.HANDED).count() == 1
        assert Order.objects.get(pk=packed.pk).stage == Stage.KD_HANDOVER


def test_nothing_packed_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="Сначала соберите"):
        hand(cast, cast.place(Stage.KD_PACKING))


def test_a_parcel_of_another_point_is_as_if_there_were_none(cast: Cast) -> None:
    with pytest.raises(Refused):
        hand(cast, cast.place(Stage.KD_HANDOVER, point="PP2"))


def test_a_press_is_taken_back_as_a_whole(cast: Cast) -> None:
    orders = [cast.place(Stage.KD_HANDOVER) for _ in range(2)]
    told = hand(cast, *orders)
    with cast.alma.scope():
        assert handing.take_back(told.batch, by=cast.bolat.actor, now=database_now()) == 2
        assert not HandedOver.objects.exists()
        with pytest.raises(NotVisible):
            handing.take_back(told.batch, by=cast.bolat.actor, now=database_now())


def test_what_kaspi_has_confirmed_is_not_taken_back(cast: Cast) -> None:
    order = cast.place(Stage.KD_HANDOVER)
    told = hand(cast, order)
    cast.kaspi.control("POST", f"orders/{order.code}", {"do": "courier_collects"})
    cast.observe(cast.alma, "alma-tech", order.code)
    with cast.alma.scope(), pytest.raises(NotVisible):
        handing.take_back(told.batch, by=cast.bolat.actor, now=database_now())


@pytest.mark.parametrize("road", ["601", "-1", "полчаса", "1e3"])
def test_a_road_that_is_no_number_of_minutes_is_refused(cast: Cast, road: str) -> None:
    point, by = cast.alma.point("alma-tech", "PP1"), cast.bolat.actor
    with cast.alma.scope(), pytest.raises(Refused, match="Дорога занимает"):
        handing.set_drop_point(point, name="Пункт", address="", road_minutes=road, by=by, now=database_now())
