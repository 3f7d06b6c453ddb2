"""Shops and points as forms name them: `alma-tech` is the whole shop, points opened later included; `alma-tech/PP1` a point."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from staff.errors import Refused
from staff.models import Member, MemberPoint, MemberShop
from staff.places import Places


@dataclass(frozen=True, slots=True)
class Given:
    """Ids of whole shops, and of single points."""

    shops: frozenset[int] = frozenset()
    points: frozenset[int] = frozenset()


def read(names: Iterable[str], places: Places) -> Given:
    """What these names mean among the places that somebody sees. Raises Refused (400) for a name that is none of them."""
    slugs = {shop.slug: shop.pk for shop in places.shops}
    codes = {f"{places.shop_by_id(point.shop_id).slug}/{point.code}": point for point in places.points}
    wanted = set(names)
    if not wanted <= slugs.keys() | codes.keys():
        raise Refused("bad_place", _("Такой точки нет. Обновите страницу"), status=400, field="place")
    shops = frozenset(slugs[name] for name in wanted if name in slugs)
    # A point of a shop that is given whole says nothing more.
    points = frozenset(codes[name].pk for name in wanted if name in codes and codes[name].shop_id not in shops)
    return Given(shops, points)


def names_of(given: Given, places: Places) -> list[str]:
    """The same the other way round, for forms and the journal; what is not seen is left out."""
    shops = [shop.slug for shop in places.shops if shop.pk in given.shops]
    points = [point for point in places.points if point.pk in given.points]
    return shops + [f"{places.shop_by_id(point.shop_id).slug}/{point.code}" for point in points]


def given_to(member: Member) -> Given:
    shops = MemberShop.objects.filter(member_id=member.pk).values_list("shop_id", flat=True)
    points = MemberPoint.objects.filter(member_id=member.pk).values_list("point_id", flat=True)
    return Given(frozenset(shops), frozenset(points))


def give(member: Member, given: Given) -> None:
    """The member has exactly these from now on."""
    MemberShop.objects.filter(member_id=member.pk).exclude(shop_id__in=given.shops).delete()
    MemberPoint.objects.filter(member_id=member.pk).exclude(point_id__in=given.points).delete()
    present = given_to(member)
    company_id = member.company_id
    MemberShop.objects.bulk_create(
        MemberShop(company_id=company_id, member_id=member.pk, shop_id=shop_id)
        for shop_id in sorted(given.shops - present.shops)
    )
    MemberPoint.objects.bulk_create(
        MemberPoint(company_id=company_id, member_id=member.pk, point_id=point_id)
        for point_id in sorted(given.points - present.points)
    )
