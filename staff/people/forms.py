"""What the dialogs ask, with what was said so far: plain data for templates."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict

from staff.access import Actor
from staff.models import Reach, Role
from staff.people import powers, roles, wording
from staff.people.granting import Power, excess
from staff.people.members import Wanted
from staff.people.roles import RoleFacts
from staff.places import Places

MOST_PLACES = 2_000


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class ShopChoice:
    """A shop that may be given whole, and its points one by one."""

    whole: Choice
    points: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class MemberForm:
    """Name, role and places of somebody who is invited or changed. `hint` tells what the chosen role is."""

    name: str
    roles: tuple[Choice, ...]
    hint: str
    shops: tuple[ShopChoice, ...]
    email: str = ""


@dataclass(frozen=True, slots=True)
class RightsGroup:
    title: str
    rights: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class RoleForm:
    """`seen`: what the role was when the form was made, see `RoleFacts.seen`."""

    name: str
    groups: tuple[RightsGroup, ...]
    reaches: tuple[Choice, ...]
    seen: str = ""


def wanted_of(form: QueryDict) -> Wanted:
    """What was posted, with a bound on how much of it is read."""
    return Wanted(form.get("name", "")[:500], form.get("role", "")[:40], tuple(form.getlist("place")[:MOST_PLACES]))


def member_form(wanted: Wanted, places: Places, *, by: Actor, email: str = "") -> MemberForm:
    """Only roles that `by` may give are offered."""
    offered = _offered(by)
    chosen = next((role for role in offered if role.code == wanted.role), offered[0] if offered else None)
    return MemberForm(
        name=wanted.name,
        roles=tuple(Choice(role.code, role.name, role is chosen) for role in offered),
        hint=chosen.explanation if chosen else "",
        shops=tuple(_shops(places, set(wanted.places))),
        email=email,
    )


def role_form(name: str, rights: Iterable[str], reach: str, *, seen: str = "") -> RoleForm:
    said = set(rights)
    groups = (
        RightsGroup(str(title), tuple(Choice(right.value, str(label), right in said) for right, label in words.items()))
        for title, words in wording.GROUPS
    )
    return RoleForm(
        name=name,
        groups=tuple(groups),
        reaches=tuple(Choice(one.value, str(wording.REACH[one]), one == reach) for one in Reach),
        seen=seen,
    )


def form_of(role: RoleFacts) -> RoleForm:
    return role_form(role.name, role.bundle.rights, role.bundle.reach, seen=role.seen)


def _offered(by: Actor) -> list[RoleFacts]:
    """The likeliest first: whoever is invited is seldom an owner."""
    giver = powers.power_of_actor(by, powers.read())
    found = [
        role
        for role in roles.all_roles()
        if excess(Power(role.bundle.rights, role.bundle.reach, frozenset(), owner=role.code == Role.OWNER), giver)
        is None
    ]
    return sorted(found, key=lambda role: (role.code == Role.OWNER, role.code != Role.ORDER_MANAGER))


def _shops(places: Places, chosen: set[str]) -> Iterable[ShopChoice]:
    for shop in places.shops:
        names = [(f"{shop.slug}/{point.code}", point.name) for point in places.points_of(shop)]
        points = tuple(Choice(value, label, value in chosen) for value, label in names)
        yield ShopChoice(Choice(shop.slug, shop.name, shop.slug in chosen), points)
