"""The pages of goods beside the list itself, for whom they are."""

from collections.abc import Callable
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import Oversell
from staff.access import Actor
from staff.formats import grouped
from staff.models import Shop
from staff.page_parts import Tab
from staff.permissions import Permission
from staff.places import Places


class Section(NamedTuple):
    """`right`: whoever has it may open the page."""

    url: str
    label: Promise | str
    right: Permission
    count: Callable[[Places], int] = lambda places: 0


def count_oversold(places: Places) -> int:
    """How many items are short at these points."""
    seen = {point.keeps_at_id or point.pk for point in places.points}
    return Oversell.objects.filter(ended_at=None, point_id__in=seen).count()


SECTIONS: Final = (
    Section("/catalog/oversold/", _("Не хватает"), Permission.CATALOG_VIEW, count_oversold),
    Section("/catalog/papers/", _("Документы склада"), Permission.CATALOG_VIEW),
    Section("/catalog/warehouses/", _("Склады"), Permission.CATALOG_VIEW),
    Section("/catalog/feed/", _("XML для Kaspi"), Permission.CATALOG_VIEW),
    Section("/catalog/repricing/", _("Автоцены"), Permission.CATALOG_VIEW),
    Section("/catalog/prices/", _("Календарь цен"), Permission.CATALOG_VIEW),
    Section("/catalog/cards/", _("Карточки"), Permission.CATALOG_VIEW),
    Section("/catalog/matches/", _("Привязка"), Permission.CATALOG_MANAGE),
    Section("/catalog/replenishment/", _("Что заказать"), Permission.CATALOG_VIEW),
    Section("/catalog/costs/", _("Себестоимость"), Permission.PROFIT_VIEW),
    Section("/catalog/tariffs/", _("Тарифы"), Permission.PROFIT_VIEW),
)


def sections(shop: Shop | None, *, places: Places, by: Actor) -> tuple[Tab, ...]:
    """Those that somebody may open, of the chosen shop."""
    query = f"?shop={shop.slug}" if shop else ""
    return tuple(_tab(one, query, places) for one in SECTIONS if by.may(one.right))


def _tab(section: Section, query: str, places: Places) -> Tab:
    counted = section.count(places)
    return Tab(str(section.label), section.url + query, grouped(counted) if counted else "", alert=bool(counted))
