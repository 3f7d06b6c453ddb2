"""People of a point take over its computer by PIN; everybody else gets one plain answer."""

from uuid import uuid4

import pytest
from django.test import Client

from orders.lifecycle import Stage
from staff.clock import database_now
from staff.counter import desks, pins
from staff.models import AuditEntry, Member
from tests.counter.conftest import BOLATS, DANIYARS, Counter

WRONG = "PIN не подходит"


def test_without_the_cookie_the_page_is_empty_and_names_nobody(counter: Counter) -> None:
    forged = Client()
    forged.cookies[desks.cookie_name()] = counter.secret[:-1] + ("A" if counter.secret[-1] != "A" else "B")
    for client in (Client(), forged):
        for answer in (client.get("/counter/"), counter.enter(client, counter.cast.bolat, BOLATS)):
            assert answer.status_code == 200 and "Здесь входят по паролю" in answer.content.decode()
            assert "Болат" not in answer.content.decode() and "office_session" not in answer.cookies


def test_it_shows_the_people_of_its_point_who_have_a_pin(counter: Counter) -> None:
    page = counter.browser().get("/counter/").content.decode()
    assert "Болат" in page and "Данияр" in page
    assert "Айгерим" not in page and "Чингиз" not in page


def test_a_pin_lets_its_person_in_and_the_next_one_takes_over(counter: Counter) -> None:
    client = counter.at_work(counter.cast.bolat)
    assert "Болат" in client.get("/orders/new/").content.decode()
    assert client.post("/counter/leave/")["Location"] == "/counter/"
    assert client.get("/orders/new/").status_code == 302
    counter.enter(client, counter.cast.daniyar, DANIYARS)
    assert "Данияр" in client.get("/orders/new/").content.decode()
    with counter.cast.alma.scope():
        who = AuditEntry.objects.filter(action="counter.entered").order_by("id").values_list("actor_label", flat=True)
        assert list(who) == ["Болат", "Данияр"]


def test_everything_bad_gets_the_same_answer(counter: Counter) -> None:
    cast, client = counter.cast, counter.browser()
    with cast.alma.scope():
        Member.objects.filter(pk=cast.aigerim.member.pk).update(pin=cast.bolat.member.pin)
    bolat, owner, stranger = (str(person.member.public_id) for person in (cast.bolat, cast.aigerim, cast.chingiz))
    tries = [(bolat, "9999"), (bolat, "4O71"), (bolat, "4" * 500), (owner, BOLATS), (stranger, BOLATS)]
    for who, pin in [*tries, (str(uuid4()), BOLATS), ("", ""), ("\x00", "\x00")]:
        answer = client.post("/counter/", {"who": who, "pin": pin})
        assert answer.status_code in (422, 429) and "office_session" not in answer.cookies, (who, pin)
    first = client.post("/counter/", {"who": bolat, "pin": "9999"})
    assert WRONG in first.content.decode()


def test_a_person_of_another_point_does_not_come_in(counter: Counter) -> None:
    cast, client = counter.cast, counter.browser()
    with cast.alma.scope():
        point = cast.alma.point("alma-tech", "PP2")
        _desk, secret = desks.open_desk("Касса 2", point.pk, by=cast.aigerim.actor, now=database_now())
    client.cookies[desks.cookie_name()] = secret
    assert counter.enter(client, cast.bolat, BOLATS).status_code == 422
    assert counter.enter(client, cast.daniyar, DANIYARS).status_code == 302


def test_after_five_wrong_ones_not_even_the_right_one_is_looked_at(counter: Counter) -> None:
    client, bolat = counter.browser(), counter.cast.bolat
    assert [counter.enter(client, bolat, "9173").status_code for _ in range(pins.MOST_WRONG)] == [422] * 5
    answer = counter.enter(client, bolat, BOLATS)
    assert answer.status_code == 429 and "Войдите по паролю" in answer.content.decode()
    assert counter.enter(client, counter.cast.daniyar, DANIYARS).status_code == 302
    with counter.cast.alma.scope():
        assert AuditEntry.objects.filter(action="counter.wrong_pin").count() == pins.MOST_WRONG


def test_the_right_one_ends_the_count(counter: Counter) -> None:
    client, bolat = counter.browser(), counter.cast.bolat
    for _ in range(2):
        for _ in range(pins.MOST_WRONG - 1):
            assert counter.enter(client, bolat, "9173").status_code == 422
        assert counter.enter(client, bolat, BOLATS).status_code == 302
        client.post("/counter/leave/")


def test_who_is_dismissed_is_gone_from_the_list_and_his_session_is_dead(counter: Counter) -> None:
    client, bolat = counter.at_work(counter.cast.bolat), counter.cast.bolat
    with counter.cast.alma.scope():
        Member.objects.filter(pk=bolat.member.pk).update(is_active=False)
    assert client.get("/orders/new/")["Location"] == "/counter/"
    assert "Болат" not in client.get("/counter/").content.decode()
    assert counter.enter(client, bolat, BOLATS).status_code == 422


@pytest.mark.parametrize("fragment", [False, True])
def test_a_closed_desk_puts_its_people_out_at_once(counter: Counter, fragment: bool) -> None:
    client = counter.at_work(counter.cast.bolat)
    owner = counter.cast.aigerim.browser()
    assert owner.post(f"/staff/desks/{counter.desk.public_id}/close/").status_code == 302
    answer = client.get("/orders/new/", headers={"HX-Request": "true"} if fragment else {})
    assert answer.headers["HX-Redirect" if fragment else "Location"] == "/counter/"
    assert "Здесь входят по паролю" in client.get("/counter/").content.decode()


def test_the_owner_opens_a_desk_and_is_signed_out_of_it(counter: Counter) -> None:
    client = counter.cast.aigerim.browser()
    answer = client.post("/staff/desks/", {"name": "  Касса   2 ", "point": "alma-dom/PP1"})
    cookie = answer.cookies[desks.cookie_name()]
    assert answer["Location"] == "/counter/" and cookie["httponly"] and cookie["samesite"] == "Strict"
    assert client.get("/staff/").status_code == 302
    assert "Касса 2" in client.get("/counter/").content.decode()


def test_who_manages_nobody_opens_none_and_a_bad_form_makes_none(counter: Counter) -> None:
    form = {"name": "Касса", "point": "alma-tech/PP1"}
    assert counter.cast.bolat.browser().post("/staff/desks/", form).status_code == 403
    owner = counter.cast.aigerim.browser()
    for bad in ({"name": ""}, {"name": "К" * 61}, {"point": "bereke-tools/PP1"}, {"point": "alma-tech"}, {"point": ""}):
        assert owner.post("/staff/desks/", form | bad).status_code == 400, bad
    foreign = counter.cast.chingiz.browser()
    assert foreign.post(f"/staff/desks/{counter.desk.public_id}/close/").status_code == 404


def test_at_the_desk_one_sees_its_point_alone(counter: Counter) -> None:
    cast = counter.cast
    here, there = cast.place(Stage.NEW, point="PP1"), cast.place(Stage.NEW, point="PP2")
    at_home = cast.daniyar.browser().get("/orders/new/").content.decode()
    client = counter.at_work(cast.daniyar, DANIYARS)
    at_desk = client.get("/orders/new/").content.decode()
    assert there.code in at_home and here.code in at_home
    assert here.code in at_desk and there.code not in at_desk
    assert client.get(f"/orders/{there.code}/").status_code == 404
