"""The PIN by which somebody takes over a shared computer of his point: what is a good one, and whether this is his."""

from datetime import datetime
from itertools import pairwise

from django.contrib.auth.hashers import check_password, make_password
from django.utils.translation import gettext as _

from staff import audit
from staff.access import Actor
from staff.errors import NotVisible, Refused
from staff.models import Member
from staff.people import powers
from staff.people.granting import Power
from staff.permissions import Permission
from staff.signin import attempts

SHORTEST, LONGEST = 4, 6
# Wrong ones per person and desk within `attempts.WINDOW`; then only the password lets in.
MOST_WRONG = 5
# Checked when there is nobody to check, so that the answer takes as long.
NOBODY = make_password(None)


def is_well_formed(pin: str) -> bool:
    return SHORTEST <= len(pin) <= LONGEST and pin.isascii() and pin.isdigit()


def is_guessable(pin: str) -> bool:
    """Even steps («0000», «1234», «7890», «8642») and repetitions («1212», «123123», «1122»)."""
    digits = [int(digit) for digit in pin]
    steps = {(after - before) % 10 for before, after in pairwise(digits)}
    half = len(pin) // 2
    return len(steps) == 1 or len(set(digits)) < 3 or (len(pin) % 2 == 0 and pin[:half] == pin[half:])


def set_pin(pin: str, *, by: Actor, now: datetime) -> None:
    """His own PIN. Raises Refused (400) for a bad one, and for him whose rights are too many for four digits."""
    if not is_well_formed(pin):
        raise Refused("bad_pin", _("PIN состоит из 4–6 цифр"), status=400, field="pin")
    if is_guessable(pin):
        raise Refused("weak_pin", _("Такой PIN легко подобрать. Возьмите другие цифры"), status=400, field="pin")
    if by.may(Permission.COMPANY_MANAGE):
        raise Refused("no_pin", _("С вашими правами на общий компьютер входят только по паролю"), status=403)
    _store(make_password(pin), "member.pin_set", by=by, now=now)


def clear_pin(*, by: Actor, now: datetime) -> None:
    _store("", "member.pin_removed", by=by, now=now)


def _store(stored: str, deed: str, *, by: Actor, now: datetime) -> None:
    member = Member.objects.select_for_update().filter(pk=by.id or 0).first() if by.kind == "member" else None
    if member is None:
        raise NotVisible(by.id)
    member.pin = stored
    member.save(update_fields=["pin"])
    audit.record(by, deed, subject=("member", member.name), now=now)


def people_of(point_id: int) -> list[Member]:
    """Who may take over a computer of this point, by name."""
    having = Member.objects.select_related("user").exclude(pin="").order_by("name", "id")
    known = powers.read()
    return [member for member in having if _is_of(member, known.power_of(member), point_id)]


def may_enter(member: Member, point_id: int) -> bool:
    """Of this point, with a PIN, and not one whose rights are too many for it."""
    return _is_of(member, powers.read().power_of(member), point_id)


def _is_of(member: Member, power: Power, point_id: int) -> bool:
    if not member.pin or not member.is_active or Permission.COMPANY_MANAGE in power.rights:
        return False
    return power.points is None or point_id in power.points


def take_try(member: Member | None, desk_id: int) -> bool:
    """Count a try before it is judged, so that of many at once none is free; False: there were too many."""
    return attempts.take(_tries(member, desk_id), most=MOST_WRONG)


def is_right(member: Member | None, pin: str, desk_id: int) -> bool:
    """Whether this is his PIN; the right one ends the count."""
    matches = check_password(pin, member.pin if member else NOBODY)
    if member is None or not matches:
        return False
    attempts.forget(_tries(member, desk_id))
    return True


def _tries(member: Member | None, desk_id: int) -> str:
    return f"pin:{desk_id}:{member.pk if member else 'nobody'}"
