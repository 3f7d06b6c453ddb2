"""The page of one offer and what is done there; the cells of the list write at the same addresses."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog import typed
from catalog.binding import bind
from catalog.cells import address, mark_of, pieces_cell, price_cell
from catalog.counting import count_at
from catalog.models import CityPrice, Offer
from catalog.offer_page import offer_page
from catalog.offers.adding import add
from catalog.offers.changing import put_on, take_off
from catalog.offers.describing import TEXTS, describe
from catalog.offers.finding import find, to_change
from catalog.offers.inplace import write_price
from catalog.offers.places import drop_city, sell_at
from catalog.offers.sharing import stop_everywhere
from catalog.page_models import Cell, NewOfferPage
from catalog.standing import standings
from catalog.words import chip_of
from staff.access import OfficeRequest, requires
from staff.cities import name_of, towns
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.formats import ALMATY
from staff.models import Shop
from staff.permissions import Permission
from staff.places import places_of

# Refusals of a number that its cell tells by itself; a lack of right is the page's matter.
IN_CELL = (400, 409)


def _found(request: OfficeRequest, sku: str) -> tuple[Offer, Shop]:
    """The offer that the address names and its shop. Raises NotVisible."""
    places, slug = places_of(request), request.GET.get("shop", "")
    offer = find(places, sku, places.shop(slug) if slug else None)
    return offer, places.shop_by_id(offer.shop_id)


def _back(request: OfficeRequest, offer: Offer, shop: Shop) -> HttpResponse:
    """Where he came from inside of the catalogue; else the offer's page."""
    came = request.POST.get("back", "")
    inside = came.startswith("/catalog/") and "\\" not in came and came.isprintable()
    return redirect(came if inside else address(offer, shop))


@requires(Permission.CATALOG_VIEW)
@require_GET
def offer(request: OfficeRequest, sku: str) -> HttpResponse:
    request.nav = "catalog"
    found, _ = _found(request, sku)
    page = offer_page(
        found, places=places_of(request), by=request.actor, after=request.GET.get("after", ""), now=database_now()
    )
    return render(request, "catalog/offer.html", {"page": page})


@requires(Permission.CATALOG_VIEW, Permission.CATALOG_MANAGE)
@require_POST
def price(request: OfficeRequest, sku: str) -> HttpResponse:
    """Write the price for all, or of `city`. What a rule refuses comes back in the cell, with what was typed."""
    found, shop = _found(request, sku)
    to_change(found, by=request.actor)
    form = request.POST
    city, text = form.get("city", ""), form.get("price", "")
    if city and city not in towns():
        raise Refused("unknown_city", gettext("Такого города в списке Kaspi нет"), status=400, field="city")
    confirmed = form.get("confirmed") == "1"
    try:
        row = write_price(
            found,
            typed.price(text),
            # Without script the field of a new city says nothing of what was seen: there was nothing.
            seen=typed.price_or_none(form.get("seen", ""), field="seen"),
            city=city,
            by=request.actor,
            now=database_now(),
            confirmed=confirmed,
        )
    except Refused as refusal:
        if refusal.status not in IN_CELL:
            raise
        cell = _price_now(found, shop, city, form.get("back", ""))
        may = request.actor.may(Permission.PRICES_GUARD) and refusal.code == "price_guard"
        refused = replace(cell, value=text.strip()[:20], error=refusal.sentence, can_confirm=may)
        return _refused(request, found, shop, refused, refusal)
    return _saved(request, row, shop, _price_now(row, shop, city, form.get("back", "")), gettext("Цена сохранена"))


def _price_now(offer: Offer, shop: Shop, city: str, back: str) -> Cell:
    offer.refresh_from_db()
    kept = CityPrice.objects.filter(offer_id=offer.pk, city_code=city).first() if city else None
    return price_cell(offer, shop, city=city, price=kept.price if kept else None, back=back)


@requires(Permission.CATALOG_VIEW, Permission.STOCK_MANAGE)
@require_POST
def pieces(request: OfficeRequest, sku: str) -> HttpResponse:
    """Write how many lie at `point`, over as many as were seen there."""
    found, shop = _found(request, sku)
    form = request.POST
    points = places_of(request).points_of(shop)
    point = next((one for one in points if one.code == form.get("point", "")), None)
    if point is None and (form.get("point") or len(points) != 1):
        raise NotVisible("point")
    point = point or points[0]
    text, back = form.get("pieces", ""), form.get("back", "")
    try:
        seen = typed.pieces_or_none(form.get("seen", ""), field="seen")
        count_at(point, {found.sku: typed.pieces(text)}, by=request.actor, now=database_now(), seen=seen)
    except Refused as refusal:
        if refusal.status not in IN_CELL:
            raise
        ((at,),) = (one.at for one in standings([found], [point]))
        cell = replace(pieces_cell(found, shop, at, back=back), value=text.strip()[:20], error=refusal.sentence)
        return _refused(request, found, shop, cell, refusal)
    ((at,),) = (one.at for one in standings([found], [point]))
    return _saved(request, found, shop, pieces_cell(found, shop, at, back=back), gettext("Остаток сохранён"))


def _saved(request: OfficeRequest, offer: Offer, shop: Shop, cell: Cell, words: str) -> HttpResponse:
    if not request.htmx:
        messages.success(request, words)
        return _back(request, offer, shop)
    (standing,) = standings([offer], places_of(request).points_of(shop))
    context = {"cell": replace(cell, saved=True), "chip": chip_of(standing), "chip_mark": mark_of(offer, shop)}
    return render(request, "catalog/_cell_answer.html", context)


def _refused(request: OfficeRequest, offer: Offer, shop: Shop, cell: Cell, refusal: Refused) -> HttpResponse:
    if request.htmx:
        return render(request, "catalog/_cell.html", {"cell": cell}, status=422)
    request.nav = "catalog"
    context = {"cell": cell, "title": offer.name or offer.sku, "back": cell.back or address(offer, shop)}
    return render(request, "catalog/cell.html", context, status=refusal.status)


@requires(Permission.CATALOG_VIEW, Permission.CATALOG_MANAGE)
@require_POST
def sale(request: OfficeRequest, sku: str) -> HttpResponse:
    """Off sale (`do=off`), off in every shop that sells the item (`everywhere`), or on again (`do=on`)."""
    found, shop = _found(request, sku)
    to_change(found, by=request.actor)
    form, now = request.POST, database_now()
    if form.get("do") == "on":
        put_on([found], by=request.actor, now=now)
        messages.success(request, gettext("Товар снова в продаже"))
        return _back(request, found, shop)
    until = typed.day_or_none(form.get("until", ""), today=now.astimezone(ALMATY).date())
    told: dict[str, Any] = {"reason": form.get("reason", ""), "until": until, "by": request.actor, "now": now}
    if form.get("do") == "everywhere":
        count = stop_everywhere(found, **told)
        messages.success(request, gettext("Снято предложений: %(count)s") % {"count": count})
    else:
        take_off([found], **told)
        messages.success(request, gettext("Товар снят с продажи. Kaspi узнает об этом в течение часа"))
    return _back(request, found, shop)


@requires(Permission.CATALOG_VIEW, Permission.CATALOG_MANAGE)
@require_POST
def edit(request: OfficeRequest, sku: str) -> HttpResponse:
    """Write the words of the offer: those of its fields that the form has."""
    found, shop = _found(request, sku)
    to_change(found, by=request.actor)
    form = request.POST
    wanted: dict[str, Any] = {
        name: typed.words(form[name], most=longest, field=name) for name, longest in TEXTS.items() if name in form
    }
    if "preorder_days" in form:
        wanted["preorder_days"] = typed.days(form["preorder_days"])
    if "buffer" in form:
        wanted["buffer"] = typed.pieces_or_none(form["buffer"], field="buffer")
    describe(found, wanted, by=request.actor, now=database_now(), version=_version(form))
    messages.success(request, gettext("Сохранено"))
    return _back(request, found, shop)


@requires(Permission.CATALOG_VIEW, Permission.CATALOG_MANAGE, Permission.PRICES_GUARD)
@require_POST
def bounds(request: OfficeRequest, sku: str) -> HttpResponse:
    """Write the bounds of its price."""
    found, shop = _found(request, sku)
    to_change(found, by=request.actor)
    form = request.POST
    readers: Mapping[str, Any] = {"floor": typed.price_or_none, "ceiling": typed.price_or_none}
    wanted: dict[str, Decimal | None] = {
        name: reader(form[name], field=name) for name, reader in readers.items() if name in form
    }
    if "most_step" in form:
        wanted["most_step"] = typed.share_or_none(form["most_step"])
    describe(found, wanted, by=request.actor, now=database_now(), version=_version(form))
    messages.success(request, gettext("Границы цены сохранены"))
    return _back(request, found, shop)


def _version(form: Mapping[str, str]) -> int | None:
    text = form.get("version", "")
    return int(text[:9]) if text.isascii() and text.isdigit() else None


@requires(Permission.CATALOG_VIEW, Permission.CATALOG_MANAGE)
@require_POST
def points(request: OfficeRequest, sku: str) -> HttpResponse:
    """Say of a point whether the offer is sold there: `yes`, `no`, or nothing, and then pieces decide."""
    found, shop = _found(request, sku)
    to_change(found, by=request.actor)
    code, said = request.POST.get("point", ""), request.POST.get("sold", "")
    (point,) = places_of(request).points_by_code(code, shop=shop)
    if said not in ("yes", "no", ""):
        raise Refused("bad_value", gettext("Продаём на точке: да, нет или как решит остаток"), status=400, field="sold")
    sell_at(found, point, {"yes": True, "no": False}.get(said), by=request.actor, now=database_now())
    messages.success(request, gettext("Сохранено"))
    return _back(request, found, shop)


@requires(Permission.CATALOG_VIEW, Permission.CATALOG_MANAGE)
@require_POST
def city(request: OfficeRequest, sku: str) -> HttpResponse:
    """Have no price of its own in `city` any more."""
    found, shop = _found(request, sku)
    to_change(found, by=request.actor)
    code = request.POST.get("city", "")[:12]
    drop_city(found, code.replace("\x00", ""), by=request.actor, now=database_now())
    messages.success(request, gettext("Своей цены у города больше нет: %(city)s") % {"city": name_of(code)})
    return _back(request, found, shop)


@requires(Permission.CATALOG_VIEW, Permission.CATALOG_MANAGE, Permission.STOCK_MANAGE)
@require_POST
def binding(request: OfficeRequest, sku: str) -> HttpResponse:
    """Say which physical item it is."""
    found, shop = _found(request, sku)
    to_change(found, by=request.actor)
    named = typed.words(request.POST.get("stock_sku", ""), most=64, field="stock_sku")
    bind(found, named, by=request.actor, now=database_now())
    messages.success(request, gettext("Остаток теперь общий") if named else gettext("Остаток теперь свой"))
    return _back(request, found, shop)


@requires(Permission.CATALOG_VIEW, Permission.CATALOG_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: OfficeRequest) -> HttpResponse:
    """The form of a new offer, and the offer. A refusal comes back with what was typed."""
    request.nav = "catalog"
    if request.method != "POST":
        return render(request, "catalog/new.html", {"page": _new_page(request, request.GET)})
    form, places = request.POST, places_of(request)
    shop = places.shop(form.get("shop", ""))
    try:
        made = add(
            shop,
            sku=form.get("sku", "").strip(),
            name=typed.words(form.get("name", ""), most=TEXTS["name"], field="name"),
            brand=typed.words(form.get("brand", ""), most=TEXTS["brand"], field="brand"),
            price=typed.price_or_none(form.get("price", ""), field="price"),
            by=request.actor,
            now=database_now(),
        )
    except Refused as refusal:
        if refusal.status not in IN_CELL:
            raise
        page = _new_page(request, form, error=refusal.sentence, wrong=refusal.field or "")
        return render(request, "catalog/new.html", {"page": page}, status=refusal.status)
    messages.success(request, gettext("Товар добавлен. Укажите остаток, и он попадёт в прайс-лист"))
    return redirect(address(made, shop))


def _new_page(request: OfficeRequest, form: Mapping[str, str], *, error: str = "", wrong: str = "") -> NewOfferPage:
    chosen = form.get("shop", "")
    shops = tuple((shop.slug, shop.name, shop.slug == chosen) for shop in places_of(request).shops)
    values = {name: form.get(name, "")[:1024] for name in ("sku", "name", "brand", "price")}
    return NewOfferPage(shops, values, error, wrong)
