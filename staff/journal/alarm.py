"""Tell the owners that somebody took out more than usual: a letter at once, a notice for a week."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.core.mail import send_mail
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from staff.access import Actor
from staff.formats import almaty_moment
from staff.journal import words
from staff.models import AuditEntry, Member, Role
from staff.page_parts import Notice
from staff.permissions import Permission

log = logging.getLogger(__name__)

SHOWN: Final = timedelta(days=7)
URL: Final = "/staff/journal/?action=export.downloaded"


def write_to_owners(by: Actor, details: Mapping[str, Any], *, now: datetime) -> None:
    """A letter to each owner in his language, once the transaction is over. Without mail there is the notice."""
    owners = Member.objects.filter(role=Role.OWNER, is_active=True, user__is_active=True).select_related("user")
    for owner in owners:
        with translation.override(owner.user.language):
            subject = _("Необычная выгрузка данных покупателей")
            text = _("%(who)s, %(when)s, с адреса %(address)s.\n%(what)s\n\nЭто видно в журнале: Команда, Журнал.") % {
                "who": by.label,
                "when": almaty_moment(now, now=now),
                "address": by.address or "?",
                "what": words.hint(details),
            }
        transaction.on_commit(partial(send_mail, subject, text, None, [owner.user.email]), robust=True)


def notice(actor: Actor, *, now: datetime) -> Notice | None:
    """The newest unusual export of the last days, for who may read the whole journal."""
    if not actor.may(Permission.AUDIT_VIEW) or actor.points is not None or actor.orders_of is not None:
        return None
    found = AuditEntry.objects.filter(details__has_key="hint", at__gt=now - SHOWN).order_by("-at").first()
    if found is None:
        return None
    text = f"{found.actor_label}, {almaty_moment(found.at, now=now)}. {words.hint(found.details)}"
    return Notice(_("Необычная выгрузка."), text, "warn", "triangle-alert", _("Журнал"), URL)
