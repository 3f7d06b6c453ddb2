"""Passkeys (WebAuthn): a key on the phone, the computer or a stick as the second step. allauth and fido2 judge them."""

import ipaddress
import json
from typing import Any, Final

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest
from django.utils.translation import gettext as _

from staff.models import User

MOST: Final = 10
LONGEST_NAME: Final = 40


def are_possible(request: HttpRequest) -> bool:
    """A browser makes keys for names only: «localhost» or a domain, never a bare address."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return True
    return False


def of(user: User) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN).order_by("pk"))


def begin(user: User) -> str:
    """What the browser is asked to make a key of, as JSON; the challenge waits in the session."""
    return json.dumps(auth.begin_registration(user, passwordless=False), cls=DjangoJSONEncoder)


def add(user: User, answer: str, name: str) -> Authenticator | None:
    """The key that the browser made, or None when the answer is none of ours."""
    credential = _read(answer)
    if credential is None or len(of(user)) >= MOST:
        return None
    try:
        auth.parse_registration_response(credential)
        auth.complete_registration(credential)
    except (ValidationError, ValueError, TypeError, KeyError):
        return None
    named = name.replace("\x00", "").strip()[:LONGEST_NAME] or _("Ключ %(number)s") % {"number": len(of(user)) + 1}
    made: Authenticator = auth.WebAuthn.add(user, named, credential).instance
    return made


def ask(user: User) -> str:
    """What the browser is asked to prove, as JSON; empty when he has no key."""
    return json.dumps(auth.begin_authentication(user), cls=DjangoJSONEncoder) if of(user) else ""


def prove(user: User, answer: str) -> Authenticator | None:
    """The key of his that the answer proves, or None. The challenge in the session serves once."""
    credential = _read(answer)
    if credential is None:
        return None
    try:
        auth.parse_authentication_response(credential)
        found: Authenticator = auth.complete_authentication(user, credential)
    except (ValidationError, ValueError, TypeError, KeyError):
        return None
    return found


def _read(answer: str) -> dict[str, Any] | None:
    try:
        credential = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    return credential if isinstance(credential, dict) else None
