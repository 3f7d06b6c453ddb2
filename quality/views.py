"""The quality page, and the export of the cabinet that brings marks."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from integrations.kaspi.order_export import BadExport, read_order_export
from quality.importing import Imported, apply
from quality.metrics import Metric
from quality.page import Asked, quality_page
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.formats import plural
from staff.permissions import Permission
from staff.places import chosen_shop, places_of

METRICS = {metric.value: metric for metric in Metric}
MOST_BYTES = 10_000_000
PROBLEMS_TOLD = 3
MOST_START = 1_000_000


@requires(Permission.QUALITY_VIEW)
@require_GET
def quality(request: OfficeRequest) -> HttpResponse:
    request.nav = "quality"
    page = quality_page(_asked(request), by=request.actor, places=places_of(request))
    return render(request, "quality/quality.html", {"page": page})


def _asked(request: OfficeRequest) -> Asked:
    name, start = request.GET.get("metric", Metric.CANCELLED.value), request.GET.get("start", "0")
    if name not in METRICS:
        raise Refused(
            "bad_value", gettext("Нет такого показателя: %(name)s") % {"name": name[:40]}, status=400, field="metric"
        )
    if not (start.isascii() and start.isdigit()) or int(start[:8]) > MOST_START:
        raise Refused("bad_value", gettext("Такой страницы нет"), status=400, field="start")
    return Asked(chosen_shop(request), METRICS[name], request.GET.get("why", "")[:100], int(start[:8]), database_now())


@requires(Permission.QUALITY_IMPORT)
@require_POST
def import_export(request: OfficeRequest) -> HttpResponse:
    """Take the file of one shop; what became of it is said on the page."""
    shop = chosen_shop(request)
    if shop is None:
        raise Refused("required", gettext("Выберите магазин, из которого выгрузка"), status=400, field="shop")
    upload = request.FILES.get("file")
    if upload is None or (upload.size or 0) > MOST_BYTES:
        messages.error(request, gettext("Выберите файл .xlsx до 10 МБ"))
    else:
        try:
            export = read_order_export(upload.read())
        except BadExport as problem:
            messages.error(request, problem.sentence)
        else:
            _tell(request, apply(export, shop, by=request.actor, now=database_now()))
    return redirect(f"/quality/?metric=rating&shop={shop.slug}#import")


def _tell(request: OfficeRequest, done: Imported) -> None:
    text = gettext("Обновлено %(applied)s") % {"applied": plural(done.applied, "заказ", "заказов")}
    notes = [text, gettext("без изменений %(unchanged)s") % {"unchanged": done.unchanged} if done.unchanged else ""]
    messages.success(request, ", ".join(filter(None, notes)))
    if done.unknown:
        some = ", ".join(done.unknown[:PROBLEMS_TOLD])
        messages.warning(
            request,
            gettext("Нет у нас %(unknown)s: %(some)s…")
            % {"unknown": plural(len(done.unknown), "заказа", "заказов"), "some": some},
        )
    if done.problems:
        some = "; ".join(
            gettext("строка %(row)s, %(column)s: %(sentence)s")
            % {"row": one.row, "column": one.column, "sentence": one.sentence}
            for one in done.problems[:PROBLEMS_TOLD]
        )
        messages.warning(
            request,
            gettext("Не прочитали %(problems)s. %(some)s")
            % {"problems": plural(len(done.problems), "ячейку", "ячеек"), "some": some},
        )
