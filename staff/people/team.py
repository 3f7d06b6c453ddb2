"""Who stands on the page «Команда», in words: people, the links that are open, roles with their rights."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from allauth.usersessions.models import UserSession
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from staff.access import Actor
from staff.formats import ago, almaty_day, almaty_moment, initials, plural
from staff.models import Company, Invitation, Member, PointOfSale, Reach, Role, Shop
from staff.page_models import InvitationLine, Matrix, MatrixCell, MatrixGroup, MatrixRow, Person, RoleColumn
from staff.page_parts import Chip, Notice
from staff.people import invitations, members, powers, roles, second_step, wording
from staff.people.granting import excess
from staff.people.roles import RoleFacts
from staff.permissions import Bundle, Permission
from staff.scoping import current_company

LEVELS: Final[Mapping[str, str]] = {Role.OWNER.value: "plum", Role.ADMIN.value: "accent"}
JUST_NOW: Final = timedelta(minutes=5)
LATELY: Final = timedelta(minutes=15)


def people_of(actor: Actor, *, now: datetime) -> tuple[Person, ...]:
    """The people whom the actor sees; who may change somebody gets the address of his dialog."""
    known = powers.read()
    seen = members.visible_to(actor, known)
    users = [member.user_id for member in seen]
    protected, last = second_step.those_with(users), _last_seen(users)
    labels = {role.code: role.name for role in roles.all_roles()}
    names = _PlaceNames()
    return tuple(
        Person(
            name=member.name,
            email=member.user.email,
            initials=initials(member.name),
            role=Chip(labels.get(member.role, _("роли больше нет")), LEVELS.get(member.role, "")),
            points=names.told(known.bundles.get(member.role), known.shops.get(member.pk), known.points.get(member.pk)),
            added=_("с %(day)s") % {"day": almaty_day(member.created_at, now=now)},
            state=None if member.is_active else Chip(_("Отключён"), "warn"),
            second_step=member.user_id in protected,
            seen=_seen_words(last.get(member.user_id), now=now),
            lately=_was_lately(last.get(member.user_id), now=now),
            url=reverse("member", args=[member.public_id]) if _may_change(member, actor, known) else "",
        )
        for member in seen
    )


def invitations_of(actor: Actor, *, now: datetime) -> tuple[InvitationLine, ...]:
    if not actor.may(Permission.STAFF_MANAGE):
        return ()
    labels = {role.code: role.name for role in roles.all_roles()}
    bundles, names = powers.bundles(), _PlaceNames()
    return tuple(
        InvitationLine(
            name=one.name,
            sent=one.email or _("ссылка или QR"),
            role=labels.get(one.role, _("роли больше нет")),
            points=names.told(bundles.get(one.role), frozenset(one.shops), frozenset(one.points)),
            by=one.invited_by.name,
            until=_until(one, now=now),
            revoke_url=reverse("invitation_revoke", args=[one.public_id]),
            renew_url=reverse("invitation_renew", args=[one.public_id]),
        )
        for one in invitations.visible_to(actor, now=now)
    )


def notice_of(actor: Actor, *, now: datetime) -> Notice | None:
    """How many have no second step, while the company asks for one."""
    since = second_step.since_when(Company.objects.get(pk=current_company()), now=now)
    count = len(second_step.lacking(members.visible_to(actor))) if since else 0
    if not count:
        return None
    told = {"people": plural(count, "человека", "человек")}
    return Notice(_("У %(people)s нет второго шага входа.") % told, since, "warn", "smartphone")


def matrix_of(actor: Actor) -> Matrix:
    """Rights by roles. The owner's column is the same for ever, and nobody changes his own."""
    all_roles = roles.all_roles()
    counts = Counter(Member.objects.filter(is_active=True).values_list("role", flat=True))
    editor = actor.may(Permission.COMPANY_MANAGE) and actor.points is None and actor.orders_of is None
    columns = tuple(
        RoleColumn(
            role.name,
            counts[role.code],
            reverse("role", args=[role.code]) if editor and role.code not in (Role.OWNER, actor.role) else "",
            changed=role.changed,
        )
        for role in all_roles
    )
    return Matrix(columns, tuple(_groups(all_roles)), reverse("role_new") if editor else "")


def _groups(all_roles: Sequence[RoleFacts]) -> Iterable[MatrixGroup]:
    for title, words in wording.GROUPS:
        rows = (
            MatrixRow(str(label), tuple(_cell(role.bundle, right) for role in all_roles))
            for right, label in words.items()
        )
        yield MatrixGroup(str(title), tuple(rows))


def _cell(bundle: Bundle, right: Permission) -> MatrixCell:
    if right not in bundle.rights:
        return MatrixCell(False)
    return MatrixCell(True, str(wording.CELL[bundle.reach]) if right in wording.WITHIN_REACH else "")


def _may_change(member: Member, actor: Actor, known: powers.Map) -> bool:
    if not actor.may(Permission.STAFF_MANAGE) or (actor.kind, actor.id) == ("member", member.pk):
        return False
    return excess(known.power_of(member), powers.power_of_actor(actor, known)) is None


def _last_seen(user_ids: Iterable[int]) -> dict[int, datetime]:
    found = UserSession.objects.filter(user_id__in=list(user_ids)).values_list("user_id")
    return dict(found.annotate(last=Max("last_seen_at")))


def _seen_words(moment: datetime | None, *, now: datetime) -> str:
    if moment is None:
        return _("не в системе")
    if now - moment < JUST_NOW:
        return _("сейчас")
    past = now - moment
    return ago(int(past.total_seconds())) if past < timedelta(hours=1) else almaty_moment(moment, now=now)


def _was_lately(moment: datetime | None, *, now: datetime) -> bool:
    return moment is not None and now - moment < LATELY


def _until(invitation: Invitation, *, now: datetime) -> Chip:
    if invitation.expires_at <= now:
        return Chip(_("срок истёк"), "warn")
    return Chip(_("до %(moment)s") % {"moment": almaty_moment(invitation.expires_at, now=now)})


class _PlaceNames:
    """Names of shops and points, read once for a page."""

    def __init__(self) -> None:
        self.shops = dict(Shop.objects.values_list("pk", "name"))
        self.points = dict(PointOfSale.objects.order_by("name").values_list("pk", "name"))

    def told(self, bundle: Bundle | None, shops: frozenset[int] | None, points: frozenset[int] | None) -> str:
        """«все точки», «Алма Дом целиком, Склад Абая 52», «заказы, которые ему дали»."""
        if bundle is not None and bundle.reach is Reach.OWN:
            return _("заказы, которые ему дали")
        if bundle is not None and bundle.reach is Reach.COMPANY and not shops:
            return _("все точки")
        whole = [_("%(shop)s целиком") % {"shop": name} for pk, name in self.shops.items() if pk in (shops or ())]
        return ", ".join([*whole, *(name for pk, name in self.points.items() if pk in (points or ()))]) or _(
            "точек нет"
        )
