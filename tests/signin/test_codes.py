"""A code opens once, of its own person, within a step of its time (reliability.md §4, row 32)."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.db import connections
from django.db.models import QuerySet
from django.test import Client, override_settings

from staff.sealing import CannotOpen
from staff.signin import codes
from tests.cast import Cast
from tests.signin.phone import code_of, half_in, is_in, stored_secret, turn_on

RACERS = 8


def enter(browser: Client, code: str) -> bool:
    browser.post("/login/code/", {"code": code})
    return is_in(browser)


def test_the_password_alone_opens_nothing(cast: Cast) -> None:
    turn_on(cast.aigerim)
    browser = half_in(cast.aigerim)
    assert not is_in(browser)
    assert browser.get("/orders/new/").status_code == 302


def test_a_code_opens_and_opens_once(cast: Cast) -> None:
    secret, _ = turn_on(cast.aigerim)
    code = code_of(secret)
    assert enter(half_in(cast.aigerim), code)
    assert not enter(half_in(cast.aigerim), code)


def test_the_code_that_turned_the_app_on_is_used_up(cast: Cast) -> None:
    secret, _ = turn_on(cast.aigerim)
    assert not enter(half_in(cast.aigerim), code_of(secret, steps=-1))


def test_an_older_code_is_dead_once_a_newer_one_was_used(cast: Cast) -> None:
    secret, _ = turn_on(cast.aigerim)
    assert enter(half_in(cast.aigerim), code_of(secret, steps=1))
    assert not enter(half_in(cast.aigerim), code_of(secret))


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_a_step_off(steps: int, opens: bool) -> None:
    secret, now = generate_totp_secret(), 1_800_000_000.0
    code = format_hotp_value(hotp_value(secret, int(now) // codes.PERIOD + steps))
    assert (codes.step_of(secret, code, now=now) is not None) is opens


def test_a_recovery_code_opens_once(cast: Cast) -> None:
    _, spare = turn_on(cast.aigerim)
    assert len(spare) == 10
    assert enter(half_in(cast.aigerim), spare[3])
    assert not enter(half_in(cast.aigerim), spare[3])
    assert codes.recovery_codes_left(cast.aigerim.user) == 9


def test_a_code_of_somebody_else_opens_nothing(cast: Cast) -> None:
    turn_on(cast.aigerim)
    secret, spare = turn_on(cast.bolat)
    assert not enter(half_in(cast.aigerim), code_of(secret))
    assert not enter(half_in(cast.aigerim), spare[0])


@pytest.mark.parametrize("code", ["", "\x00", "abcdef", "１２３４５６", "9" * 5000, "-1", "1e5"])
def test_what_is_no_code_is_refused_like_a_wrong_one(cast: Cast, code: str) -> None:
    turn_on(cast.aigerim)
    browser = half_in(cast.aigerim)
    assert browser.post("/login/code/", {"code": code}).status_code == 422
    assert not is_in(browser)


def test_ten_wrong_codes_end_the_guessing(cast: Cast) -> None:
    secret, _ = turn_on(cast.aigerim)
    browser = half_in(cast.aigerim)
    for _ in range(10):
        assert browser.post("/login/code/", {"code": "000000"}).status_code == 422
    assert browser.post("/login/code/", {"code": code_of(secret)}).status_code == 429


def test_secrets_are_sealed_for_their_owner(cast: Cast) -> None:
    secret, _ = turn_on(cast.aigerim)
    data, opened = stored_secret(cast.aigerim.user)
    assert (secret in str(data), opened) == (False, secret)
    Authenticator.objects.filter(user=cast.aigerim.user, type="totp").update(user=cast.bolat.user)
    with pytest.raises(CannotOpen):
        stored_secret(cast.bolat.user)


def test_the_waiting_secret_is_sealed_in_the_session(cast: Cast) -> None:
    browser = cast.aigerim.browser()
    page = browser.get("/account/app/").content.decode()
    secret = page.split('id="secret">')[1].split("<")[0]
    assert secret not in str(dict(browser.session))


@override_settings(
    CACHES={
        "default": {"BACKEND": "staff.cache.CacheWithSpare", "LOCATION": "redis://127.0.0.1:1/0"},
        "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "codes"},
    }
)
def test_without_redis_a_code_opens_once_all_the_same(cast: Cast) -> None:
    secret, spare = turn_on(cast.aigerim)
    code = code_of(secret)
    assert [enter(half_in(cast.aigerim), one) for one in (code, code, spare[0], spare[0])] == [True, False, True, False]


def race(cast: Cast, code: str, browsers: list[Client]) -> int:
    """How many of these get in by one code that they post at once."""
    start = threading.Barrier(len(browsers))

    def post(browser: Client) -> None:
        start.wait()
        browser.post("/login/code/", {"code": code})
        connections.close_all()

    threads = [threading.Thread(target=post, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(is_in(browser) for browser in browsers)


def together(function: Callable[..., object]) -> Callable[..., object]:
    """All racers stand here at once if nothing keeps them apart; a lock does, and then each goes on alone."""
    barrier = threading.Barrier(RACERS)

    def waiting(*args: object, **kwargs: object) -> object:
        with suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=1)
        return function(*args, **kwargs)

    return waiting


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["app", "recovery"])
@pytest.mark.parametrize("locked", [True, False])
def test_of_many_at_once_one_gets_in_and_the_lock_is_why(
    transactional_db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch, kind: str, locked: bool
) -> None:
    secret, spare = turn_on(cast.aigerim)
    browsers = [half_in(cast.aigerim) for _ in range(RACERS)]
    monkeypatch.setattr(codes, "step_of", together(codes.step_of))
    if not locked:
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)
    if kind == "recovery":
        monkeypatch.setattr(codes, "step_of", lambda *_args, **_kwargs: None)
        wrapped = together(RecoveryCodes.generate_codes)
        monkeypatch.setattr(RecoveryCodes, "generate_codes", wrapped)
    entered = race(cast, code_of(secret) if kind == "app" else spare[0], browsers)
    assert entered == 1 if locked else entered > 1


@pytest.mark.django_db(transaction=True)
def test_an_app_is_turned_on_once_also_by_two_pages_at_once(transactional_db: None, cast: Cast) -> None:
    browsers = [cast.aigerim.browser() for _ in range(4)]
    forms = []
    for browser in browsers:
        page = browser.get("/account/app/").content.decode()
        forms.append(code_of(page.split('id="secret">')[1].split("<")[0]))
    answers: list[int] = []

    def post(browser: Client, code: str) -> None:
        answers.append(browser.post("/account/app/", {"code": code}).status_code)
        connections.close_all()

    threads = [threading.Thread(target=post, args=pair) for pair in zip(browsers, forms, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(answer < 500 for answer in answers), answers
    assert Authenticator.objects.filter(user=cast.aigerim.user, type="totp").count() == 1
