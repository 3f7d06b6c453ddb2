"""Pages of Word templates, and the paper of an order."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orders.card.reading import find_order
from orders.documents.word import keeping, printing
from orders.documents.word.container import LARGEST_FILE
from orders.documents.word.page import shop_of, template_page, templates_page
from orders.documents.word.printing import Document
from orders.documents.word.starter import starter
from orders.models import Order, WordTemplate
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.exports.pages import ask
from staff.permissions import Permission
from staff.places import places_of

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
URL = "/documents/templates/"
FORMS = ("docx", "pdf")


@requires(Permission.PAPERS_MANAGE)
@require_http_methods(["GET", "POST"])
def templates(request: OfficeRequest) -> HttpResponse:
    """GET: the list and the fields; POST: a new template."""
    if request.method == "GET":
        return _list(request)
    try:
        template = keeping.add(_settings(request), _file(request), by=request.actor, now=database_now())
    except Refused as refusal:
        return _list(request, status=_status(refusal), filled=_filled(request), refusal=refusal)
    messages.success(request, gettext("Шаблон загружен. Посмотрите его на заказе и включите"))
    return redirect(f"{URL}{template.public_id}/")


@requires(Permission.PAPERS_MANAGE)
@require_GET
def example(request: OfficeRequest) -> HttpResponse:
    """A warranty card to begin with."""
    return download(Document(gettext("Гарантийный талон"), starter()))


@requires(Permission.PAPERS_MANAGE)
@require_http_methods(["GET", "POST"])
def template(request: OfficeRequest, template: UUID) -> HttpResponse:
    """GET: one template; POST: its name, shop and months of warranty."""
    found = keeping.find(template, by=request.actor)
    if request.method == "GET":
        return _page(request, found)
    return _done(
        request,
        found,
        lambda: keeping.change(found, _settings(request), by=request.actor, now=database_now()),
        gettext("Сохранено"),
    )


@requires(Permission.PAPERS_MANAGE)
@require_POST
def versions(request: OfficeRequest, template: UUID) -> HttpResponse:
    """A newer file."""
    found = keeping.find(template, by=request.actor)
    return _done(
        request,
        found,
        lambda: keeping.renew(found, _file(request), by=request.actor, now=database_now()),
        gettext("Новая версия загружена. Посмотрите её на заказе и включите"),
    )


@requires(Permission.PAPERS_MANAGE)
@require_GET
def file(request: OfficeRequest, template: UUID) -> HttpResponse:
    """A version as it was uploaded."""
    found = keeping.find(template, by=request.actor)
    version = keeping.version(found, _number(request.GET.get("version", "1")))
    return download(Document(f"{found.name}, {version.number}", bytes(version.file)))


@requires(Permission.PAPERS_MANAGE)
@require_POST
def preview(request: OfficeRequest, template: UUID) -> HttpResponse:
    """The version filled with an order of his choice, or the newest one."""
    found = keeping.find(template, by=request.actor)
    version, ref = keeping.version(found, _number(request.POST.get("version", "1"))), request.POST.get("order", "")
    try:
        order = _order(request, ref.strip()) if ref.strip() else printing.newest(found, by=request.actor)
        return download(printing.preview(found, version, order, by=request.actor, now=database_now()))
    except Refused as refusal:
        return _page(request, found, status=_status(refusal), filled=_filled(request), refusal=refusal)


@requires(Permission.PAPERS_MANAGE)
@require_POST
def on(request: OfficeRequest, template: UUID) -> HttpResponse:
    """This version from now on: the newest, or an older one again."""
    found, number = keeping.find(template, by=request.actor), _number(request.POST.get("version", "1"))
    return _done(
        request,
        found,
        lambda: keeping.put_into_service(found, number, by=request.actor, now=database_now()),
        gettext("Шаблон включён, он есть на странице заказа"),
    )


@requires(Permission.PAPERS_MANAGE)
@require_POST
def off(request: OfficeRequest, template: UUID) -> HttpResponse:
    found = keeping.find(template, by=request.actor)
    return _done(
        request,
        found,
        lambda: keeping.switch_off(found, by=request.actor, now=database_now()),
        gettext("Шаблон выключен"),
    )


@requires(Permission.PAPERS_MANAGE)
@require_POST
def remove(request: OfficeRequest, template: UUID) -> HttpResponse:
    keeping.remove(keeping.find(template, by=request.actor), by=request.actor, now=database_now())
    messages.success(request, gettext("Шаблон удалён"))
    return redirect(URL)


@requires(Permission.ORDERS_VIEW, Permission.BUYERS_SEE)
@require_POST
def paper(request: OfficeRequest, ref: str) -> HttpResponse:
    """The paper of an order: Word at once, PDF as a file that a worker makes."""
    order = find_order(request, ref)
    wanted = request.POST.get("template", "")
    if request.POST.get("form", "docx") == "pdf":
        return ask(request, "paper", {"order": str(order.public_id), "template": wanted})
    document = printing.paper(order, _uuid(wanted), by=request.actor, now=database_now())
    return download(Document(f"{document.name} {order.code}", document.content))


def download(document: Document) -> HttpResponse:
    """As an attachment that no browser opens as a page of ours."""
    response = HttpResponse(document.content, content_type=WORD)
    name = "".join(sign if sign.isalnum() or sign in " .,-№()" else "_" for sign in document.name)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.docx") or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _done(request: OfficeRequest, found: WordTemplate, verb: Callable[[], object], said: str) -> HttpResponse:
    """Do it and say so on its page; a refusal comes back beside the form."""
    try:
        verb()
    except Refused as refusal:
        return _page(request, found, status=_status(refusal), filled=_filled(request), refusal=refusal)
    messages.success(request, said)
    return redirect(f"{URL}{found.public_id}/")


def _list(request: OfficeRequest, *, status: int = 200, **parts: Any) -> HttpResponse:
    request.nav = "documents"
    page = templates_page(request.actor, places_of(request), **parts)
    return render(request, "documents/templates.html", {"page": page}, status=status)


def _page(request: OfficeRequest, found: WordTemplate, *, status: int = 200, **parts: Any) -> HttpResponse:
    request.nav = "documents"
    page = template_page(found, request.actor, places_of(request), now=database_now(), **parts)
    return render(request, "documents/template.html", {"page": page}, status=status)


def _status(refusal: Refused) -> int:
    """A form with mistakes comes back in its place; what the state forbids keeps its own status."""
    return 422 if refusal.status == 400 else refusal.status


def _settings(request: OfficeRequest) -> keeping.Settings:
    shop = shop_of(places_of(request), request.POST.get("shop", ""))
    return keeping.read_settings(request.POST.get("name", ""), request.POST.get("months", ""), shop)


def _filled(request: OfficeRequest) -> dict[str, str]:
    return {name: request.POST[name][:80] for name in ("name", "months", "shop", "order") if name in request.POST}


def _file(request: OfficeRequest) -> bytes:
    upload = request.FILES.get("file")
    if upload is None:
        raise Refused("no_file", gettext("Выберите файл .docx до 5 МБ"), status=400, field="file")
    if (upload.size or 0) > LARGEST_FILE:
        sentence = gettext("Файл больше 5 МБ. Сожмите картинки в нём и загрузите снова")
        raise Refused("archive_limits", sentence, status=413, field="file")
    return bytes(upload.read())


def _order(request: OfficeRequest, ref: str) -> Order | None:
    if not request.actor.may(Permission.ORDERS_VIEW):
        return None
    try:
        return find_order(request, ref)
    except NotVisible as problem:
        sentence = gettext("Заказа %(ref)s нет или он вам не виден") % {"ref": ref[:40]}
        raise Refused("no_order", sentence, status=400, field="order") from problem


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise NotVisible(text)
    return int(text)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as problem:
        raise NotVisible(text) from problem
