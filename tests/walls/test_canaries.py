"""Secrets and phones stand in clear nowhere but where they belong (reliability.md §2, 20 and 22)."""

import re
import time
from dataclasses import dataclass, field
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from integrations import waking
from orders.lifecycle import Stage
from tests.cast import Cast
from tests.walls import canaries
from tests.walls.canaries import CODE, PASSWORD, PHONE, TOKEN, WRONG_PASSWORD

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@dataclass
class Trip:
    """What was left behind by the tour, and which secrets sang on it."""

    log: str = ""
    bare_log: str = ""
    broker: str = ""
    database: str = ""
    metrics: str = ""
    errors: list[str] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def trip(cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Trip:
    """Everything that is done with secrets, done once, and then again with every page broken."""
    made = Trip(
        secrets={"password": PASSWORD, "wrong password": WRONG_PASSWORD, "token": TOKEN, "code": CODE, "phone": PHONE}
    )
    settings.EMAIL_BACKEND = "staff.letters.SealedBackend"
    with canaries.listening() as (log, bare_log):
        order = cast.place(Stage.PICKUP, customer={"firstName": "Канарейка", "lastName": "Поющая", "cellPhone": PHONE})
        owner = _sign_in(cast, made)
        _use(owner, cast, made, order.code)
        _break(owner, cast, made, monkeypatch, order.code)
        monkeypatch.undo()
        made.metrics = Client().get("/metrics").content.decode()
        made.log, made.bare_log = log.getvalue(), bare_log.getvalue()
    made.broker, made.database = canaries.broker(), canaries.database()
    return made


def _sign_in(cast: Cast, made: Trip) -> Client:
    """With a wrong password, with the right one, with a second step that is turned on meanwhile."""
    user = cast.aigerim.user
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    browser = Client()
    browser.post("/login/", {"login": user.email, "password": WRONG_PASSWORD})
    browser.post("/login/", {"login": user.email, "password": PASSWORD})
    page = browser.get("/account/app/").content.decode()
    found = re.search(r"\b[A-Z2-7]{32}\b", page.replace(" ", ""))
    assert found is not None, "the page of the app shows its secret as text"
    made.secrets["secret of the app"] = found[0]
    answer = browser.post("/account/app/", {"code": _code_of(found[0])})
    assert answer.status_code in (200, 302), answer.content
    return browser


def _code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def _use(owner: Client, cast: Cast, made: Trip, code: str) -> None:
    made.secrets["key"] = cast.alma.key_secret
    owner.post("/integrations/alma-tech/token/", {"token": TOKEN})
    owner.post("/login/reset/", {"login": cast.bolat.email})
    Client().post("/login/reset/", {"login": cast.bolat.email})
    answer = owner.post(
        "/staff/invite/",
        {"name": "Гость", "role": "order_manager", "place": ["alma-tech/PP1"]},
    )
    link = re.search(r"/invite/([\w-]{20,})/", answer.content.decode())
    assert link is not None, "the answer shows the link"
    made.secrets["invitation"] = link[1]
    Client().get(link[0])
    owner.get(f"/orders/{code}/")
    owner.get("/orders/pickup/", {"q": PHONE})
    owner.post(f"/orders/{code}/complete/", {"code": CODE})
    cast.alma.program().get("/api/v1/orders")
    cast.alma.program(cast.alma.key_secret[:-1] + "x").get("/api/v1/orders")
    waking.wake("deliver")


def _break(owner: Client, cast: Cast, made: Trip, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """The same doors while all behind them fails with a mouth full of secrets."""

    def shout(*_: object, **__: object) -> None:
        raise RuntimeError(f"{TOKEN} +7{PHONE} {cast.alma.key_secret}")

    owner.raise_request_exception = False
    program = cast.alma.program()
    program.raise_request_exception = False
    for broken in (
        "orders.actions.find",
        "orders.filters.select",
        "staff.places.visible",
        "integrations.accounts.connect",
    ):
        monkeypatch.setattr(broken, shout)
    asked = (
        lambda: owner.get(f"/orders/{code}/"),
        lambda: owner.get("/orders/pickup/", {"q": PHONE}),
        lambda: owner.post(f"/orders/{code}/complete/", {"code": CODE}),
        lambda: owner.post("/integrations/alma-tech/token/", {"token": TOKEN}),
        lambda: program.get("/api/v1/orders"),
        lambda: program.post(f"/api/v1/orders/{code}/complete", {"code": CODE}, content_type="application/json"),
    )
    for ask in asked:
        answer = ask()  # type: ignore[no-untyped-call]
        made.errors.append(answer.content.decode())
        assert answer.status_code >= 400, "a broken page says so"


def test_the_tour_was_heard(trip: Trip) -> None:
    """Else nothing below would prove anything."""
    assert "Internal Server Error" in trip.log
    assert "[hidden]" in trip.log
    sung = {name for name, secret in trip.secrets.items() if canaries.found(trip.bare_log, secret)}
    assert sung >= {"token", "key", "phone"}, "it is the filter that keeps them out"
    assert "office.run_duty" in trip.broker
    assert len(trip.secrets) == 8
    assert "staff_user" in trip.database
    assert "office_http_request_seconds" in trip.metrics


@pytest.mark.parametrize("place", ["log", "broker", "metrics"])
def test_no_secret_and_no_phone_is_in(trip: Trip, place: str) -> None:
    text = getattr(trip, place)
    assert {
        name: canaries.found(text, secret) for name, secret in trip.secrets.items() if canaries.found(text, secret)
    } == {}


def test_no_page_of_an_error_tells_a_secret(trip: Trip) -> None:
    for page in trip.errors:
        assert [name for name, secret in trip.secrets.items() if canaries.found(page, secret)] == []


def test_no_secret_is_in_a_dump_of_the_database(trip: Trip) -> None:
    """A phone is there by right; a code of four digits would be found in any number."""
    secrets = {name: secret for name, secret in trip.secrets.items() if name not in ("phone", "code")}
    told = {name: canaries.found(trip.database, secret)[:3] for name, secret in secrets.items()}
    assert {name: places for name, places in told.items() if places} == {}
    assert canaries.found(trip.database, PHONE[-10:]), "what is in the dump is found"
