"""The page of documents in words: the stop list, and who printed what in the last days. Two queries."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Q
from django.utils.translation import gettext

from orders.documents.kinds import Wanted, may_print
from orders.documents.page_models import DocumentsPage, PlaceChoice, PrintRow, StopRow
from orders.documents.stopping import Stopped, stopped
from orders.filters import OrderFilter, select
from orders.models import Layout, Paper, PrintedPaper
from staff.access import Actor
from staff.formats import almaty_moment, order_groups, plural
from staff.models import Shop
from staff.page_parts import Empty
from staff.permissions import Permission
from staff.places import Places

DAYS: Final = timedelta(days=7)
SHOWN: Final = 100
CODES: Final = 3


def documents_page(actor: Actor, *, places: Places, shop: Shop | None, point: str, now: datetime) -> DocumentsPage:
    """Everything that `templates/documents/documents.html` prints. Raises NotVisible for a foreign point."""
    orders = select(actor, OrderFilter(shop=shop.slug if shop else None, point=point or None), places=places)
    rows = PrintedPaper.objects.filter(at__gt=now - DAYS, order_id__in=orders.values("pk"))
    presses = rows.values("batch", "paper", "layout", "actor_label").annotate(
        pressed=Max("at"),
        count=Count("id", filter=Q(missing=False)),
        lacking=Count("id", filter=Q(missing=True)),
        codes=ArrayAgg("order__code", filter=Q(missing=False), order_by="id", default=[]),
    )
    prints = tuple(_print(row, actor, now=now) for row in presses.order_by("-pressed", "-batch")[:SHOWN])
    return DocumentsPage(
        stops=tuple(_stop(one, actor, now=now) for one in stopped(actor, now=now)),
        prints=prints,
        shop=shop.slug if shop else "",
        points=_points(places, shop, point),
        note=gettext("последние %(count)s") % {"count": SHOWN} if len(prints) == SHOWN else "",
        templates_url="/documents/templates/" if actor.may(Permission.PAPERS_MANAGE) else "",
        empty=None if prints else Empty(gettext("Пока ничего не печатали"), gettext("Отметьте заказы на полке.")),
    )


def _stop(one: Stopped, actor: Actor, *, now: datetime) -> StopRow:
    return StopRow(
        no=order_groups(one.order.code),
        url=f"/orders/{one.order.code}/",
        why=one.why,
        told=one.told(now=now),
        item=one.order.first_item,
        ref=str(one.order.public_id) if actor.may(Permission.ORDERS_PACK) else "",
    )


def _print(row: Mapping[str, Any], actor: Actor, *, now: datetime) -> PrintRow:
    wanted = Wanted(Paper(row["paper"]), Layout(row["layout"]))
    codes, rest = row["codes"][:CODES], row["count"] - CODES
    lacking = row["lacking"]
    return PrintRow(
        time=almaty_moment(row["pressed"], now=now),
        who=row["actor_label"],
        what=wanted.label,
        count=plural(row["count"], "заказ", "заказов"),
        codes=tuple((code, f"/orders/{code}/") for code in codes),
        more=gettext("и ещё %(count)s") % {"count": rest} if rest > 0 else "",
        missing=gettext("без накладной %(count)s") % {"count": lacking} if lacking else "",
        again_url=f"/documents/{row['batch']}/again/" if may_print(actor, wanted.paper) else "",
    )


def _points(places: Places, shop: Shop | None, chosen: str) -> tuple[PlaceChoice, ...]:
    points = places.points_of(shop)
    if len(points) < 2:
        return ()
    codes = dict.fromkeys(point.code for point in points)
    names = {code: ", ".join(point.name for point in points if point.code == code) for code in codes}
    every = PlaceChoice("", gettext("Все точки"), chosen=not chosen)
    return (every, *(PlaceChoice(code, name, chosen=code == chosen) for code, name in names.items()))
