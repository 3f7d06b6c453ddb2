"""The page of what-if."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from quality.outlook.asked import read
from quality.outlook.page import whatif_page
from quality.profiles.assigned import offered, profile_of
from quality.reading import today_of
from staff.access import OfficeRequest, require_whole, requires
from staff.clock import database_now
from staff.page_parts import Empty
from staff.permissions import Permission
from staff.places import chosen_shop, places_of


@requires(Permission.QUALITY_VIEW)
@require_GET
def whatif(request: OfficeRequest) -> HttpResponse:
    """The whole page, or the answer alone when it is what is swapped. Kaspi judges a shop, so a whole one is asked about."""
    request.nav = "quality"
    whole = tuple(shop for shop in places_of(request).shops if request.actor.sees_whole(shop.pk))
    shop = chosen_shop(request) or next(iter(whole), None)
    if shop is None:
        return render(request, "quality/whatif_none.html", {"empty": _nothing_whole()})
    require_whole(request.actor, Permission.QUALITY_VIEW, shop_id=shop.pk)
    now = database_now()
    profile, profiles = profile_of(shop.pk, today_of(now)), offered()
    asked = read(request.GET, shop=shop, shops=whole, profiles={one.code: one for one in profiles}, now=now)
    page = whatif_page(asked, profile=profile, profiles=profiles)
    part = request.headers.get("HX-Target") == "whatif"
    return render(request, "quality/_whatif.html" if part else "quality/whatif.html", {"page": page})


def _nothing_whole() -> Empty:
    return Empty(
        gettext("Здесь спрашивают о магазине целиком"),
        gettext("Kaspi судит магазин, а вам видны только его точки. Спросите владельца."),
        gettext("К показателям"),
        "/quality/",
    )
