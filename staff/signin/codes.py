"""Codes of the second step, each of which opens once: from an app (TOTP, RFC 6238), and recovery codes.

allauth notes a used code in the cache for half a minute. Here the last step that was used stands in the row of the app, under
its lock: of many requests with one code one gets in, whether Redis is there or not.
"""

import base64
import time
from typing import Any, Final

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from staff.models import User
from staff.sealing import CannotOpen, seal, unseal
from staff.signin.adapters import secrets_of

PERIOD: Final = 30
# A phone's clock may be a step off, either way.
TOLERANCE: Final = 1
LONGEST: Final = 32
PENDING: Final = "code_app"
Rows = QuerySet[Authenticator]


def step_of(secret: str, code: str, *, now: float) -> int | None:
    """The step whose code this is, within the tolerance; None when it is of none. `now`: seconds since the epoch."""
    present = int(now) // PERIOD
    for step in range(present - TOLERANCE, present + TOLERANCE + 1):
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return step
    return None


def spend(user: User, code: str, *, now: float | None = None) -> Authenticator | None:
    """Use up a code of his: what it was a code of, or None when it opens nothing."""
    if not 0 < len(code) <= LONGEST:
        return None
    with secrets_of(user), transaction.atomic():
        rows = Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.WEBAUTHN)
        # Locked in one order by everybody, and read after the lock.
        for row in rows.select_for_update().order_by("pk"):
            if _spend_of(row, code, now=time.time() if now is None else now):
                return row
    return None


def begin_app(request: HttpRequest, user: User) -> str:
    """A new secret for his app, kept sealed in the session until a code of it proves that the app has it."""
    secret: str = generate_totp_secret()
    request.session[PENDING] = base64.b64encode(seal(secret, **_pending_place(user))).decode()
    return secret


def pending_app(request: HttpRequest, user: User) -> str:
    """The secret that waits for its proof; empty when none does."""
    try:
        return unseal(base64.b64decode(request.session.get(PENDING, "")), **_pending_place(user))
    except CannotOpen:
        return ""


def app_address(user: User, secret: str) -> str:
    """What the picture for the app says: `otpauth://…`."""
    return str(get_adapter().build_totp_url(user, secret))


def has_app(user: User) -> bool:
    return bool(Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists())


def add_app(request: HttpRequest, user: User, code: str, *, now: float | None = None) -> bool:
    """Turn codes on if this is one of the waiting secret's. It is used up by that."""
    secret = pending_app(request, user)
    step = step_of(secret, code, now=time.time() if now is None else now) if secret and len(code) <= LONGEST else None
    if step is None:
        return False
    with secrets_of(user), transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if has_app(user):
            return False
        row = TOTP.activate(user, secret).instance
        row.data["last_step"] = step
        row.save(update_fields=["data"])
    del request.session[PENDING]
    return True


def new_recovery_codes(user: User) -> list[str]:
    """Ten codes for a day without the phone. Those before them end."""
    with secrets_of(user), transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).delete()
        return list(RecoveryCodes.activate(user).generate_codes())


def recovery_codes_left(user: User) -> int:
    row = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).first()
    if row is None:
        return 0
    with secrets_of(user):
        return len(row.wrap().get_unused_codes())


def _spend_of(row: Authenticator, code: str, *, now: float) -> bool:
    if row.type == Authenticator.Type.RECOVERY_CODES:
        return bool(row.wrap().validate_code(code))
    step = step_of(decrypt(row.data["secret"]), code, now=now)
    if step is None or step <= row.data.get("last_step", 0):
        return False
    row.data["last_step"] = step
    row.save(update_fields=["data"])
    return True


def _pending_place(user: User) -> dict[str, Any]:
    return {"table": "django_session", "column": PENDING, "company": 0, "owner": user.pk}
