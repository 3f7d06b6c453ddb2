"""A session lives twelve hours, three without a person, and ends when it is told to."""

import os
import subprocess
import sys
import time

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client, override_settings

from staff.signin import sessions
from staff.signin.lifetime import IDLE, LONGEST, is_over
from tests.cast import PASSWORD, Cast
from tests.signin.phone import is_in, turn_on

HOUR = 3600
POLL = {"Office-Unattended": "1", "HX-Request": "true"}


def status(browser: Client, path: str = "/account/", **headers: str) -> int:
    return int(browser.get(path, headers=headers).status_code)


def at(hours: float) -> time_machine.travel:
    return time_machine.travel(time.time() + hours * HOUR, tick=True)


@pytest.mark.parametrize(
    ("age", "idle", "over"),
    [(0, 0, False), (LONGEST - 1, 0, False), (LONGEST, 0, True), (IDLE, IDLE - 1, False), (IDLE, IDLE, True)],
)
def test_the_rule(age: int, idle: int, over: bool) -> None:
    assert is_over(1_000_000 - age, 1_000_000 - idle, now=1_000_000) is over


def test_three_hours_without_a_person_end_it(cast: Cast) -> None:
    browser = cast.aigerim.browser()
    with at(2.9):
        assert status(browser) == 200
    with at(5.8):
        assert status(browser) == 200
    with at(8.9):
        assert status(browser) == 302


def test_twelve_hours_end_it_however_busy(cast: Cast) -> None:
    browser = cast.aigerim.browser()
    for hours in (2, 4, 6, 8, 10, 11.9):
        with at(hours):
            assert status(browser) == 200
    with at(12.1):
        assert status(browser) == 302


def test_a_page_that_asks_for_itself_is_no_person(cast: Cast) -> None:
    browser = cast.aigerim.browser()
    for hours in (1, 2, 2.9):
        with at(hours):
            assert status(browser, **POLL) == 200
    with at(3.1):
        assert status(browser, **POLL) == 401


def test_seen_is_written_at_most_once_in_five_minutes(cast: Cast) -> None:
    browser = cast.aigerim.browser()
    row = UserSession.objects.get(session_key=browser.session.session_key)
    with at(0.05):
        status(browser)
        assert UserSession.objects.get(pk=row.pk).last_seen_at == row.last_seen_at
    with at(0.2):
        status(browser)
        assert UserSession.objects.get(pk=row.pk).last_seen_at > row.last_seen_at


def test_a_session_is_listed_and_ended_from_another(cast: Cast) -> None:
    here, there = cast.aigerim.browser(), cast.aigerim.browser()
    row = UserSession.objects.get(session_key=there.session.session_key)
    assert str(row.pk) in here.get("/account/").content.decode()
    here.post("/account/sessions/end/", {"id": row.pk})
    assert (status(here), status(there)) == (200, 302)


def test_all_others_are_ended_at_once(cast: Cast) -> None:
    here, others = cast.aigerim.browser(), [cast.aigerim.browser() for _ in range(3)]
    here.post("/account/sessions/end/")
    assert (status(here), [status(one) for one in others]) == (200, [302, 302, 302])


def test_a_session_of_somebody_else_is_not_ended(cast: Cast) -> None:
    here, his = cast.aigerim.browser(), cast.bolat.browser()
    row = UserSession.objects.get(session_key=his.session.session_key)
    here.post("/account/sessions/end/", {"id": row.pk})
    assert status(his) == 200


def test_a_new_password_ends_the_others_and_gives_this_one_a_new_id(cast: Cast) -> None:
    here, there = cast.aigerim.browser(), cast.aigerim.browser()
    before = here.session.session_key
    assert here.post("/account/password/", {"password": "nine brown foxes jump"}).status_code == 302
    assert (status(here), status(there)) == (200, 302)
    assert here.session.session_key != before
    assert [row.session_key for row in UserSession.objects.filter(user=cast.aigerim.user)] == [here.session.session_key]


def test_a_new_second_step_ends_the_others(cast: Cast) -> None:
    here, there = cast.aigerim.browser(), cast.aigerim.browser()
    turn_on(cast.aigerim, here)
    assert (status(here), status(there)) == (200, 302)


def test_an_ended_session_is_not_written_back_by_a_request_under_way(cast: Cast) -> None:
    there = cast.aigerim.browser()
    session = there.session
    session["read"] = True
    UserSession.objects.get(session_key=session.session_key).end()
    with pytest.raises(UpdateError):
        session.save()
    assert not type(session)().exists(str(session.session_key))


def test_rows_of_sessions_that_are_gone_are_swept(cast: Cast) -> None:
    here, gone = cast.aigerim.browser(), cast.aigerim.browser()
    gone.session.delete(gone.session.session_key)
    sessions.forget_ended()
    assert [row.session_key for row in UserSession.objects.all()] == [here.session.session_key]


def test_over_tls_every_cookie_is_bound_to_the_host() -> None:
    told = """from kaspi_office.local import tool_settings as s
import django; from django.conf import settings; settings.configure(default_settings=s); from staff.signin import devices
print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, devices.COOKIE, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"""
    env = {**os.environ, "HTTPS": "1"}
    done = subprocess.run([sys.executable, "-c", told], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [
        *(f"__Host-{name}" for name in ("office_session", "csrftoken", "office_device")),
        "True",
        "True",
    ]


@override_settings(SESSION_COOKIE_SECURE=True)
def test_cookies_are_for_the_server_alone(cast: Cast) -> None:
    browser = Client()
    browser.post("/login/", {"login": "owner@alma.example", "password": PASSWORD})
    assert is_in(browser)
    for name in ("office_session", "office_device"):
        assert browser.cookies[name]["httponly"] and browser.cookies[name]["samesite"] == "Lax"
