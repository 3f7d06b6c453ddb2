"""The quality page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from quality.asked import Asked
from quality.attribution.behind import parse
from quality.attribution.panel import parse_split
from quality.formulas import Metric
from quality.page import quality_page
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.permissions import Permission
from staff.places import chosen_shop, places_of

METRICS = {metric.value: metric for metric in Metric}
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
    shop, params = chosen_shop(request), request.GET.dict()
    return Asked(
        shop=shop,
        metric=METRICS[name],
        why=params.get("why", "")[:100],
        start=int(start[:8]),
        now=database_now(),
        of=parse(params, places=places_of(request), shop=shop),
        split=parse_split(params),
    )
