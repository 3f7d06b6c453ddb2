"""A forgotten password: one link, one hour, one domain, and nothing told (reliability.md §4, row 34)."""

import re
import threading
import time

import pytest
import time_machine
from django.core import mail
from django.db import connections
from django.test import Client
from pytest_django import Settings

from tests.cast import Cast
from tests.signin.phone import half_in, is_in, turn_on

NEW = "nine brown foxes jump"
OWNER = "owner@alma.example"


def link_to(email: str = OWNER, **extra: str) -> str:
    """Ask for a link and take it out of the letter."""
    Client().post("/login/reset/", {"login": email}, headers=extra)
    found = re.search(r"https?://\S+", str(mail.outbox[-1].body))
    assert found is not None
    return found[0]


def path_of(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def use(link: str, password: str = NEW) -> int:
    browser = Client()
    browser.get(path_of(link))
    return int(browser.post("/login/reset/new/", {"password": password}).status_code)


def test_a_link_sets_a_new_password_once(cast: Cast) -> None:
    before = cast.aigerim.browser()
    link = link_to()
    assert (use(link), use(link, "another long password")) == (302, 410)
    assert cast.aigerim.user.check_password(NEW)
    assert before.get("/account/").status_code == 302


def test_the_second_step_is_asked_for_all_the_same(cast: Cast) -> None:
    turn_on(cast.aigerim)
    use(link_to())
    browser = Client()
    assert browser.post("/login/", {"login": OWNER, "password": NEW})["Location"] == "/login/code/"
    assert not is_in(browser)


def test_the_secret_leaves_the_address_at_once(cast: Cast) -> None:
    browser = Client()
    answer = browser.get(path_of(link_to()))
    assert answer["Location"] == "/login/reset/new/"


@pytest.mark.parametrize("change", ["password", "email", "is_active"])
def test_a_link_dies_with_what_it_was_made_for(cast: Cast, change: str) -> None:
    link, user = link_to(), cast.aigerim.user
    value = {"password": "md5$x$x", "email": "else@alma.example", "is_active": False}[change]
    type(user).objects.filter(pk=user.pk).update(**{change: value})
    assert use(link) == 410


def test_a_link_lives_an_hour(cast: Cast) -> None:
    link = link_to()
    with time_machine.travel(time.time() + 3700):
        assert use(link) == 410


def test_the_domain_of_a_link_is_ours_whatever_the_request_says(cast: Cast, settings: Settings) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://office.example.kz", ["*"]
    assert link_to(host="evil.example").startswith("https://office.example.kz/login/reset/")
    assert "evil" not in mail.outbox[-1].body


def test_nobody_learns_who_has_an_account(cast: Cast) -> None:
    said = []
    for email in (OWNER, "nobody@alma.example"):
        answer = Client().post("/login/reset/", {"login": email})
        said.append((answer.status_code, re.sub(rf"\b\w{{64}}\b|{email}", "…", answer.content.decode())))
    assert said[0] == said[1]
    assert [len(letter.to) for letter in mail.outbox[-2:]] == [1, 1]
    assert "login/reset" not in mail.outbox[-1].body


def test_a_mailbox_is_not_flooded_and_nobody_is_told_so(cast: Cast) -> None:
    before = len(mail.outbox)
    answers = [Client().post("/login/reset/", {"login": OWNER}).status_code for _ in range(6)]
    assert (answers, len(mail.outbox) - before) == ([200] * 6, 3)


@pytest.mark.parametrize("key", ["x", "-", "0-abc", "zzzzzzzzzzzzzzzzzzzz-abc", "1-" + "a" * 500, "é-é"])
def test_a_made_up_link_opens_nothing(cast: Cast, key: str) -> None:
    assert use(f"http://testserver/login/reset/{key}/") == 410


def test_a_weak_password_keeps_the_link(cast: Cast) -> None:
    link = link_to()
    assert (use(link, "short"), use(link)) == (422, 302)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_a_link_at_once_one_is_first(transactional_db: None, cast: Cast) -> None:
    link, answers = link_to(), []

    def go(number: int) -> None:
        answers.append(use(link, f"{NEW} number {number}"))
        connections.close_all()

    threads = [threading.Thread(target=go, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302, 410, 410, 410, 410, 410]


def test_a_reset_is_no_way_round_the_limit_of_codes(cast: Cast) -> None:
    turn_on(cast.aigerim)
    browser = half_in(cast.aigerim)
    for _ in range(10):
        browser.post("/login/code/", {"code": "000000"})
    use(link_to())
    again = Client()
    again.post("/login/", {"login": OWNER, "password": NEW})
    assert again.post("/login/code/", {"code": "000000"}).status_code == 429
