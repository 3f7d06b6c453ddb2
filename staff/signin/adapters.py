"""How django-allauth fits this house: its messages and letters are ours, its secrets are sealed."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse

from staff.clock import database_now
from staff.models import User
from staff.sealing import seal, unseal
from staff.signin import attempts, devices, journal
from staff.signin.sessions import address_of

PRODUCT = "Kaspi Office"
# Whose secret is sealed or opened: allauth does not say, and a secret moved to another person must not open.
_owner: ContextVar[int] = ContextVar("owner")


@contextmanager
def secrets_of(user: User) -> Iterator[None]:
    """Inside, allauth's secrets are those of this person."""
    mark = _owner.set(user.pk)
    try:
        yield
    finally:
        _owner.reset(mark)


def _place() -> dict[str, Any]:
    return {"table": "mfa_authenticator", "column": "data", "company": 0, "owner": _owner.get()}


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: seeds of codes are sealed for their owner."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(text, **_place())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(base64.b64decode(encrypted_text), **_place())

    def get_totp_issuer(self) -> str:
        return PRODUCT

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": PRODUCT}

    def send_notification_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """`staff.signin.journal` tells what was changed."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in: what follows the last step of it."""

    def post_login(self, request: HttpRequest, user: User, **hook: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **hook)
        if not devices.known(request, user.email):
            journal.tell(request, user, "signin.new_device", now=database_now())
        attempts.forget(attempts.of_account("login", user.email, devices.known(request, user.email)))
        devices.remember(request, response, user.email)
        return response

    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """Our pages speak for themselves."""

    def send_notification_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """`staff.signin.journal` tells what was changed."""

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)
