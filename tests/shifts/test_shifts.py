"""A member takes a point, leaves it and hands it over; what was lost meanwhile is put down to whoever held it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from orders import actions
from orders.card.history import history_of
from orders.expiry import expire_due
from orders.models import EventKind, Order, OrderEvent
from staff import shifts
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.models import AuditEntry, Member, MemberPoint, Shift
from tests.cast import Cast, Person

HOUR = timedelta(hours=1)


@pytest.fixture
def alma(cast: Cast) -> Iterator[Cast]:
    with cast.alma.scope():
        yield cast


def begin(person: Person, code: str = "PP1", *, at: datetime | None = None) -> Shift:
    point = person.company.point("alma-tech", code)
    return shifts.begin(point.pk, by=person.actor, now=at or database_now())


def names(cast: Cast, code: str = "PP1", *, at: datetime | None = None) -> tuple[str, ...]:
    point = cast.alma.point("alma-tech", code).pk
    return shifts.on_duty([point], at or database_now())[point]


def test_a_point_may_be_held_by_several_and_a_member_holds_one(alma: Cast) -> None:
    begin(alma.bolat)
    begin(alma.aigerim)
    assert names(alma) == ("Болат", "Айгерим")
    begin(alma.aigerim, "PP2")
    assert (names(alma), names(alma, "PP2")) == (("Болат",), ("Айгерим",))
    assert Shift.objects.filter(ended_at=None, member_id=alma.aigerim.member.pk).count() == 1


def test_taken_twice_it_is_one_shift(alma: Cast) -> None:
    assert begin(alma.bolat).pk == begin(alma.bolat).pk
    assert AuditEntry.objects.filter(action="shift.began").count() == 1


def test_any_past_instant_can_be_asked_for(alma: Cast) -> None:
    now = database_now()
    begin(alma.bolat, at=now - 5 * HOUR)
    shifts.end(by=alma.bolat.actor, now=now - 2 * HOUR)
    begin(alma.aigerim, at=now - HOUR)
    held = [names(alma, at=now - hours * HOUR) for hours in (6, 5, 3, 2, 1, 0)]
    assert held == [(), ("Болат",), ("Болат",), (), ("Айгерим",), ("Айгерим",)]


def test_nobody_takes_a_point_that_is_not_his(alma: Cast) -> None:
    with pytest.raises(NotVisible):
        begin(alma.bolat, "PP2")
    foreign = alma.bereke.id
    with pytest.raises(NotVisible):
        shifts.begin(foreign + 10_000, by=alma.aigerim.actor, now=database_now())
    assert not Shift.objects.exists()


def test_who_may_not_accept_holds_no_point(alma: Cast) -> None:
    Member.objects.filter(pk=alma.bolat.member.pk).update(role="analyst")
    with pytest.raises(Refused) as refusal:
        begin(alma.bolat)
    assert refusal.value.status == 403
    with pytest.raises(Refused):
        shifts.begin(1, by=alma.alma.key_actor, now=database_now())


def test_a_shift_is_handed_over_to_a_colleague_of_the_point(alma: Cast) -> None:
    begin(alma.bolat)
    with pytest.raises(NotVisible):
        shifts.hand_over(alma.daniyar.member, by=alma.bolat.actor, now=database_now())
    MemberPoint.objects.create(member_id=alma.daniyar.member.pk, point_id=alma.alma.point("alma-tech", "PP1").pk)
    shifts.hand_over(alma.daniyar.member, by=alma.bolat.actor, now=database_now())
    assert names(alma) == ("Данияр",)
    with pytest.raises(Refused) as refusal:
        shifts.end(by=alma.bolat.actor, now=database_now())
    assert refusal.value.code == "no_shift"


def test_nobody_is_pulled_away_from_the_point_he_holds(alma: Cast) -> None:
    begin(alma.bolat)
    begin(alma.aigerim, "PP2")
    with pytest.raises(Refused) as refusal:
        shifts.hand_over(alma.aigerim.member, by=alma.bolat.actor, now=database_now())
    assert refusal.value.code == "on_duty_elsewhere" and names(alma) == ("Болат",)


def test_a_forgotten_shift_ends_at_sixteen_hours_by_the_system(cast: Cast) -> None:
    now = database_now()
    with cast.alma.scope():
        shift = begin(cast.bolat, at=now - 20 * HOUR)
        assert names(cast) == () and names(cast, at=now - 5 * HOUR) == ("Болат",)
    assert (shifts.end_forgotten(), shifts.end_forgotten()) == (1, 0)
    with cast.alma.scope():
        shift.refresh_from_db()
        assert shift.ended_at == shift.began_at + shifts.LONGEST
        assert AuditEntry.objects.get(action="shift.ended").actor_kind == "rule"


def test_an_expired_order_tells_who_held_the_point_when_its_time_ran_out(alma: Cast) -> None:
    now = database_now()
    order = alma.place(approved_minutes_ago=200)
    begin(alma.bolat, at=now - HOUR)
    shifts.end(by=alma.bolat.actor, now=now - timedelta(minutes=2))
    begin(alma.aigerim, at=now - timedelta(minutes=1))
    assert order.accept_by is not None and now - HOUR < order.accept_by < now - timedelta(minutes=2)
    assert expire_due() == 1
    event = OrderEvent.objects.get(order_id=order.pk, kind=EventKind.EXPIRED)
    assert event.details == {"provisional": True, "on_duty": ["Болат"]}
    assert "на смене: Болат" in history_of([event], now=now)[0].text


def test_an_order_lost_while_nobody_held_the_point_names_nobody(alma: Cast) -> None:
    order = alma.place(approved_minutes_ago=200)
    begin(alma.bolat)
    expire_due()
    assert OrderEvent.objects.get(order_id=order.pk, kind=EventKind.EXPIRED).details == {"provisional": True}


def test_a_cancel_tells_who_held_the_point(alma: Cast) -> None:
    order = alma.place()
    begin(alma.bolat)
    reason = "MERCHANT_OUT_OF_STOCK"
    actions.cancel(Order.objects.get(pk=order.pk), by=alma.aigerim.actor, now=database_now(), reason=reason)
    told = OrderEvent.objects.get(order_id=order.pk, kind=EventKind.REQUESTED)
    assert told.details["on_duty"] == ["Болат"] and told.actor_label == "Айгерим"
