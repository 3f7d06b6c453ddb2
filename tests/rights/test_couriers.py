"""A courier: who may be one, who gives him orders, what he does with them and what he sees of their buyers."""

from datetime import timedelta

import pytest

from integrations.models import KaspiAction
from orders import couriers
from orders.buyers.showing import sees_buyer
from orders.lifecycle import Stage
from orders.models import EventKind, Order, OrderEvent
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.models import AuditEntry, Member, Role
from tests.api.asking import get, post
from tests.rights.crew import FOREMAN, HERE, OTHER_POINT, OTHER_SHOP, Crew


def give(crew: Crew, place: str, to: str, *, by: str = Role.OWNER) -> None:
    with crew.cast.alma.scope():
        member = str(crew.people[to].member.public_id)
        couriers.assign(crew.orders[place], member, by=crew.actor(by), now=database_now())


def courier_of(crew: Crew, place: str) -> int | None:
    with crew.cast.alma.scope():
        return Order.objects.get(pk=crew.orders[place].pk).courier_id


def test_a_manager_gives_an_order_by_the_page_and_takes_it_back(crew: Crew) -> None:
    browser, order = crew.browser(Role.ORDER_MANAGER), crew.orders[HERE]
    address = f"/orders/{order.code}/courier/"
    assert browser.post(address, {"courier": ""}).status_code == 302
    assert courier_of(crew, HERE) is None
    member = crew.people[Role.COURIER].member
    answer = browser.post(address, {"courier": str(member.public_id)}, headers={"HX-Request": "true"})
    assert (answer.status_code, courier_of(crew, HERE)) == (204, member.pk)


def test_who_brings_it_is_told_in_the_history_the_journal_and_on_the_shelf(crew: Crew) -> None:
    name, order = crew.people[Role.COURIER].name, crew.orders[HERE]
    with crew.cast.alma.scope():
        event = OrderEvent.objects.get(order_id=order.pk, kind=EventKind.COURIER)
        entry = AuditEntry.objects.get(action="order.courier", subject_id=order.code)
    assert event.details == {"courier": name, "before": ""}
    assert (entry.before, entry.after) == ({"courier": ""}, {"courier": name})
    for address in (f"/orders/{order.code}/", "/orders/delivery/"):
        assert name in crew.browser(Role.OWNER).get(address).content.decode()


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (Role.COURIER, True),
        (Role.OWNER, True),
        (FOREMAN, True),
        (Role.ORDER_MANAGER, False),
        (Role.ANALYST, False),
        (Role.CATALOG_MANAGER, False),
    ],
)
def test_who_may_bring_an_order_of_another_point(crew: Crew, who: str, may: bool) -> None:
    with crew.cast.alma.scope():
        offered = {member.pk for member in couriers.couriers_of(crew.orders[OTHER_POINT])}
    assert (crew.people[who].member.pk in offered) is may
    if may:
        give(crew, OTHER_POINT, who)
        assert courier_of(crew, OTHER_POINT) == crew.people[who].member.pk
    else:
        with pytest.raises(Refused):
            give(crew, OTHER_POINT, who)


def test_nobody_gives_an_order_without_the_right_nor_one_he_does_not_see(crew: Crew) -> None:
    to = {"courier": str(crew.people[Role.COURIER].member.public_id)}
    address = f"/orders/{crew.orders[OTHER_SHOP].code}/courier/"
    for who, expected in {Role.ORDER_MANAGER: 404, Role.COURIER: 403, Role.ANALYST: 403, Role.ADMIN: 302}.items():
        assert crew.browser(who).post(address, to).status_code == expected, who


def test_who_is_dismissed_or_of_another_company_gets_no_orders(crew: Crew) -> None:
    with crew.cast.alma.scope():
        Member.objects.filter(pk=crew.people[Role.COURIER].member.pk).update(is_active=False)
    with pytest.raises(Refused):
        give(crew, OTHER_POINT, Role.COURIER)
    foreign = str(crew.cast.chingiz.member.public_id)
    for stranger in (foreign, "nobody", ""):
        with crew.cast.alma.scope(), pytest.raises(NotVisible):
            couriers.assign(crew.orders[HERE], stranger, by=crew.actor(Role.OWNER), now=database_now())


def test_only_an_order_on_its_way_to_the_buyer_has_a_courier(crew: Crew) -> None:
    order = crew.cast.place(Stage.NEW)
    to = str(crew.people[Role.COURIER].member.public_id)
    with crew.cast.alma.scope(), pytest.raises(Refused) as refused:
        couriers.assign(order, to, by=crew.actor(Role.OWNER), now=database_now())
    assert refused.value.code == "not_allowed"


def test_a_courier_hands_out_by_code_what_was_given_to_him(crew: Crew) -> None:
    browser, order = crew.browser(Role.COURIER), crew.orders[HERE]
    assert browser.post(f"/orders/{order.code}/complete/", {"code": "1234"}).status_code == 302
    with crew.cast.alma.scope():
        assert KaspiAction.objects.get(subject_id=order.pk).actor_id == crew.people[Role.COURIER].member.pk
    other = crew.orders[OTHER_POINT]
    assert browser.post(f"/orders/{other.code}/complete/", {"code": "1234"}).status_code == 404
    assert browser.post(f"/orders/{order.code}/cancel/", {"reason": "buyer_refused"}).status_code == 403


def test_a_courier_knows_the_buyer_until_the_end_of_the_day(crew: Crew) -> None:
    courier, order = crew.people[Role.COURIER], crew.orders[HERE]
    browser, now = courier.browser(), database_now()
    card, found = f"/orders/{order.code}/", f"/orders/search/?q={order.phone[-7:]}"
    assert order.phone in browser.get(card).content.decode()
    crew.cast.kaspi.control("POST", f"orders/{order.code}", {"do": "buyer_cancels"})
    crew.cast.observe(crew.cast.alma, "alma-tech", order.code)
    assert order.phone in browser.get(card).content.decode()
    assert browser.get(found).context["page"].hits
    with crew.cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(closed_at=now - timedelta(days=1))
    late = browser.get(card).content.decode()
    assert order.phone not in late and order.buyer_last_name not in late and order.code in late
    assert not browser.get(found).context["page"].hits


def test_the_end_of_the_day_is_almatys() -> None:
    from datetime import UTC, datetime

    from staff.access import Actor
    from staff.permissions import Permission

    courier = Actor("member", 7, "Ерлан", 1, frozenset({Permission.BUYERS_SEE}), None, orders_of=7)
    closed = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)  # 23:00 in Almaty
    for minutes, seen in ((59, True), (61, False)):
        assert sees_buyer(courier, closed_at=closed, now=closed + timedelta(minutes=minutes)) is seen


def test_a_program_gives_orders_as_the_page_does(crew: Crew) -> None:
    program, order = crew.cast.alma.program(crew.secret), crew.orders[OTHER_POINT]
    people = get(program, f"orders/{order.code}/couriers").body["results"]
    member = crew.people[Role.COURIER].member
    assert str(member.public_id) in [one["id"] for one in people]
    answer = post(program, f"orders/{order.code}/courier", {"courier": str(member.public_id)})
    assert (answer.status, answer.body["courier"]["name"]) == (200, member.name)
    assert courier_of(crew, OTHER_POINT) == member.pk
    assert post(program, f"orders/{order.code}/courier", {"courier": None}).body["courier"] is None
    assert post(program, f"orders/{crew.orders[OTHER_SHOP].code}/courier", {"courier": None}).status == 404
    analyst = str(crew.people[Role.ANALYST].member.public_id)
    assert post(program, f"orders/{order.code}/courier", {"courier": analyst}).fault == (409, "not_courier", None)
