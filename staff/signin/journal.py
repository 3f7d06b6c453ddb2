"""What a person did to his own sign-in: written into the journal of each company he belongs to, and told him by a letter."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final, cast

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from staff import audit
from staff.access import Actor, actor_of_member
from staff.models import Member, User
from staff.scoping import company_scope, tell_database
from staff.signin.browsers import name_of
from staff.signin.sessions import address_of

# What he is told of by a letter, whoever did it.
TOLD: Final[Mapping[str, str]] = {
    "signin.password_changed": gettext_noop("Пароль изменён. Остальные устройства вышли."),
    "signin.password_reset": gettext_noop("Пароль задан заново по ссылке из письма. Все устройства вышли."),
    "signin.code_app_added": gettext_noop("Включены коды из приложения."),
    "signin.code_app_removed": gettext_noop("Коды из приложения отключены."),
    "signin.passkey_added": gettext_noop("Добавлен ключ доступа."),
    "signin.passkey_removed": gettext_noop("Удалён ключ доступа."),
    "signin.codes_renewed": gettext_noop("Выпущены новые запасные коды, прежние не действуют."),
}


def tell(
    request: HttpRequest, user: User, action: str, *, now: datetime, details: Mapping[str, Any] | None = None
) -> None:
    """Write the deed into the company of this request at once, into his others when this is done."""
    present: Actor | None = getattr(request, "actor", None)
    if present is not None:
        _record(present, request, action, details, now=now)
    here = None if present is None else present.company_id
    elsewhere = [company_id for company_id in companies_of(user) if company_id != here]
    if elsewhere:
        transaction.on_commit(partial(_record_in, elsewhere, user, request, action, details, now=now))
    if action in TOLD:
        _write(user, TOLD[action])


def companies_of(user: User) -> list[int]:
    """Every company in which he is at work."""
    with transaction.atomic():
        tell_database("app.user", str(user.pk))
        with connection.cursor() as cursor:
            # Read past the manager on purpose: row security shows a person his own memberships in every company.
            cursor.execute("SELECT company_id FROM staff_member WHERE user_id = %s AND is_active ORDER BY 1", [user.pk])
            found = [int(company_id) for (company_id,) in cursor.fetchall()]
        tell_database("app.user", "")
    return found


def _record_in(
    companies: list[int],
    user: User,
    request: HttpRequest,
    action: str,
    details: Mapping[str, Any] | None,
    *,
    now: datetime,
) -> None:
    for company_id in companies:
        with company_scope(company_id):
            member = Member.objects.filter(user_id=user.pk).first()
            if member is not None:
                _record(actor_of_member(member), request, action, details, now=now)


def _record(by: Actor, request: HttpRequest, action: str, details: Mapping[str, Any] | None, *, now: datetime) -> None:
    member = Member.objects.get(pk=cast(int, by.id))
    told = {"browser": name_of(request.META.get("HTTP_USER_AGENT", "")), **(details or {})}
    by = replace(by, request_id=getattr(request, "request_id", ""), address=address_of(request))
    audit.record(by, action, subject=("member", member.public_id), now=now, details=told)


def _write(user: User, sentence: str) -> None:
    with override(user.language):
        text = _("%(what)s\n\nЕсли это были не вы, задайте новый пароль: %(link)s\nи скажите владельцу магазина.")
        told = {"what": _(sentence), "link": f"{settings.SITE_URL}/login/reset/"}
        send_mail(_("Изменился ваш вход в Kaspi Office"), text % told, settings.DEFAULT_FROM_EMAIL, [user.email])
