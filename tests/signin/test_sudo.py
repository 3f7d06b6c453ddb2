"""What is sensitive asks for a recent proof that it is the person himself."""

from collections.abc import Iterator
from types import ModuleType

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from kaspi_office import urls
from staff.access import OfficeRequest, requires
from staff.permissions import Permission
from tests.cast import PASSWORD, Cast


@requires(Permission.STAFF_VIEW, sudo=True)
def sensitive(request: OfficeRequest) -> HttpResponse:
    return HttpResponse("opened")


@pytest.fixture(autouse=True)
def with_a_sensitive_page(settings: Settings) -> Iterator[None]:
    house = ModuleType("tests_sudo_urls")
    house.urlpatterns = [path("sensitive/", sensitive), *urls.urlpatterns]  # type: ignore[attr-defined]
    settings.ROOT_URLCONF = house
    yield


def test_a_fresh_sign_in_opens_it(cast: Cast) -> None:
    assert cast.aigerim.browser().get("/sensitive/").content == b"opened"


def test_a_stale_one_is_led_to_prove_himself_and_comes_back(cast: Cast) -> None:
    browser = cast.aigerim.stale_browser()
    asked = browser.get("/sensitive/?shop=alma-tech")
    assert asked["Location"] == "/account/confirm/?next=%2Fsensitive%2F%3Fshop%3Dalma-tech"
    back = browser.post(asked["Location"], {"password": PASSWORD})
    assert browser.get(back["Location"]).content == b"opened"


def test_a_wrong_password_proves_nothing(cast: Cast) -> None:
    browser = cast.aigerim.stale_browser()
    assert browser.post("/account/confirm/?next=/sensitive/", {"password": "guess"}).status_code == 422
    assert browser.get("/sensitive/").status_code == 302


def test_what_was_posted_is_not_kept(cast: Cast) -> None:
    browser = cast.aigerim.stale_browser()
    answer = browser.post("/sensitive/", {"token": "s3cr3t-token"}, headers={"Referer": "http://testserver/staff/?x=1"})
    assert answer["Location"] == "/account/confirm/?next=%2Fstaff%2F%3Fx%3D1"
    assert "s3cr3t-token" not in str(dict(browser.session))


def test_a_fragment_moves_the_whole_window(cast: Cast) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "https://elsewhere.example/staff/"}
    answer = cast.aigerim.stale_browser().post("/sensitive/", headers=headers)
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/account/confirm/?next=%2Fstaff%2F")


def test_who_lacks_the_right_is_not_asked_for_a_proof(cast: Cast) -> None:
    assert cast.bolat.stale_browser().get("/sensitive/").status_code == 403


def test_a_session_without_any_proof_is_stale(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.aigerim.user)
    assert browser.get("/sensitive/").status_code == 302


@pytest.mark.parametrize("away", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_the_way_back_stays_in_the_house(cast: Cast, away: str) -> None:
    answer = cast.aigerim.stale_browser().post("/account/confirm/", {"password": PASSWORD, "next": away})
    assert answer["Location"] == "/"
