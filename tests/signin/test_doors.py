"""The door: what it says, how long it takes, where it leads (reliability.md §4, row 33)."""

import time

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from pytest_django import Settings

from kaspi_office.provisioning import provision
from staff.models import AuditEntry
from tests.cast import PASSWORD, Cast, document
from tests.signin.phone import is_in


def sign_in(client: Client, login: str, password: str = PASSWORD, path: str = "/login/") -> tuple[int, str]:
    answer = client.post(path, {"login": login, "password": password})
    return answer.status_code, answer.get("Location", "")


def test_the_right_password_leads_to_where_one_wanted_to_go(cast: Cast) -> None:
    assert sign_in(Client(), "owner@alma.example", path="/login/?next=/staff/") == (302, "/staff/")
    assert sign_in(Client(), " OWNER@Alma.example ") == (302, "/")


@pytest.mark.parametrize("away", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"])
def test_nobody_is_led_out_of_the_house(cast: Cast, away: str) -> None:
    assert sign_in(Client(), "owner@alma.example", path=f"/login/?next={away}") == (302, "/")


def test_an_unknown_address_and_a_wrong_password_are_answered_alike(cast: Cast) -> None:
    pages = []
    for login in ("owner@alma.example", "nobody@alma.example"):
        answer = Client().post("/login/", {"login": login, "password": "a guess"})
        pages.append((answer.status_code, answer.content.decode().replace(login, "…")))
    assert [status for status, _ in pages] == [422, 422]
    assert "Почта или пароль не подходят" in pages[0][1] and "Почта или пароль не подходят" in pages[1][1]


def test_an_unknown_address_takes_as_long(cast: Cast, settings: Settings) -> None:
    class Slow(PBKDF2PasswordHasher):
        iterations = 400_000

    settings.PASSWORD_HASHERS = [f"{__name__}.{Slow.__name__}"]
    globals()["Slow"] = Slow
    user = cast.aigerim.user
    user.set_password(PASSWORD)
    user.save()
    took = {}
    for login in ("owner@alma.example", "nobody@alma.example"):
        started = time.perf_counter()
        sign_in(Client(), login, "a guess")
        took[login] = time.perf_counter() - started
    assert 0.5 < took["owner@alma.example"] / took["nobody@alma.example"] < 2


@pytest.mark.parametrize(
    ("login", "password"),
    [("owner@alma.example", "x" * 1_000_00), ("owner@alma.example", "a\x00b"), ("a\x00b", "x"), ("x" * 300, "x")],
)
def test_what_cannot_be_a_password_is_refused_before_it_is_judged(cast: Cast, login: str, password: str) -> None:
    assert sign_in(Client(), login, password)[0] == 400


def test_a_megabyte_is_not_read(cast: Cast) -> None:
    assert sign_in(Client(), "owner@alma.example", "x" * 1_100_000)[0] in (400, 413)


def test_the_session_gets_a_new_id_at_the_door(cast: Cast) -> None:
    browser = Client()
    browser.get("/account/")
    session = browser.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    sign_in(browser, "owner@alma.example")
    assert browser.session.session_key != planted


def test_who_signs_out_is_out_and_nothing_stays(cast: Cast) -> None:
    browser = cast.aigerim.browser()
    answer = browser.post("/logout/")
    assert (answer["Location"], answer["Clear-Site-Data"]) == ("/login/", '"cache"')
    assert not is_in(browser)


def test_a_new_browser_is_told_in_the_journal_and_a_known_one_is_not(
    cast: Cast, django_capture_on_commit_callbacks: object
) -> None:
    assert callable(django_capture_on_commit_callbacks)
    browser = Client()
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(browser, "owner@alma.example")
        browser.post("/logout/")
        sign_in(browser, "owner@alma.example")
    with cast.alma.scope():
        assert AuditEntry.objects.filter(action="signin.new_device").count() == 1


def test_every_company_of_a_person_is_told_what_he_did_to_his_sign_in(
    cast: Cast, django_capture_on_commit_callbacks: object
) -> None:
    assert callable(django_capture_on_commit_callbacks)
    wanted = document()
    wanted["companies"][1]["members"].append({"email": cast.bolat.email, "name": "Болат", "role": "analyst"})
    provision(wanted)
    with django_capture_on_commit_callbacks(execute=True):
        cast.bolat.browser().post("/account/password/", {"password": "nine brown foxes jump"})
    for company in (cast.alma, cast.bereke):
        with company.scope():
            assert AuditEntry.objects.filter(action="signin.password_changed", actor_label="Болат").count() == 1


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/email/", "/account/email/"])
def test_no_page_of_the_library_is_open(cast: Cast, path: str) -> None:
    assert cast.aigerim.browser().get(path).status_code == 404
