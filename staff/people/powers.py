"""What the people of a company have: their roles' rights with their shops and points."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from staff import roles
from staff.access import Actor
from staff.models import CompanyRole, Member, MemberPoint, MemberShop, PointOfSale, Reach, Role
from staff.people.granting import Power
from staff.permissions import ROLES, Bundle


@dataclass(frozen=True, slots=True)
class Map:
    """The company's places and who has which: everything that powers are made of, read once."""

    shop_of: Mapping[int, int]
    bundles: Mapping[str, Bundle]
    shops: Mapping[int, frozenset[int]] = field(default_factory=dict)
    points: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def power(self, role: str, shops: Iterable[int], points: Iterable[int]) -> Power:
        """What this role has at these places. A role that is gone has nothing."""
        bundle, whole = self.bundles.get(role, roles.NOTHING), frozenset(shops)
        covered = frozenset(points) | {point for point, shop in self.shop_of.items() if shop in whole}
        everywhere = bundle.reach is Reach.COMPANY and not whole
        return Power(bundle.rights, bundle.reach, None if everywhere else covered, whole, role == Role.OWNER)

    def power_of(self, member: Member) -> Power:
        places = self.shops.get(member.pk, frozenset()), self.points.get(member.pk, frozenset())
        return self.power(member.role, *places)


def read() -> Map:
    """The map of the scope's company, in four queries."""
    shops, points = defaultdict(set), defaultdict(set)
    for member, shop in MemberShop.objects.values_list("member_id", "shop_id"):
        shops[member].add(shop)
    for member, point in MemberPoint.objects.values_list("member_id", "point_id"):
        points[member].add(point)
    return Map(
        shop_of=dict(PointOfSale.objects.values_list("pk", "shop_id")),
        bundles=bundles(),
        shops={member: frozenset(given) for member, given in shops.items()},
        points={member: frozenset(given) for member, given in points.items()},
    )


def bundles() -> dict[str, Bundle]:
    """Every role of the company by its code: those that came with us, changed or not, then its own."""
    changed = {row.code: bundle_of(row) for row in CompanyRole.objects.order_by("id")}
    return {role.value: bundle for role, bundle in ROLES.items()} | changed


def bundle_of(row: CompanyRole) -> Bundle:
    return roles.bundle(row.code, (row.rights, row.reach))


def power_of_actor(actor: Actor, known: Map) -> Power:
    """What the one who acts has. A rule of ours has everything; a program grants nothing, so it has nothing here."""
    if actor.kind == "rule":
        return Power(actor.rights, Reach.COMPANY, None, owner=True)
    found = Member.objects.filter(pk=actor.id, is_active=True) if actor.kind == "member" and actor.id else None
    member = found.first() if found is not None else None
    return Power(frozenset(), Reach.OWN, frozenset()) if member is None else known.power_of(member)
