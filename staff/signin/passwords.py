"""A new password: what is a good one, and what ends with the old one."""

from datetime import datetime

from django.contrib.auth import password_validation, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from staff.models import User
from staff.signin import journal, sessions
from staff.signin.entrance import LONGEST_PASSWORD, is_readable


def faults(password: str, user: User) -> list[str]:
    """Why this cannot be his new password, in sentences; none: it can."""
    if not is_readable(password):
        return [_("Пароль не длиннее %(most)s знаков") % {"most": LONGEST_PASSWORD}]
    if user.has_usable_password() and user.check_password(password):
        return [_("Это прежний пароль. Придумайте другой")]
    try:
        password_validation.validate_password(password, user)
    except ValidationError as weak:
        return list(weak.messages)
    return []


def change(request: HttpRequest, user: User, password: str, *, now: datetime) -> None:
    """His own change: this session goes on under a new id, all others end."""
    before = request.session.session_key
    _store(user, password)
    update_session_auth_hash(request, user)
    sessions.follow(request, before)
    sessions.end_others(user, here=request.session.session_key)
    journal.tell(request, user, "signin.password_changed", now=now)


def reset(request: HttpRequest, user: User, password: str, *, now: datetime) -> None:
    """By a link from a letter: all sessions end."""
    _store(user, password)
    sessions.end_others(user, here=None)
    journal.tell(request, user, "signin.password_reset", now=now)


def _store(user: User, password: str) -> None:
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
