"""Pages of orders: shelves, what is new, one order, its waybill, search over everything."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from orders.buyers.disclosing import of_lines, of_order, tell_page
from orders.buyers.showing import buyer_for, sees_buyer
from orders.card.page import order_page
from orders.card.reading import SeveralShops, find_order, known_of
from orders.documents.printing import note_waybill
from orders.documents.waybills import pdf_of
from orders.filters import OrderFilter, parse, select
from orders.lifecycle import SHELF_OF, Shelf, Stage
from orders.models import Order
from orders.shelves.around import version_of
from orders.shelves.page_models import Hit, SearchPage
from orders.shelves.pulse import Since
from orders.shelves.rows import row_of
from orders.shelves.shelf import pulse_of, shelf_page
from orders.shelves.standing import View, lines_of, reader_of, shelves_of, slug_of
from orders.words import SHELF_ICONS
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.exports.pages import ask
from staff.formats import order_groups, plural
from staff.models import Door
from staff.permissions import Permission
from staff.places import places_of
from staff.privacy.disclosures import tell

HITS = 20


def view_of(request: OfficeRequest, shelf: Shelf) -> View:
    """The shelf as the address asks for it. The frame marks its place in the menu."""
    request.nav = slug_of(shelf)
    return View(request, shelf, parse(request.GET, shelf=shelf))


@requires(Permission.ORDERS_VIEW)
@require_GET
def orders(request: OfficeRequest) -> HttpResponse:
    """Orders begin with what burns, and for a courier with what he brings."""
    return redirect("shelf", shelf=shelves_of(request.actor)[0])


@requires(Permission.ORDERS_VIEW)
@require_GET
def shelf(request: OfficeRequest, shelf: Shelf) -> HttpResponse:
    view = view_of(request, shelf)
    page = shelf_page(view)
    tell_page(request, page.persons, now=view.around.now)
    part = request.headers.get("HX-Target") == "orders"
    return render(request, "orders/_table.html" if part else "orders/shelf.html", {"page": page})


@requires(Permission.ORDERS_VIEW, sudo=True)
@require_POST
def export(request: OfficeRequest, shelf: Shelf) -> HttpResponse:
    """What the shelf shows under its filter, as a file."""
    return ask(request, "orders", request.POST.dict() | {"shelf": shelf.value})


@requires(Permission.ORDERS_VIEW)
@require_GET
def pulse(request: OfficeRequest, shelf: Shelf) -> HttpResponse:
    """«Anything new?»: 204 while nothing has changed, and one small query for it."""
    view, since = view_of(request, shelf), Since.read(request.GET.get("since", ""))
    unchanged = version_of(request.actor, request.GET.get("shop", "")) == since.version
    if unchanged and not since.is_stale(timezone.now()):
        return HttpResponse(status=204)
    return render(request, "orders/_pulse.html", {"pulse": pulse_of(view, since)})


@requires(Permission.ORDERS_VIEW)
@require_GET
def order(request: OfficeRequest, ref: str) -> HttpResponse:
    """The whole page, the drawer on a shelf, or the card that refreshes itself."""
    try:
        found = find_order(request, ref)
    except SeveralShops as several:
        return render(request, "orders/which_shop.html", {"orders": several.orders, "ref": ref})
    return render_card(request, found, _template(request))


def _template(request: OfficeRequest) -> str:
    parts = {"drawer-slot": "_drawer", "order-drawer": "_drawer", "order": "_card_answer"}
    return f"orders/{parts.get(request.headers.get('HX-Target', ''), 'order')}.html"


def render_card(
    request: OfficeRequest, found: Order, template: str, *, open_dialog: str = "", status: int = 200, **known: Any
) -> HttpResponse:
    """The card of an order in one of its forms; `known` goes to `orders.card.reading.known_of`."""
    request.nav = slug_of(SHELF_OF[Stage(found.stage)])
    facts = known_of(request, found, **known)
    page = order_page(facts)
    tell_page(request, of_order(found, by=request.actor, now=facts.now), now=facts.now)
    return render(request, template, {"page": page, "open_dialog": open_dialog}, status=status)


@requires(Permission.ORDERS_VIEW)
@require_GET
def row(request: OfficeRequest, ref: str) -> HttpResponse:
    """One row of a shelf, as it is now."""
    wanted = parse({"shelf": request.GET.get("shelf", "")}).shelf
    found = find_order(request, ref)
    return render_row(request, found, wanted or SHELF_OF[Stage(found.stage)])


def render_row(request: OfficeRequest, found: Order, shelf: Shelf, *, status: int = 200) -> HttpResponse:
    lines = lines_of(Order.objects.filter(pk=found.pk))
    reader = reader_of(request, shelf, lines, now=database_now())
    rows = [row_of(line, reader) for line in lines]
    tell_page(request, of_lines(lines, shelf, by=request.actor, now=reader.now), now=reader.now)
    return render(request, "orders/_rows.html", {"rows": rows, "slug": slug_of(shelf)}, status=status)


@requires(Permission.ORDERS_VIEW, Permission.BUYERS_SEE)
@require_GET
def waybill(request: OfficeRequest, ref: str) -> HttpResponse:
    """The PDF, ready to print; a page that says why when there is none yet."""
    found = find_order(request, ref)
    pdf = pdf_of(found)
    if pdf is None:
        return render(request, "orders/no_waybill.html", {"order": found, "no": order_groups(found.code)}, status=404)
    now = database_now()
    note_waybill(found, by=request.actor, now=now)
    tell(request.actor, Door.PRINT, [found.code], now=now)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="waybill-{found.code}.pdf"'
    return response


@requires(Permission.ORDERS_VIEW)
@require_GET
def search(request: OfficeRequest) -> HttpResponse:
    """Over all shelves and the archive."""
    q = parse(request.GET).q
    page = SearchPage(q, _hits(request, q))
    if page.hits:
        page = SearchPage(q, page.hits, plural(len(page.hits), "заказ", "заказов"))
    part = request.headers.get("HX-Target") == "search-results"
    return render(request, "orders/_search_results.html" if part else "orders/search.html", {"page": page})


def _hits(request: OfficeRequest, q: str) -> tuple[Hit, ...]:
    if not q:
        return ()
    wanted = OrderFilter(shop=request.GET.get("shop") or None, q=q)
    found = select(request.actor, wanted, places=places_of(request)).order_by("-approved_at", "-id")
    columns = ("code", "buyer_first_name", "buyer_last_name", "first_item", "shelf", "stage", "closed_at")
    now = database_now()
    hits = list(found.values_list(*columns)[:HITS])
    seen = [row[0] for row in hits if any(row[1:3]) and sees_buyer(request.actor, closed_at=row[-1], now=now)]
    tell_page(request, seen, now=now)
    return tuple(
        Hit(
            url=f"/orders/{code}/",
            no=order_groups(code),
            who=buyer_for(request.actor, closed_at=closed_at, now=now).name(first, last),
            item=item,
            shelf=Stage(stage).label if shelf == Shelf.ARCHIVE else Shelf(shelf).label,
            icon=SHELF_ICONS[Shelf(shelf)],
        )
        for code, first, last, item, shelf, stage, closed_at in hits
    )
