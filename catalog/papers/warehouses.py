"""The page on which points of several shops are said to be one warehouse."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from catalog.binding import keep_at
from catalog.papers.page_models import Choice
from staff.access import OfficeRequest, require, requires
from staff.clock import database_now
from staff.errors import NotVisible
from staff.models import PointOfSale
from staff.permissions import Permission
from staff.places import Places, places_of


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point, and where its goods lie. Without `homes` it may not be moved: others keep theirs here, or he may not."""

    code: str
    name: str
    shop: str
    lies_at: str
    homes: tuple[Choice, ...] = ()


@requires(Permission.CATALOG_VIEW)
@require_http_methods(["GET", "POST"])
def warehouses(request: OfficeRequest) -> HttpResponse:
    """Which points share a warehouse; posted, one point's goods lie elsewhere from now on."""
    request.nav = "catalog"
    places = places_of(request)
    if request.method == "POST":
        require(request.actor, Permission.STOCK_MANAGE)
        point, home = point_named(places, request.POST.get("point", "")), request.POST.get("home", "")
        keep_at(point, point_named(places, home) if home else None, by=request.actor, now=database_now())
        messages.success(request, gettext("Готово: заказы точки берут товар с этого склада"))
        return redirect("/catalog/warehouses/")
    may = request.actor.may(Permission.STOCK_MANAGE)
    rows = tuple(_row(point, places, may=may and request.actor.sees_whole(point.shop_id)) for point in places.points)
    return render(request, "catalog/papers/warehouses.html", {"rows": rows})


def _row(point: PointOfSale, places: Places, *, may: bool) -> PointRow:
    home = places.point_by_id(point.keeps_at_id)
    is_home = any(one.keeps_at_id == point.pk for one in places.points)
    homes = [one for one in places.points if one.pk != point.pk and one.keeps_at_id is None]
    own = Choice("", gettext("на самой точке"), home is None)
    others = (
        Choice(code_of(one, places), f"{one.name} · {places.shop_by_id(one.shop_id).name}", one == home)
        for one in homes
    )
    return PointRow(
        code=code_of(point, places),
        name=point.name,
        shop=places.shop_by_id(point.shop_id).name,
        lies_at=home.name if home else own.label,
        homes=(own, *others) if may and not is_home else (),
    )


def code_of(point: PointOfSale, places: Places) -> str:
    """How a form names a point: shop/code."""
    return f"{places.shop_by_id(point.shop_id).slug}/{point.code}"


def point_named(places: Places, asked: str) -> PointOfSale:
    """The visible point of such a name. Raises NotVisible."""
    found = next((point for point in places.points if code_of(point, places) == asked), None)
    if found is None:
        raise NotVisible(asked[:80])
    return found
