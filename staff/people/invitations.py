"""One-time links into a company: by e-mail, or handed over in person as a link or a QR.

A link is a secret of 256 bits of which only a digest is kept. It lives for three days, opens once, and dies when it is
revoked, when whoever gave it is let go, or may not give it any more (reliability.md §4, row 34).
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.utils.translation import gettext as _

from staff import audit
from staff.access import Actor, require
from staff.errors import NotVisible, Refused
from staff.models import Company, Invitation, Member
from staff.people import letters, places, powers
from staff.people.granting import excess, require_within
from staff.people.members import Wanted, check, read_name
from staff.people.places import Given
from staff.people.turns import wait_for_turn
from staff.permissions import Permission
from staff.places import Places, visible
from staff.scoping import company_scope

LIVES: Final = timedelta(days=3)
# How long a link that ran out stays in the list, to be made anew.
SHOWN: Final = timedelta(days=14)
MOST_OPEN: Final = 200


@dataclass(frozen=True, slots=True)
class Opened:
    """An invitation that may be accepted now, with all that the one who opens it is told."""

    invitation: Invitation
    company: Company
    inviter: Member
    given: Given


def invite(wanted: Wanted, *, email: str = "", by: Actor, now: datetime) -> tuple[Invitation, str]:
    """Make a link; answers its secret once. With an address the link goes there and nowhere else: the secret is empty."""
    require(by, Permission.STAFF_MANAGE)
    address = read_email(email) if email.strip() else ""
    wait_for_turn()
    given = check(wanted, by=by, known=powers.read())
    if Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=now).count() >= MOST_OPEN:
        raise Refused("too_many", _("Открытых приглашений слишком много: отзовите лишние"))
    secret = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        digest=digest_of(secret),
        name=read_name(wanted.name),
        email=address,
        role=wanted.role,
        shops=sorted(given.shops),
        points=sorted(given.points),
        invited_by_id=_member_id(by),
        created_at=now,
        expires_at=now + LIVES,
    )
    _record("member.invited", made, by=by, now=now)
    return made, _hand_over(made, secret, by=by)


def revoke(invitation: Invitation, *, by: Actor, now: datetime) -> None:
    """The link opens nothing from now on."""
    _begin(invitation, by=by)
    invitation.revoked_at = now
    invitation.save(update_fields=["revoked_at"])
    _record("invitation.revoked", invitation, by=by, now=now)


def renew(invitation: Invitation, *, by: Actor, now: datetime) -> str:
    """Another link in place of this one, for three days from now; answered as `invite` does."""
    known = _begin(invitation, by=by)
    power = known.power(invitation.role, invitation.shops, invitation.points)
    require_within(power, powers.power_of_actor(by, known))
    secret = secrets.token_urlsafe(32)
    invitation.digest, invitation.expires_at = digest_of(secret), now + LIVES
    invitation.invited_by_id = _member_id(by)
    invitation.save(update_fields=["digest", "expires_at", "invited_by"])
    _record("invitation.renewed", invitation, by=by, now=now)
    return _hand_over(invitation, secret, by=by)


def visible_to(actor: Actor, *, now: datetime) -> list[Invitation]:
    """Links that are open, or ran out lately: all, or those into places that the actor sees."""
    open_ones = Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=now - SHOWN)
    found = list(open_ones.select_related("invited_by").order_by("-created_at", "-id"))
    if actor.points is None and actor.orders_of is None:
        return found
    known = powers.read()
    giver = powers.power_of_actor(actor, known)
    return [one for one in found if excess(known.power(one.role, one.shops, one.points), giver) is None]


def find(public_id: UUID, actor: Actor, *, now: datetime) -> Invitation:
    """The invitation of this id that may still be changed. Raises NotVisible."""
    found = next((one for one in visible_to(actor, now=now) if one.public_id == public_id), None)
    if found is None:
        raise NotVisible(str(public_id))
    return found


@contextmanager
def opened(secret: str, *, now: datetime, accepting: bool = False) -> Iterator[Opened]:
    """The scope of the link's company, with what the link offers. Raises NotVisible for one that does not open.

    `accepting`: nobody else changes the company's people until the block ends, so a link opens once.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, company_id FROM office_invitation(%s)", [digest_of(secret)])
        row = cursor.fetchone()
    if row is None:
        raise NotVisible("invitation")
    with company_scope(row[1]):
        if accepting:
            wait_for_turn()
        invitation = Invitation.objects.select_related("invited_by").get(pk=row[0])
        known = powers.read()
        if not _opens(invitation, known, now=now):
            raise NotVisible("invitation")
        company = Company.objects.get(pk=row[1])
        yield Opened(invitation, company, invitation.invited_by, _given(invitation))


def digest_of(secret: str) -> str:
    """HMAC with the server's key: whoever reads the table cannot make a link of it."""
    return hmac.new(settings.SECRET_KEY.encode(), b"invitation:" + secret.encode(), hashlib.sha256).hexdigest()


def link_of(secret: str) -> str:
    """On the one address of the product, whatever host was asked for."""
    return f"{settings.SITE_URL}/invite/{secret}/"


def places_of(invitation: Invitation, seen: Places) -> list[str]:
    return places.names_of(_given(invitation), seen)


def _given(invitation: Invitation) -> Given:
    return Given(frozenset(invitation.shops), frozenset(invitation.points))


def _opens(invitation: Invitation, known: powers.Map, *, now: datetime) -> bool:
    if invitation.accepted_at or invitation.revoked_at or invitation.expires_at <= now:
        return False
    inviter = invitation.invited_by
    if not inviter.is_active or invitation.role not in known.bundles:
        return False
    giver, given = known.power_of(inviter), known.power(invitation.role, invitation.shops, invitation.points)
    return Permission.STAFF_MANAGE in giver.rights and excess(given, giver) is None


def _begin(invitation: Invitation, *, by: Actor) -> powers.Map:
    require(by, Permission.STAFF_MANAGE)
    wait_for_turn()
    invitation.refresh_from_db()
    if invitation.accepted_at or invitation.revoked_at:
        raise Refused("closed", _("Приглашение уже приняли или отозвали"))
    return powers.read()


def _hand_over(invitation: Invitation, secret: str, *, by: Actor) -> str:
    """To the address by letter, so that only its owner opens it; else to the one who invites."""
    if not invitation.email:
        return secret
    company = Company.objects.get(pk=invitation.company_id)
    letters.invite(invitation, link_of(secret), company=company.name, inviter=by.label)
    return ""


def _member_id(by: Actor) -> int:
    if by.kind != "member" or by.id is None:
        raise Refused("forbidden", _("Приглашает человек"), status=403)
    return by.id


def read_email(text: str) -> str:
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Refused("bad_email", _("Это не адрес почты"), status=400, field="email") from None
    if len(address) > 254:
        raise Refused("bad_email", _("Это не адрес почты"), status=400, field="email")
    return address


def _record(action: str, invitation: Invitation, *, by: Actor, now: datetime) -> None:
    told = {"role": invitation.role, "places": places_of(invitation, visible(by)), "by_mail": bool(invitation.email)}
    audit.record(by, action, subject=("invitation", invitation.name), now=now, details=told)
