"""A session by PIN: without the rights that need care, never a proof, over when nobody presses."""

import time
from dataclasses import replace

import pytest
from django.test import Client, RequestFactory

from staff.counter import sessions
from staff.models import Member, Role
from staff.permissions import ROLES, Permission
from staff.signin.lifetime import UNATTENDED
from staff.signin.sudo import BY_PIN
from tests.counter.conftest import Counter


def rewind(client: Client, seconds: float) -> None:
    """The last press was so long ago."""
    session = client.session
    session[BY_PIN] = {**session[BY_PIN], "seen": time.time() - seconds}
    session.save()


def make_admin(counter: Counter) -> None:
    with counter.cast.alma.scope():
        Member.objects.filter(pk=counter.cast.bolat.member.pk).update(role=Role.ADMIN)


def test_an_admin_at_a_desk_manages_nobody(counter: Counter) -> None:
    make_admin(counter)
    client = counter.at_work(counter.cast.bolat)
    assert client.get("/orders/new/").status_code == 200
    assert client.post("/staff/desks/", {"name": "Касса", "point": "alma-tech/PP1"}).status_code == 403
    assert Permission.STAFF_MANAGE in ROLES[Role.ADMIN].rights & sessions.CARE


@pytest.mark.parametrize("path", ["/account/confirm/", "/account/profile/", "/company/"])
def test_what_is_ones_own_is_closed_to_a_pin(counter: Counter, path: str) -> None:
    client = counter.at_work(counter.cast.bolat)
    assert client.get(path).status_code == 403
    assert client.post(path, {"password": "a long enough password"}).status_code == 403


def test_who_has_become_an_owner_is_put_out(counter: Counter) -> None:
    client = counter.at_work(counter.cast.bolat)
    with counter.cast.alma.scope():
        Member.objects.filter(pk=counter.cast.bolat.member.pk).update(role=Role.OWNER)
    assert client.get("/orders/new/")["Location"] == "/counter/"


def test_half_an_hour_without_a_press_ends_it(counter: Counter) -> None:
    client = counter.at_work(counter.cast.bolat)
    rewind(client, sessions.IDLE - 5)
    assert client.get("/orders/new/").status_code == 200
    rewind(client, sessions.IDLE + 1)
    assert client.get("/orders/new/")["Location"] == "/counter/"
    assert client.get("/orders/new/")["Location"].startswith("/login/")


def test_a_page_that_asks_by_itself_does_not_keep_it_alive(counter: Counter) -> None:
    client = counter.at_work(counter.cast.bolat)
    rewind(client, 1000)
    client.get("/orders/new/", headers={UNATTENDED: "1"})
    assert time.time() - client.session[BY_PIN]["seen"] > 999
    client.get("/orders/new/")
    assert time.time() - client.session[BY_PIN]["seen"] < 10


def test_it_is_bound_to_the_company_of_its_desk(counter: Counter) -> None:
    bolat, request = counter.cast.bolat, RequestFactory().get("/")
    request.session = counter.at_work(bolat).session
    with counter.cast.alma.scope():
        seen = sessions.narrowed(request, bolat.actor)
        assert seen is not None and seen.points == frozenset({counter.desk.point_id})
        assert sessions.narrowed(request, replace(bolat.actor, company_id=counter.cast.bereke.id)) is None
        assert sessions.narrowed(request, replace(bolat.actor, points=frozenset())) is None
