"""Accepting an invitation: a person comes into the company, or comes back into it."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from staff import audit
from staff.access import actor_of_member
from staff.errors import Refused
from staff.models import Language, Member, User
from staff.people import places
from staff.people.invitations import Opened, opened, read_email
from staff.people.members import read_name
from staff.signin.addresses import confirm

LONGEST_PASSWORD = 1024


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody who has no account says of himself."""

    name: str
    email: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Caller:
    """Where an acceptance came from, for the journal."""

    request_id: str = ""
    address: str = ""


def accept(secret: str, *, who: User | Newcomer, caller: Caller, now: datetime) -> Member:
    """Come in by this link. Raises NotVisible when it does not open (any more), and Refused."""
    with opened(secret, now=now, accepting=True) as offer:
        user = who if isinstance(who, User) else _new_user(who, offer)
        if offer.invitation.email and user.email != offer.invitation.email:
            raise Refused("other_address", _("Приглашение для другого адреса: войдите под ним"), status=403)
        if offer.invitation.email:
            confirm(user)
        member = _join(user, offer)
        offer.invitation.accepted_at, offer.invitation.accepted_by = now, member
        offer.invitation.save(update_fields=["accepted_at", "accepted_by"])
        by = replace(actor_of_member(member), request_id=caller.request_id, address=caller.address)
        told = {"role": member.role, "invited_by": offer.inviter.name}
        audit.record(by, "invitation.accepted", subject=("member", member.name), now=now, details=told)
        return member


def _join(user: User, offer: Opened) -> Member:
    invitation = offer.invitation
    member = Member.objects.filter(user_id=user.pk).first()
    if member is not None and member.is_active:
        raise Refused("member_already", _("Вы уже в этой команде"))
    if member is None:
        member = Member(company_id=invitation.company_id, user=user, name=user.name or invitation.name)
    member.role, member.is_active = invitation.role, True
    member.save()
    places.give(member, offer.given)
    found: Member = Member.objects.get(pk=member.pk)
    return found


def _new_user(said: Newcomer, offer: Opened) -> User:
    name, email = read_name(said.name), offer.invitation.email or read_email(said.email)
    taken = Refused("sign_in_first", _("У этого адреса уже есть вход. Войдите и откройте ссылку снова"), field="email")
    if User.objects.filter(email=email).exists():
        raise taken
    _check_password(said.password, User(email=email, name=name))
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, said.password, name=name)
    except IntegrityError:
        raise taken from None
    language = (get_language() or "").partition("-")[0]
    user.language = language if language in Language.values else Language.RU
    user.save(update_fields=["language"])
    return user


def _check_password(password: str, user: User) -> None:
    if len(password) > LONGEST_PASSWORD or "\x00" in password:
        raise Refused("bad_password", _("Такой пароль не подойдёт"), status=400, field="password")
    try:
        validate_password(password, user)
    except ValidationError as found:
        raise Refused("weak_password", " ".join(found.messages), status=400, field="password") from None
