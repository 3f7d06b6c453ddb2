"""The people of a company: who they are in it, how they are let go, and how they are helped in again."""

import re
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import connection
from django.utils.translation import gettext as _

from staff import audit
from staff.access import Actor, require, rule
from staff.errors import NotVisible, Refused
from staff.holding import Place, take
from staff.models import ApiKey, CounterDesk, Invitation, Member, Reach, Role, Shift, User
from staff.people import places, powers
from staff.people.granting import Power, require_within
from staff.people.places import Given
from staff.people.turns import wait_for_turn
from staff.permissions import Permission
from staff.places import visible
from staff.scoping import current_company, tell_database

NAME: Final = re.compile(r"[^\x00-\x1f\x7f]{1,120}")
# Without letters and digits that are taken for each other when told by voice.
TOLD: Final = "".join(sorted(set(string.ascii_lowercase + string.digits) - set("l1o0i")))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody is to be in the company. `places` are named as in `staff.people.places`."""

    name: str
    role: str
    places: tuple[str, ...] = ()


def visible_to(actor: Actor, known: powers.Map | None = None) -> list[Member]:
    """The people whom the actor sees: all, or those who work where he does."""
    everybody = list(Member.objects.select_related("user").order_by("-is_active", "name", "id"))
    if actor.points is None and actor.orders_of is None:
        return everybody
    known = known or powers.read()
    return [member for member in everybody if member.pk == actor.id or _meets(known.power_of(member), actor)]


def find(public_id: UUID, actor: Actor) -> Member:
    """The member of this id. Raises NotVisible."""
    found = next((member for member in visible_to(actor) if member.public_id == public_id), None)
    if found is None:
        raise NotVisible(str(public_id))
    return found


def change(member: Member, wanted: Wanted, *, by: Actor, now: datetime) -> None:
    """Give a member another name, role or other places."""
    known = _begin(member, by=by)
    name, given = read_name(wanted.name), check(wanted, by=by, known=known)
    if member.role == Role.OWNER != wanted.role:
        _require_another_owner(member)
    before = _told(member)
    member.name, member.role = name, wanted.role
    member.save(update_fields=["name", "role"])
    places.give(member, given)
    old, new = audit.changes(before, _told(member))
    audit.record(by, "member.changed", subject=("member", member.name), now=now, before=old, after=new)


def deactivate(member: Member, *, by: Actor, now: datetime) -> None:
    """Let somebody go: his sessions, keys, shift, desks and invitations end, and nothing of his lands afterwards."""
    _begin(member, by=by)
    if not member.is_active:
        raise Refused("not_active", _("Сотрудник уже отключён"))
    if member.role == Role.OWNER:
        _require_another_owner(member)
    member.is_active, member.pin = False, ""
    member.save(update_fields=["is_active", "pin"])
    ended = _end_everything(member, now=now)
    audit.record(by, "member.deactivated", subject=("member", member.name), now=now, details=ended)


def activate(member: Member, *, by: Actor, now: datetime) -> None:
    """Let somebody in again, with the role and the places he had."""
    _begin(member, by=by)
    if member.is_active:
        raise Refused("active", _("Сотрудник и так в команде"))
    member.is_active = True
    member.save(update_fields=["is_active"])
    audit.record(by, "member.activated", subject=("member", member.name), now=now)


def reset_second_step(member: Member, *, by: Actor, now: datetime) -> None:
    """Forget the codes and passkeys of somebody who lost them; he signs in by password alone and sets up new ones."""
    _begin(member, by=by)
    _require_only_ours(member)
    removed, _rows = Authenticator.objects.filter(user_id=member.user_id).delete()
    if not removed:
        raise Refused("no_second_step", _("Второго шага у сотрудника нет"))
    end_sessions(member.user_id)
    audit.record(by, "member.second_step_reset", subject=("member", member.name), now=now, details={"removed": removed})


def give_password(member: Member, *, by: Actor, now: datetime) -> str:
    """A password to be told to somebody who reads no e-mail; answered once, and to be changed at the first sign-in."""
    _begin(member, by=by)
    _require_only_ours(member)
    told = "-".join("".join(secrets.choice(TOLD) for _letter in range(5)) for _group in range(3))
    user = User.objects.get(pk=member.user_id)
    user.set_password(told)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    end_sessions(member.user_id)
    audit.record(by, "member.password_given", subject=("member", member.name), now=now)
    return told


def check(wanted: Wanted, *, by: Actor, known: powers.Map) -> Given:
    """The places meant, if he may give this role there. Raises Refused."""
    if wanted.role not in known.bundles:
        raise Refused("bad_role", _("Такой роли нет. Обновите страницу"), status=400, field="role")
    given = places.read(wanted.places, visible(by))
    power = known.power(wanted.role, given.shops, given.points)
    require_within(power, powers.power_of_actor(by, known))
    if power.reach is Reach.POINTS and not (given.shops or given.points):
        raise Refused(
            "no_place", _("Выберите магазин или точку: без них он ничего не увидит"), status=400, field="place"
        )
    return given


def read_name(text: str) -> str:
    """Raises Refused (400) for what is no name."""
    name = " ".join(text.split())
    if not NAME.fullmatch(name):
        raise Refused("bad_name", _("Напишите имя, до 120 букв"), status=400, field="name")
    return name


def end_sessions(user_id: int) -> int:
    """Sign the person out everywhere; answers from how many devices."""
    sessions = list(UserSession.objects.filter(user_id=user_id))
    for session in sessions:
        session.end()
    return len(sessions)


def works_elsewhere(user_id: int) -> bool:
    """Whether the person is let into another company too. Only he may see where, so it is asked as him."""
    tell_database("app.user", str(user_id))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM staff_member WHERE user_id = %s AND is_active AND company_id <> %s)",
            [user_id, current_company()],
        )
        answer: bool = cursor.fetchone()[0]
    tell_database("app.user", "")
    return answer


def _meets(power: Power, actor: Actor) -> bool:
    return power.points is None or actor.points is None or bool(power.points & actor.points)


def _begin(member: Member, *, by: Actor) -> powers.Map:
    """The member as he stands, held for a change, if he may be changed by this one. Raises Refused."""
    require(by, Permission.STAFF_MANAGE)
    wait_for_turn()
    if (by.kind, by.id) == ("member", member.pk):
        raise Refused("oneself", _("Себя менять нельзя: попросите другого владельца"), status=403)
    take(Place.MEMBER, member.pk)
    member.refresh_from_db()
    known = powers.read()
    require_within(known.power_of(member), powers.power_of_actor(by, known))
    return known


def _require_another_owner(member: Member) -> None:
    if not Member.objects.filter(role=Role.OWNER, is_active=True).exclude(pk=member.pk).exists():
        raise Refused("last_owner", _("Это последний владелец: сначала назначьте другого"))


def _require_only_ours(member: Member) -> None:
    """Who lets a person in anew could go in as him, and into his other companies too."""
    if works_elsewhere(member.user_id):
        raise Refused("works_elsewhere", _("Он работает и в другой компании: пусть восстановит вход по почте"))


def _end_everything(member: Member, *, now: datetime) -> Mapping[str, int]:
    """Where he works for another company too, his devices stay signed in there, and out here."""
    keys = list(ApiKey.objects.filter(made_by_id=member.pk, revoked_at=None).values_list("pk", flat=True))
    for key_id in keys:
        take(Place.API_KEY, key_id)
    mine = Invitation.objects.filter(invited_by_id=member.pk, accepted_at=None, revoked_at=None)
    return {
        "sessions": 0 if works_elsewhere(member.user_id) else end_sessions(member.user_id),
        "keys": ApiKey.objects.filter(pk__in=keys).update(revoked_at=now),
        "shifts": Shift.objects.filter(member_id=member.pk, ended_at=None).update(ended_at=now),
        "desks": CounterDesk.objects.filter(opened_by_id=member.pk, ended_at=None).update(ended_at=now),
        "invitations": mine.update(revoked_at=now),
    }


def _told(member: Member) -> Mapping[str, str | list[str]]:
    everywhere = visible(rule("journal", current_company()))
    return {"name": member.name, "role": member.role, "places": places.names_of(places.given_to(member), everywhere)}
