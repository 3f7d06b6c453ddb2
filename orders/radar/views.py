"""Pages of the radar and of the notices."""

import re
from datetime import UTC, datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from orders.radar import notices
from orders.radar.board import MICRO, Radar, radar_page
from orders.shelves.around import version_of
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.permissions import Permission

# Time runs without any news: once a minute the levels are made anew.
TOLD_EVERY = timedelta(minutes=1)


@requires(Permission.ORDERS_VIEW)
@require_GET
def radar(request: OfficeRequest) -> HttpResponse:
    """The whole page, or the board alone when it is what is swapped."""
    return _board(request, part=request.headers.get("HX-Target") == "radar")


@requires(Permission.ORDERS_VIEW)
@require_GET
def pulse(request: OfficeRequest) -> HttpResponse:
    """«Anything new?»: 204 while nothing has changed, by one small query; else the board and the counters of the menu."""
    version, told = _since(request.GET.get("since", ""))
    unchanged = version_of(request.actor, request.GET.get("shop", "")) == version
    if unchanged and timezone.now() - told < TOLD_EVERY:
        return HttpResponse(status=204)
    return _board(request, part=True)


def _board(request: OfficeRequest, *, part: bool) -> HttpResponse:
    page = radar_page(Radar.of(request))
    return render(request, "radar/_answer.html" if part else "radar/radar.html", {"page": page})


def _since(text: str) -> tuple[int, datetime]:
    """What `orders.radar.board.pulse` wrote. Raises Refused (400)."""
    if not re.fullmatch(r"\d{1,16}-\d{1,16}", text, re.ASCII):
        raise Refused("bad_value", gettext("Обновите страницу"), status=400, field="since")
    version, told = map(int, text.split("-"))
    return version, datetime.fromtimestamp(told / MICRO, UTC)


@requires(Permission.ORDERS_VIEW)
@require_GET
def list_notices(request: OfficeRequest) -> HttpResponse:
    request.nav = "notices"
    page = notices.notices_page(request.actor, after=request.GET.get("after", ""), now=database_now())
    return render(request, "radar/notices.html", {"page": page})


@requires(Permission.ORDERS_VIEW)
@require_POST
def mark_seen(request: OfficeRequest) -> HttpResponse:
    """What the page showed is seen; what came since stays unseen."""
    notices.mark_seen(request.actor, until=request.POST.get("until", ""), now=database_now())
    return redirect("notices")
