"""What a role means in this company: as it comes, or as the company changed it."""

from staff.models import CompanyRole, Member, MemberPoint, MemberShop, PointOfSale, Reach, Role
from staff.permissions import ROLES, Bundle, Permission

NOTHING = Bundle(frozenset(), Reach.OWN)


def bundle(code: str, changed: tuple[list[str], str] | None) -> Bundle:
    """Rights and reach of a role whose row says `changed`, if it has one. A role that is gone opens nothing, and the
    owner's is never changed.
    """
    if changed is None or code == Role.OWNER:
        return ROLES[Role(code)] if code in Role.values else NOTHING
    rights, reach = changed
    return Bundle(frozenset(right for right in Permission if right in rights), Reach(reach))


def bundle_of(code: str) -> Bundle:
    """Rights and reach of a role in the scope's company."""
    own = CompanyRole.objects.filter(code=code).first()
    return bundle(code, None if own is None else (own.rights, own.reach))


def points_of(member: Member, bundle: Bundle) -> frozenset[int] | None:
    """The points that a member sees; None means all of them. Shops given to him narrow a role of the whole company."""
    shops = list(MemberShop.objects.filter(member_id=member.pk).values_list("shop_id", flat=True))
    if bundle.reach is Reach.OWN or (bundle.reach is Reach.COMPANY and not shops):
        return None
    points = MemberPoint.objects.filter(member_id=member.pk).values_list("point_id", flat=True)
    return frozenset(points) | frozenset(PointOfSale.objects.filter(shop_id__in=shops).values_list("pk", flat=True))
