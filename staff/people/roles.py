"""The roles of a company: those that came with us, as it changed them, and its own."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.text import slugify
from django.utils.translation import gettext as _

from staff import audit
from staff.access import Actor, require
from staff.errors import NotVisible, Refused
from staff.models import CompanyRole, Invitation, Member, Reach, Role
from staff.people import powers, wording
from staff.people.granting import Power, require_within
from staff.people.turns import wait_for_turn
from staff.permissions import ROLES, Bundle, Permission

MOST_OWN: Final = 20
NAME: Final = re.compile(r"[^\x00-\x1f\x7f]{1,60}")
# A letter and how it is spelled in a code.
SPELLING: Final = (
    "аa бb вv гg дd еe ёe жzh зz иi йi кk лl мm нn оo пp рr сs тt уu фf хh цts чch шsh щsch ъ ыy ь эe юyu яya"
    " әa ғg қq ңn өo ұu үu һh іi"
)
LETTERS: Final = {pair[0]: pair[1:] for pair in SPELLING.split()}


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role as it stands. `own`: the company made it; `changed`: it came with us and was changed."""

    code: str
    name: str
    bundle: Bundle
    own: bool = False
    changed: bool = False

    @property
    def seen(self) -> str:
        """Differs when anything of the role does: a form carries it, so that nobody writes over what he has not seen."""
        told = [self.name if self.own else "", sorted(self.bundle.rights), self.bundle.reach]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]

    @property
    def explanation(self) -> str:
        plain = not (self.own or self.changed)
        return str(wording.EXPLAINED[Role(self.code)]) if plain else wording.explanation(self.bundle)


def all_roles() -> tuple[RoleFacts, ...]:
    """Those that came with us in their order, then the company's own."""
    rows = {row.code: row for row in CompanyRole.objects.order_by("id")}
    ours = (_built_in(role, rows.get(role)) for role in Role)
    return (*ours, *(_own(row) for code, row in rows.items() if code not in Role.values))


def find(code: str) -> RoleFacts:
    """The role of this code. Raises NotVisible."""
    found = next((role for role in all_roles() if role.code == code), None)
    if found is None:
        raise NotVisible(code)
    return found


def change_role(
    code: str, *, rights: Iterable[str], reach: str, seen: str, by: Actor, now: datetime, name: str = ""
) -> None:
    """Give a role other rights. `seen` is what the form showed; Refused (409) when the role is another one meanwhile."""
    role = _begin(code, by=by)
    if seen != role.seen:
        raise Refused("changed", _("Роль уже изменили. Откройте её снова"))
    wanted = _bundle(rights, reach)
    _check(wanted, by=by)
    title = _name(name, beside=code) if role.own else ""
    after = RoleFacts(code, title or role.name, wanted, role.own)
    CompanyRole.objects.update_or_create(
        code=code, defaults={"name": title, "rights": sorted(wanted.rights), "reach": wanted.reach}
    )
    _record("role.changed", after, by=by, now=now, before=_told(role), after=_told(after))


def add_role(name: str, *, rights: Iterable[str], reach: str, by: Actor, now: datetime) -> str:
    """A role of the company's own; answers its code."""
    _require_manager(by)
    wait_for_turn()
    taken = {role.code for role in all_roles()}
    if len(taken) - len(Role) >= MOST_OWN:
        raise Refused("too_many", _("Своих ролей уже %(count)s, больше нельзя") % {"count": MOST_OWN})
    wanted, title = _bundle(rights, reach), _name(name)
    _check(wanted, by=by)
    code = code_for(title, taken)
    CompanyRole.objects.create(code=code, name=title, rights=sorted(wanted.rights), reach=wanted.reach)
    added = RoleFacts(code, title, wanted, own=True)
    _record("role.added", added, by=by, now=now, before={}, after=_told(added))
    return code


def remove_role(code: str, *, by: Actor, now: datetime) -> None:
    """Remove an own role that nobody has, and nobody is invited to."""
    role = _begin(code, by=by)
    if not role.own:
        raise Refused("built_in", _("Эту роль нельзя удалить, только изменить"))
    if Member.objects.filter(role=code).exists():
        raise Refused("role_held", _("Роль ещё у сотрудников: сначала дайте им другую"))
    if Invitation.objects.filter(role=code, accepted_at=None, revoked_at=None, expires_at__gt=now).exists():
        raise Refused("role_held", _("На эту роль есть приглашение: сначала отзовите его"))
    CompanyRole.objects.filter(code=code).delete()
    _record("role.removed", role, by=by, now=now, before=_told(role), after={})


def reset_role(code: str, *, by: Actor, now: datetime) -> None:
    """Make a role that came with us what it was."""
    role = _begin(code, by=by)
    if not role.changed:
        raise Refused("not_changed", _("Эту роль не меняли"))
    original = RoleFacts(code, role.name, ROLES[Role(code)])
    _check(original.bundle, by=by)
    CompanyRole.objects.filter(code=code).delete()
    _record("role.reset", role, by=by, now=now, before=_told(role), after=_told(original))


def code_for(name: str, taken: Iterable[str]) -> str:
    """«Старший смены» is `starshii-smeny`; a number is added where the code is taken. At most 20 letters."""
    spelled = "".join(LETTERS.get(letter, letter) for letter in name.lower())
    base = slugify(spelled)[:17].strip("-") or "role"
    codes = [base, *(f"{base}-{number}" for number in range(2, MOST_OWN + 3))]
    return next(code for code in codes if code not in {*taken, "new"})


def _built_in(role: Role, row: CompanyRole | None) -> RoleFacts:
    if row is None or role is Role.OWNER:
        return RoleFacts(role.value, str(role.label), ROLES[role])
    return RoleFacts(role.value, str(role.label), powers.bundle_of(row), changed=True)


def _own(row: CompanyRole) -> RoleFacts:
    return RoleFacts(row.code, row.name, powers.bundle_of(row), own=True)


def _begin(code: str, *, by: Actor) -> RoleFacts:
    """The role, held for a change, if he may change it."""
    _require_manager(by)
    wait_for_turn()
    role = find(code)
    if code == Role.OWNER:
        raise Refused("owner_role", _("Права владельца не меняются"), status=403)
    if code == by.role:
        raise Refused("own_role", _("Свою роль менять нельзя"), status=403)
    _check(role.bundle, by=by)
    return role


def _require_manager(by: Actor) -> None:
    require(by, Permission.COMPANY_MANAGE)
    if by.points is not None or by.orders_of is not None:
        raise Refused("beyond_places", _("Роли меняет тот, кто видит все магазины"), status=403)


def _check(bundle: Bundle, *, by: Actor) -> None:
    giver = powers.power_of_actor(by, powers.read())
    require_within(Power(bundle.rights, bundle.reach, frozenset()), giver)


def _bundle(rights: Iterable[str], reach: str) -> Bundle:
    """Raises Refused (400) for what is no right, no reach, or of no use by itself."""
    said = set(rights)
    if not said <= set(Permission) or reach not in Reach.values:
        raise Refused("bad_value", _("Такого права нет. Обновите страницу"), status=400, field="rights")
    wanted = frozenset(map(Permission, said))
    for right in wording.WORDS:
        needed = wording.NEEDS.get(right)
        if right in wanted and needed is not None and needed not in wanted:
            told = {"right": wording.WORDS[right], "needed": wording.WORDS[needed]}
            raise Refused(
                "needs_other", _("«%(right)s» не работает без «%(needed)s»") % told, status=400, field="rights"
            )
    return Bundle(wanted, Reach(reach))


def _name(text: str, *, beside: str = "") -> str:
    name = " ".join(text.split())
    if not NAME.fullmatch(name):
        raise Refused("bad_name", _("Назовите роль, до 60 букв"), status=400, field="name")
    if name.casefold() in {role.name.casefold() for role in all_roles() if role.code != beside}:
        raise Refused("name_taken", _("Такая роль уже есть"), status=400, field="name")
    return name


def _told(role: RoleFacts) -> Mapping[str, object]:
    own = {"name": role.name} if role.own else {}
    return own | {"rights": sorted(role.bundle.rights), "reach": role.bundle.reach.value}


def _record(
    action: str,
    role: RoleFacts,
    *,
    by: Actor,
    now: datetime,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    old, new = audit.changes(before, after)
    audit.record(by, action, subject=("role", role.code), now=now, before=old, after=new)
