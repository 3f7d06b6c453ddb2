"""Pages of the storekeeper's papers."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from catalog.models import DocumentKind, StockDocument
from catalog.papers.page import Typed, blank_form, filled_form, paper_page, papers_page, read_lines
from catalog.papers.page_models import PaperForm
from catalog.papers.posting import post
from staff.access import OfficeRequest, require, requires
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.models import PointOfSale
from staff.permissions import Permission
from staff.places import Places, chosen_shop, places_of

# A line is a code and a number; that many of them fit (catalog.papers.lines.MOST_LINES).
LONGEST_TEXT = 600_000


@requires(Permission.CATALOG_VIEW)
@require_http_methods(["GET", "POST"])
def papers(request: OfficeRequest) -> HttpResponse:
    """The list and an empty form; posted, the form with what it would change, or the paper itself."""
    request.nav = "catalog"
    places, shop = places_of(request), chosen_shop(request)
    points = places.points_of(shop)
    form = blank_form(points, homes=places.points) if request.actor.may(Permission.STOCK_MANAGE) and points else None
    if request.method == "POST":
        require(request.actor, Permission.STOCK_MANAGE)
        return _typed(request, places, form or blank_form(points, homes=places.points))
    before = request.GET.get("before", "")
    return _shown(request, places, form, before=int(before) if before.isdigit() and len(before) < 10 else None)


@requires(Permission.CATALOG_VIEW)
@require_GET
def paper(request: OfficeRequest, paper: UUID) -> HttpResponse:
    """One posted paper."""
    request.nav = "catalog"
    found = StockDocument.objects.filter(key=paper).first()
    point = places_of(request).point_by_id(found.point_id) if found else None
    if found is None or point is None:
        raise NotVisible(str(paper))
    return render(request, "catalog/papers/paper.html", {"page": paper_page(found, point=point, now=database_now())})


def _typed(request: OfficeRequest, places: Places, form: PaperForm) -> HttpResponse:
    now = database_now()
    try:
        typed = _read(request, places)
        told = read_lines(typed)
        form = filled_form(form, typed, told)
        if request.POST.get("step") != "post" or not form.checked:
            return _shown(request, places, form, status=200 if form.checked else 400)
        posted = post(typed.posting(told), by=request.actor, now=now)
    except Refused as refusal:
        if refusal.status not in (400, 409):
            raise
        wrong = replace(form, error=refusal.sentence, wrong=refusal.field or "", checked=False)
        return _shown(request, places, wrong, status=refusal.status)
    messages.success(request, gettext("Документ проведён, остатки изменены"))
    return redirect(f"/catalog/papers/{posted.key}/")


def _read(request: OfficeRequest, places: Places) -> Typed:
    form = request.POST
    if form.get("kind") not in DocumentKind.values:
        raise Refused("bad_value", gettext("Выберите вид документа"), status=400, field="kind")
    text = form.get("lines", "")
    if len(text) > LONGEST_TEXT or "\x00" in text:
        raise Refused("bad_value", gettext("Слишком много строк для одного документа"), status=400, field="lines")
    try:
        key = UUID(form.get("key", ""))
    except ValueError as problem:
        raise Refused("bad_value", gettext("Откройте форму заново"), status=400, field="key") from problem
    to_point = form.get("to_point", "")
    return Typed(
        kind=DocumentKind(form["kind"]),
        point=_point(places.points, form.get("point", "")),
        to_point=_point(places.points, to_point) if to_point else None,
        text=text,
        note=" ".join(form.get("note", "").replace("\x00", "").split()),
        key=key,
    )


def _point(points: Sequence[PointOfSale], asked: str) -> PointOfSale:
    found = next((point for point in points if str(point.pk) == asked), None)
    if found is None:
        raise NotVisible(asked[:20])
    return found


def _shown(
    request: OfficeRequest, places: Places, form: PaperForm | None, *, before: int | None = None, status: int = 200
) -> HttpResponse:
    shop = chosen_shop(request)
    page = papers_page(places, form=form, before=before, now=database_now(), shop=shop.slug if shop else "")
    return render(request, "catalog/papers/papers.html", {"page": page}, status=status)
