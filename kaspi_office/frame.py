"""What stands around every page: menu with counters, shops, the person, how fresh it all is."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from kaspi_office.page_models import (
    Frame,
    FrameCan,
    FrameCompany,
    FrameCounts,
    FrameMember,
    FrameSection,
    FrameShop,
    FrameSync,
)
from orders.lifecycle import Shelf
from orders.shelves.around import Around, around_of, freshness
from orders.shelves.standing import shelves_of, slug_of
from staff import companies
from staff.access import Actor, OfficeRequest
from staff.formats import initials
from staff.languages import later as _
from staff.models import Role, Shop
from staff.permissions import Permission
from staff.places import Places, chosen_shop, places_of
from staff.signin.sudo import is_by_pin, is_fresh

# Pages of the order desk besides the shelves: how it is named in `request.nav`, its words, address, icon, and the right.
DESK: tuple[tuple[str, str, str, str, Permission], ...] = (
    ("radar", _("Радар сроков"), "/radar/", "alarm-clock", Permission.ORDERS_VIEW),
    ("waves", _("Передача"), "/waves/", "send", Permission.ORDERS_PACK),
    ("returns", _("Возвраты"), "/returns/", "undo-2", Permission.ORDERS_VIEW),
    ("buyers", _("Покупатели"), "/buyers/", "user", Permission.BUYERS_SEE),
    ("documents", _("Документы"), "/documents/", "printer", Permission.ORDERS_VIEW),
    ("profit", _("Прибыль"), "/profit/", "trending-up", Permission.PROFIT_VIEW),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of every template; made when a template asks for it, so a fragment does not pay for it."""
    if getattr(request, "actor", None) is None:
        return {}
    return {"frame": SimpleLazyObject(lambda: frame_of(request))}  # type: ignore[arg-type]


def frame_of(request: OfficeRequest) -> Frame:
    """The frame for the person and the shop of this request."""
    actor, around, shop = request.actor, around_of(request), chosen_shop(request)
    text, level = freshness(around)
    nav = getattr(request, "nav", "")
    return Frame(
        company_name=places_of(request).company_name,
        shops=tuple(frame_shop(one) for one in places_of(request).shops),
        shop=frame_shop(shop) if shop else None,
        member=_member(actor),
        counts=_counts(around),
        sync=FrameSync(level, text[0].upper() + text[1:]),
        can=FrameCan(
            home=sees_home(actor, places_of(request)),
            shelves=tuple(map(slug_of, shelves_of(actor))),
            quality=actor.may(Permission.QUALITY_VIEW),
            catalog=actor.may(Permission.CATALOG_VIEW),
            staff=actor.may(Permission.STAFF_VIEW),
            integrations=actor.may(Permission.EXCHANGE_VIEW),
            shift=actor.may(Permission.ORDERS_ACCEPT),
            notices=actor.may(Permission.ORDERS_VIEW) and actor.orders_of is None,
        ),
        desk=_desk(actor, shop),
        nav=nav,
        # An order stands in one shop: another one is shown on the order's shelf.
        switch_url=f"/orders/{nav}/" if request.resolver_match and "ref" in request.resolver_match.kwargs else "",
        sudo=is_fresh(request),
        second_step_by=request.second_step.announced(timezone.localdate()),
        companies=_companies(request),
        by_pin=is_by_pin(request),
    )


def _desk(actor: Actor, shop: Shop | None) -> tuple[FrameSection, ...]:
    """A courier has his shelf and nothing else."""
    if actor.orders_of is not None:
        return ()
    query = f"?{urlencode({'shop': shop.slug})}" if shop else ""
    return tuple(
        FrameSection(nav, label, f"{address}{query}", icon)
        for nav, label, address, icon, right in DESK
        if actor.may(right)
    )


def _companies(request: OfficeRequest) -> tuple[FrameCompany, ...]:
    """Asked for whoever works in several, and nobody else."""
    if is_by_pin(request) or not request.several_companies:
        return ()
    return tuple(FrameCompany(one.key, one.name, one.current) for one in companies.own(request))


def sees_home(actor: Actor, places: Places) -> bool:
    """The start page tells numbers of whole shops: for who may see numbers, and these shops whole."""
    whole = actor.points is None or (places.shops and all(actor.sees_whole(shop.pk) for shop in places.shops))
    may = actor.may(Permission.ORDERS_VIEW) and actor.may(Permission.QUALITY_VIEW)
    return may and actor.orders_of is None and bool(whole)


def frame_shop(shop: Shop) -> FrameShop:
    return FrameShop(shop.slug, shop.name, initials(shop.name))


def _member(actor: Actor) -> FrameMember:
    label = Role(actor.role).label if actor.role in Role.values else ""
    return FrameMember(name=actor.label, role_label=actor.role_name or label, initials=initials(actor.label))


def _counts(around: Around) -> FrameCounts:
    return FrameCounts(
        urgent=around.urgent, notices=around.notices, **{shelf.value: around.on_shelf(shelf) for shelf in Shelf}
    )
