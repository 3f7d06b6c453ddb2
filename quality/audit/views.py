"""Pages of the audit: a number with its proof, the proof as a text, Kaspi's own number."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from quality.audit import kaspi
from quality.audit.asked import read_day, read_known, read_metric
from quality.audit.page import ROWS, Asked, Typed, audit_page, shops_page
from quality.audit.proof import Proof, lines
from quality.audit.reading import both_of, profile_for
from quality.audit.words import SIDES
from quality.formulas import Metric
from quality.reading import today_of
from staff.access import OfficeRequest, require_whole, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.models import Shop
from staff.permissions import Permission
from staff.places import chosen_shop, places_of

NAV: Final = "quality"
MOST_START: Final = 10_000_000
_LINES_A_BLOCK: Final = 2_000


@requires(Permission.QUALITY_VIEW)
@require_GET
def audit(request: OfficeRequest) -> HttpResponse:
    """One number of one shop, by what was known then and by what is known now."""
    return _page(request, _asked(request))


@requires(Permission.QUALITY_VIEW)
@require_GET
def proof_text(request: OfficeRequest) -> StreamingHttpResponse:
    """The text whose SHA-256 is the number's digest."""
    asked = _asked(request)
    shop = _whole(request, asked)
    both = both_of(shop, asked.metric, asked.on, profile=profile_for(shop, asked.on), known_at=asked.known)
    proof = both.then if asked.by == "then" else both.now
    response = StreamingHttpResponse(_blocks(proof), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{shop.slug}-{asked.metric}-{asked.on}.txt"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@requires(Permission.QUALITY_MANAGE)
@require_POST
def kaspi_number(request: OfficeRequest) -> HttpResponse:
    """Write down what the cabinet showed."""
    now, told = database_now(), request.POST
    metric = read_metric(told.get("metric", Metric.CANCELLED.value))
    said = kaspi.Said(*(told.get(name, "")[:400] for name in kaspi.Said.__slots__))
    asked = Asked(chosen_shop(request), metric, today_of(now), None, now)
    shop = _whole(request, asked)
    try:
        day = read_day(told.get("on", ""), today=today_of(now)) or today_of(now)
        asked = Asked(shop, metric, day, None, now)
        kaspi.tell(shop, metric, day, said, by=request.actor, now=now, today=today_of(now))
    except Refused as refusal:
        if refusal.status == 403:
            raise
        return _page(request, asked, Typed(said, refusal.sentence, refusal.field or ""), status=422)
    messages.success(request, gettext("Записано"))
    return redirect(f"{asked.url()}#kaspi")


def _page(request: OfficeRequest, asked: Asked, typed: Typed | None = None, status: int = 200) -> HttpResponse:
    request.nav = NAV
    if asked.shop is None:
        page = shops_page(asked, places_of(request), by=request.actor)
    else:
        shop = _whole(request, asked)
        page = audit_page(asked, shop, profile_for(shop, asked.on), by=request.actor, typed=typed or Typed())
    return render(request, "quality/audit.html", {"page": page}, status=status)


def _whole(request: OfficeRequest, asked: Asked) -> Shop:
    """The shop, for who sees all of it: Kaspi judges the whole, and a part of a proof proves nothing."""
    if asked.shop is None:
        raise Refused("required", gettext("Выберите магазин"), status=400, field="shop")
    require_whole(request.actor, Permission.QUALITY_VIEW, shop_id=asked.shop.pk)
    return asked.shop


def _asked(request: OfficeRequest) -> Asked:
    now, query = database_now(), request.GET
    today = today_of(now)
    side, by, start = query.get("side", "numerator"), query.get("by", "now"), query.get("start", "0")
    if side not in SIDES or by not in ("then", "now"):
        raise Refused("bad_value", gettext("Такого списка нет"), status=400, field="side")
    if not (start.isascii() and start.isdigit()) or int(start[:9]) > MOST_START:
        raise Refused("bad_value", gettext("Такой страницы нет"), status=400, field="start")
    return Asked(
        shop=chosen_shop(request),
        metric=read_metric(query.get("metric", Metric.CANCELLED.value)),
        on=read_day(query.get("on", ""), today=today) or today,
        known=read_known(query.get("known", ""), now=now),
        now=now,
        side=side,
        by=by,
        start=int(start[:9]) // ROWS * ROWS,
    )


def _blocks(proof: Proof) -> Iterator[str]:
    """The text in pieces large enough to be sent at once."""
    text: Iterable[str] = iter(lines(proof))
    while block := "".join(islice(text, _LINES_A_BLOCK)):
        yield block
