"""The second step of sign-in as the company sees it: who lacks it, from when it is asked for, and a reminder."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _
from django.utils.translation import override

from staff import audit
from staff.access import Actor, require
from staff.errors import Refused
from staff.formats import ALMATY, calendar_day
from staff.models import AuditEntry, Company, Member, Mfa
from staff.people import letters
from staff.people.members import visible_to
from staff.people.turns import wait_for_turn
from staff.permissions import Permission
from staff.scoping import current_company

FURTHEST: Final = timedelta(days=180)
# One press reminds everybody; the next one waits until the letters can have been read.
PAUSE: Final = timedelta(hours=12)


def those_with(user_ids: Iterable[int]) -> frozenset[int]:
    """Which of these people have an app or a key; recovery codes alone are no second step."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    found = Authenticator.objects.filter(user_id__in=list(user_ids), type__in=kinds)
    return frozenset(found.values_list("user_id", flat=True))


def lacking(members: Iterable[Member]) -> list[Member]:
    """Those at work who have none."""
    active = [member for member in members if member.is_active]
    having = those_with(member.user_id for member in active)
    return [member for member in active if member.user_id not in having]


def since_when(company: Company, *, now: datetime) -> str:
    """«С 1 ноября без него не войти»; empty where the company does not ask for it."""
    if company.mfa != Mfa.REQUIRED:
        return ""
    if company.mfa_from is None or company.mfa_from <= now.astimezone(ALMATY).date():
        return _("Без него уже не войти.")
    return _("С %(day)s без него не войти.") % {"day": calendar_day(company.mfa_from)}


def demand(wanted: bool, *, starts: date | None, by: Actor, now: datetime) -> None:
    """Ask everybody of the company for a second step from that day of Almaty on, or of nobody."""
    require(by, Permission.COMPANY_MANAGE)
    wait_for_turn()
    today = now.astimezone(ALMATY).date()
    if wanted and starts is not None and not today <= starts <= today + FURTHEST:
        raise Refused("bad_date", _("День от сегодняшнего и не дальше полугода"), status=400, field="starts")
    company = Company.objects.get(pk=current_company())
    before = _told(company)
    company.mfa, company.mfa_from = (Mfa.REQUIRED, starts) if wanted else (Mfa.OFF, None)
    company.save(update_fields=["mfa", "mfa_from"])
    old, new = audit.changes(before, _told(company))
    audit.record(by, "company.second_step", subject=("company", company.public_id), now=now, before=old, after=new)


def remind(*, by: Actor, now: datetime) -> int:
    """A letter to each whom the actor sees and who has no second step; answers how many."""
    require(by, Permission.STAFF_MANAGE)
    wait_for_turn()
    company = Company.objects.get(pk=current_company())
    if AuditEntry.objects.filter(action="company.reminded", at__gt=now - PAUSE).exists():
        raise Refused("too_soon", _("Сегодня уже напоминали"))
    reminded = lacking(visible_to(by))
    for member in reminded:
        with override(member.user.language):
            letters.remind_of_second_step(member.user, company, since=since_when(company, now=now))
    subject = ("company", company.public_id)
    audit.record(by, "company.reminded", subject=subject, now=now, details={"letters": len(reminded)})
    return len(reminded)


def _told(company: Company) -> dict[str, str]:
    return {"mfa": company.mfa, "mfa_from": "" if company.mfa_from is None else company.mfa_from.isoformat()}
