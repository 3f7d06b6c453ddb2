"""Points on the page of the team: opened, changed, and what other hours mean for the orders that wait."""

from datetime import timedelta
from typing import Any

import pytest

from orders.calendars import rederive
from orders.facts.storing import known_rows
from orders.lifecycle import Stage
from orders.models import Order
from staff import cities
from staff.clock import database_now
from staff.formats import ALMATY
from staff.models import AuditEntry, Member, MemberShop, PointOfSale, Role
from tests.cast import Cast

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = dict.fromkeys(DAYS, "00:00–24:00")


def url_of(cast: Cast, code: str = "PP1") -> str:
    return f"/staff/points/{cast.alma.point('alma-tech', code).public_id}/"


def form(cast: Cast, url: str, **changed: Any) -> dict[str, Any]:
    """What the form of a point holds, with these fields changed."""
    shown = cast.aigerim.browser().get(url).context["form"]
    fields = {"name": shown.name, "town": shown.town, "exceptions": shown.exceptions, "seen": shown.seen}
    return fields | {day.key: day.text for day in shown.days} | changed


def post(cast: Cast, url: str, **changed: Any) -> Any:
    return cast.aigerim.browser().post(url, form(cast, url, **changed))


def test_a_point_gets_another_name_town_and_hours(cast: Cast) -> None:
    url = url_of(cast)
    answer = post(cast, url, name=" Абая  52а ", town="астана", sat="10:00–14:00", sun="", exceptions="16.12.2026")
    assert answer.status_code == 302
    point = cast.alma.point("alma-tech", "PP1")
    assert (point.name, cities.name_of(point.city_code)) == ("Абая 52а", "Астана")
    assert point.schedule["sat"] == ["10:00", "14:00"] and point.schedule["sun"] is None
    assert point.exceptions == {"2026-12-16": None}
    with cast.alma.scope():
        entry = AuditEntry.objects.get(action="point.changed")
    assert entry.before["name"] == "Склад Абая 52" and entry.after["name"] == "Абая 52а"


def test_what_did_not_change_leaves_no_trace(cast: Cast) -> None:
    assert post(cast, url_of(cast)).status_code == 302
    with cast.alma.scope():
        assert not AuditEntry.objects.filter(action="point.changed").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "Т" * 201), ("town", "Атлантида"), ("mon", "18:00–09:00"), ("exceptions", "31.02.2026")],
)
def test_a_field_to_mend_comes_back_with_what_was_typed(cast: Cast, field: str, value: str) -> None:
    answer = post(cast, url_of(cast), **{field: value})
    assert answer.status_code == 422 and answer.context["form"].wrong == field
    assert value in answer.content.decode() and 'aria-invalid="true"' in answer.content.decode()
    assert cast.alma.point("alma-tech", "PP1").name == "Склад Абая 52"


def test_two_who_change_a_point_at_once_do_not_undo_each_other(cast: Cast) -> None:
    url = url_of(cast)
    mine = form(cast, url, name="Моя")
    post(cast, url, name="Чужая")
    answer = cast.aigerim.browser().post(url, mine)
    assert answer.status_code == 422 and "кто-то другой" in answer.content.decode()
    assert cast.alma.point("alma-tech", "PP1").name == "Чужая"


def test_a_new_point_is_opened_under_the_code_of_kaspi(cast: Cast) -> None:
    wanted = {"shop": "alma-dom", "code": "PP2", "name": "Достык 5", "town": "Алматы", **ALWAYS}
    browser = cast.aigerim.browser()
    assert browser.post("/staff/points/", wanted).status_code == 302
    assert cast.alma.point("alma-dom", "PP2").city_code == "750000000"
    taken = browser.post("/staff/points/", wanted)
    assert taken.status_code == 422 and taken.context["form"].wrong == "code"
    assert browser.post("/staff/points/", wanted | {"code": "P P"}).status_code == 422
    assert browser.post("/staff/points/", wanted | {"shop": "bereke-tools"}).status_code == 404


def test_only_who_manages_and_sees_it_changes_a_point(cast: Cast) -> None:
    url = url_of(cast)
    assert cast.bolat.browser().get(url).status_code == 403
    assert cast.chingiz.browser().get(url).status_code == 404
    with cast.alma.scope():
        Member.objects.filter(pk=cast.bolat.member.pk).update(role=Role.ADMIN)
        MemberShop.objects.create(member_id=cast.bolat.member.pk, shop_id=cast.alma.shop("alma-dom").pk)
        PointOfSale.objects.filter(code="PP2").update(name="Другая")
    assert cast.bolat.browser().get(url_of(cast, "PP2")).status_code == 404
    # He sees a point of this shop, and not the whole of it.
    add = cast.bolat.browser().post("/staff/points/", {"shop": "alma-tech", "code": "PP9", "name": "Т", **ALWAYS})
    assert add.status_code == 403


def test_other_hours_move_the_deadlines_of_its_new_orders_at_once(cast: Cast) -> None:
    here, there = cast.place(approved_minutes_ago=170), cast.place(point="PP2", approved_minutes_ago=170)
    accepted = cast.place(Stage.PICKUP)
    closed = [(database_now() + timedelta(days=days)).astimezone(ALMATY).strftime("%d.%m.%Y") for days in range(3)]
    answer = post(cast, url_of(cast), exceptions="\n".join(closed))
    assert answer.status_code == 302
    with cast.alma.scope():
        moved = Order.objects.get(pk=here.pk)
        assert here.accept_by and moved.accept_by and moved.accept_by > here.accept_by + timedelta(hours=3)
        assert moved.due_at == moved.burns_at == moved.accept_by and moved.version == here.version + 1
        for same in (there, accepted):
            assert Order.objects.get(pk=same.pk).version == same.version


def test_polling_agrees_with_what_was_derived(cast: Cast) -> None:
    order = cast.place(approved_minutes_ago=100)
    post(cast, url_of(cast), **dict.fromkeys(DAYS, "10:00–11:00"))
    with cast.alma.scope():
        derived = known_rows(order.shop_id, [order.kaspi_id])[order.kaspi_id]
    seen = cast.observe(cast.alma, "alma-tech", order.code)
    assert (seen.accept_by, seen.burns_at, seen.version) == (
        derived["accept_by"],
        derived["burns_at"],
        derived["version"],
    )


def test_an_overdue_order_that_got_more_time_may_become_overdue_again(cast: Cast) -> None:
    order = cast.place(approved_minutes_ago=200)
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(overdue_at=order.accept_by)
        PointOfSale.objects.filter(pk=order.point_id or 0).update(schedule={"mon": None}, exceptions={})
        assert rederive(cast.alma.shop("alma-tech"), now=database_now()) == 1
        assert Order.objects.get(pk=order.pk).accept_by is None
        PointOfSale.objects.filter(pk=order.point_id or 0).update(schedule={day: ["00:00", "00:01"] for day in DAYS})
        rederive(cast.alma.shop("alma-tech"), now=database_now())
        assert Order.objects.get(pk=order.pk).overdue_at is None
