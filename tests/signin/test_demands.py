"""What must be done before anything else opens, and what a good password is."""

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.utils import timezone

from staff.models import AuditEntry, Company, Mfa, User
from staff.signin.demands import SecondStep, page_of
from tests.cast import PASSWORD, Cast
from tests.signin.phone import turn_on

TODAY = date(2026, 11, 22)
TOMORROW = TODAY + timedelta(days=1)
WANTED = SecondStep(Mfa.REQUIRED, None, present=False)
ALL = ("/", "/orders/new/", "/staff/", "/account/", "/account/profile/")


def ask_for_second_step(cast: Cast, starts: date | None = None) -> None:
    with cast.alma.scope():
        Company.objects.filter(pk=cast.alma.id).update(mfa=Mfa.REQUIRED, mfa_from=starts)


@pytest.mark.parametrize(
    ("step", "told", "page"),
    [
        (SecondStep(), False, ""),
        (WANTED, False, "account"),
        (WANTED, True, "account_password"),
        (SecondStep(Mfa.REQUIRED, None, present=True), False, ""),
        (SecondStep(Mfa.REQUIRED, TODAY, present=False), False, "account"),
        (SecondStep(Mfa.REQUIRED, TOMORROW, present=False), False, ""),
        (SecondStep(Mfa.OFF, TODAY, present=False), False, ""),
    ],
)
def test_the_rule(step: SecondStep, told: bool, page: str) -> None:
    assert page_of(step, must_change_password=told, today=TODAY) == page


def test_a_near_day_is_announced_and_one_that_came_is_not() -> None:
    assert SecondStep(Mfa.REQUIRED, TOMORROW).announced(TODAY) == TOMORROW
    assert SecondStep(Mfa.REQUIRED, TODAY).announced(TODAY) is None
    assert SecondStep(Mfa.REQUIRED, TOMORROW, present=True).announced(TODAY) is None


def test_without_a_second_step_nothing_opens_but_the_place_to_set_it_up(cast: Cast) -> None:
    ask_for_second_step(cast)
    browser = cast.bolat.browser()
    answers = [browser.get(path) for path in ALL]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 200, 200]
    assert answers[1]["Location"].startswith("/account/?")
    assert "без этого ничего не откроется" in answers[3].content.decode()
    assert browser.post("/orders/accept/", headers={"HX-Request": "true"}).status_code == 401


def test_with_it_everything_opens(cast: Cast) -> None:
    ask_for_second_step(cast)
    browser = cast.bolat.browser()
    turn_on(cast.bolat, browser)
    assert browser.get("/orders/new/").status_code == 200


def test_a_company_that_asks_for_nothing_asks_for_nothing(cast: Cast) -> None:
    assert cast.bolat.browser().get("/orders/new/").status_code == 200


def test_a_password_that_somebody_told_him_is_changed_first(cast: Cast) -> None:
    User.objects.filter(email=cast.bolat.email).update(must_change_password=True)
    browser = Client()
    assert browser.post("/login/", {"login": cast.bolat.email, "password": PASSWORD})["Location"] == "/"
    assert browser.get("/orders/new/")["Location"].startswith("/account/password/")
    assert browser.get("/account/")["Location"].startswith("/account/password/")
    assert browser.post("/account/password/", {"password": PASSWORD}).status_code == 422
    assert browser.post("/account/password/", {"password": "nine brown foxes jump"}).status_code == 302
    assert browser.get("/orders/new/").status_code == 200


@pytest.mark.parametrize(
    "weak", ["", "short", "123456789012", "1qaz2wsx3edc", "m1@alma.example", "x" * 2000, "a\x00" * 9]
)
def test_a_weak_password_is_refused(cast: Cast, weak: str) -> None:
    browser = cast.bolat.browser()
    assert browser.post("/account/password/", {"password": weak}).status_code == 422
    assert cast.bolat.user.check_password(PASSWORD)


def test_a_change_is_told_by_letter_and_in_the_journal(cast: Cast) -> None:
    cast.bolat.browser().post("/account/password/", {"password": "nine brown foxes jump"})
    assert "Пароль изменён" in mail.outbox[-1].body
    with cast.alma.scope():
        entry = AuditEntry.objects.get(action="signin.password_changed")
    assert (entry.actor_label, "foxes" in str(entry.__dict__)) == ("Болат", False)


def test_everything_sensitive_asks_for_a_recent_proof(cast: Cast) -> None:
    browser = cast.bolat.stale_browser()
    for path in ("/account/password/", "/account/app/", "/account/passkey/"):
        assert browser.get(path)["Location"].startswith("/account/confirm/"), path
    for path in ("/account/app/remove/", "/account/recovery-codes/", "/account/sessions/end/"):
        assert browser.post(path)["Location"].startswith("/account/confirm/"), path


def test_the_last_second_step_takes_its_recovery_codes_with_it(cast: Cast) -> None:
    browser = cast.bolat.browser()
    turn_on(cast.bolat, browser)
    browser.post("/account/app/remove/")
    assert not Authenticator.objects.filter(user=cast.bolat.user).exists()


def test_recovery_codes_are_shown_once_and_new_ones_end_the_old(cast: Cast) -> None:
    browser = cast.bolat.browser()
    _, old = turn_on(cast.bolat, browser)
    assert old[0] not in browser.get("/account/").content.decode()
    renewed = browser.post("/account/recovery-codes/").content.decode()
    assert old[0] not in renewed
    assert browser.post("/account/confirm/", {"code": old[0]}).status_code == 422


def test_a_code_confirms_as_the_password_does(cast: Cast) -> None:
    _, spare = turn_on(cast.bolat)
    stale = cast.bolat.stale_browser()
    assert stale.post("/account/confirm/?next=/account/password/", {"code": spare[0]}).status_code == 302
    assert stale.get("/account/password/").status_code == 200


def test_the_day_is_announced_on_every_page_before_it_comes(cast: Cast) -> None:
    ask_for_second_step(cast, timezone.localdate() + timedelta(days=3))
    page = cast.bolat.browser().get("/orders/new/")
    assert page.status_code == 200
    assert "без второго шага входа не войти" in page.content.decode()
