"""A phone with codes, and what a person does with it on the pages."""

import re
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.test import Client

from staff.models import User
from staff.signin.adapters import secrets_of
from staff.signin.codes import PERIOD
from tests.cast import PASSWORD, Person


def code_of(secret: str, *, steps: int = 0) -> str:
    """What the app shows, so many steps of half a minute from now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD + steps)))


def turn_on(person: Person, browser: Client | None = None) -> tuple[str, list[str]]:
    """Turn codes on by the page; the app's secret and the recovery codes. The code used for that is of the step before."""
    browser = browser or person.browser()
    page = browser.get("/account/app/").content.decode()
    secret = re.findall(r'id="secret">(\w+)<', page)[0]
    shown = browser.post("/account/app/", {"code": code_of(secret, steps=-1)}).content.decode()
    return secret, re.findall(r'<li class="num">(\d{8})</li>', shown)


def half_in(person: Person) -> Client:
    """A browser in which the password was right and the code is asked for."""
    browser = Client()
    answer = browser.post("/login/", {"login": person.email, "password": PASSWORD})
    assert answer["Location"] == "/login/code/", answer["Location"]
    return browser


def is_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def stored_secret(user: User) -> tuple[dict[str, Any], str]:
    """The row of his app as it stands in the database, and the secret that it holds."""
    data = Authenticator.objects.get(user=user, type="totp").data
    with secrets_of(user):
        return data, str(decrypt(data["secret"]))
