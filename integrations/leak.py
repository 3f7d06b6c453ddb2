"""A key has leaked, and nobody knows which: everything that opens the company is shut at once (reliability.md §1.2, row 11)."""

from collections.abc import Mapping
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

from integrations import accounts
from integrations.models import KaspiAccount
from staff import api_keys, audit
from staff.access import Actor, require
from staff.errors import Refused
from staff.models import Company, CounterDesk, Invitation, Member, Shop
from staff.permissions import Permission


def shut(
    company: Company, typed: str, *, here: str | None, forget_tokens: bool, by: Actor, now: datetime
) -> Mapping[str, int]:
    """End every key, session, shared computer and invitation of the company; answers how many of each.

    `typed` is the company's name as the person wrote it, `here` the session that stays. People who work for another
    company too are signed out there as well: a stolen session opens both. Raises Refused 403, and 400 (field `name`).
    """
    require(by, Permission.COMPANY_MANAGE)
    require(by, Permission.SHOPS_MANAGE)
    if _plain(typed) != _plain(company.name):
        raise Refused("not_confirmed", _("Название не совпадает"), status=400, field="name")
    counts = {
        "keys": api_keys.revoke_all(by=by, now=now),
        "sessions": _end_sessions(here),
        "desks": CounterDesk.objects.filter(ended_at=None).update(ended_at=now),
        "invitations": Invitation.objects.filter(accepted_at=None, revoked_at=None).update(revoked_at=now),
        "tokens": _forget_tokens(by=by, now=now) if forget_tokens else 0,
    }
    audit.record(by, "company.leak_shut", subject=("company", company.public_id), now=now, details=counts)
    return counts


def _end_sessions(here: str | None) -> int:
    people = Member.objects.values_list("user_id", flat=True)
    doomed = list(UserSession.objects.filter(user_id__in=list(people)).exclude(session_key=here or ""))
    for session in doomed:
        session.end()
    return len(doomed)


def _forget_tokens(*, by: Actor, now: datetime) -> int:
    shops = Shop.objects.filter(pk__in=KaspiAccount.objects.values("shop_id"))
    return sum(accounts.forget(shop, by=by, now=now) for shop in shops)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
