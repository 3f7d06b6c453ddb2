"""What stands on a shelf: the lines of a page by keyset, and what their rows need."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from orders.clocks import Calendars
from orders.filters import OrderFilter, select
from orders.lifecycle import Shelf
from orders.models import Order
from orders.shelves.around import Around, around_of
from orders.shelves.beside import beside_of
from orders.shelves.lines import Line, Reader
from staff.access import Actor, OfficeRequest
from staff.paging import Place, place
from staff.permissions import Permission
from staff.places import Places, chosen_shop, places_of
from staff.scoping import current_company

ROWS = 50
KEPT = ("shop", "point", "stage", "q")

# The index of the archive is one of each shop: the newest of every shop, and of those the newest.
_LATEST_CLOSED = """
SELECT latest.id FROM unnest(%s::bigint[]) AS shop (id) CROSS JOIN LATERAL (
  SELECT id, closed_at FROM orders_order
  WHERE company_id = %s AND shop_id = shop.id AND shelf = 'archive'
    AND (%s::timestamptz IS NULL OR (closed_at, id) < (%s::timestamptz, %s::bigint))
    AND (%s::bigint[] IS NULL OR point_id = ANY(%s::bigint[]) OR (point_id IS NULL AND shop_id = ANY(%s::bigint[])))
  ORDER BY closed_at DESC, id DESC LIMIT %s) latest
ORDER BY latest.closed_at DESC, latest.id DESC LIMIT %s
"""


def slug_of(shelf: Shelf) -> str:
    return shelf.value.replace("_", "-")


def shelves_of(actor: Actor) -> tuple[Shelf, ...]:
    """The shelves that are his work: a courier's orders stand on one until they are handed out."""
    if not actor.may(Permission.ORDERS_VIEW):
        return ()
    return tuple(Shelf) if actor.orders_of is None else (Shelf.DELIVERY, Shelf.ARCHIVE)


@dataclass(frozen=True, slots=True)
class View:
    """A shelf as one person asks for it."""

    request: OfficeRequest
    shelf: Shelf
    wanted: OrderFilter

    @property
    def places(self) -> Places:
        return places_of(self.request)

    @property
    def around(self) -> Around:
        return around_of(self.request)

    @property
    def point_ids(self) -> frozenset[int] | None:
        """The points that `?point=` names; None for all."""
        if not self.wanted.point:
            return None
        found = self.places.points_by_code(self.wanted.point, shop=chosen_shop(self.request))
        return frozenset(point.pk for point in found)

    @property
    def shop_ids(self) -> list[int]:
        shop = chosen_shop(self.request)
        return [shop.pk] if shop else [one.pk for one in self.places.shops]

    def url(self, path: str = "", *, shelf: Shelf | None = None, **changed: str) -> str:
        """The address of a shelf with the filters kept but for those changed; empty takes one away."""
        kept = {name: self.request.GET.get(name, "") for name in KEPT}
        if shelf is not None and shelf is not self.shelf:
            kept |= {"stage": "", "q": ""}
        query = urlencode({name: value for name, value in (kept | changed).items() if value})
        return f"/orders/{slug_of(shelf or self.shelf)}/{path}{'?' + query if query else ''}"

    def count(self) -> int:
        """Orders on this shelf under the filter of shop, point and stage, by the kept counters."""
        if self.wanted.stages:
            return self.around.at_stages(self.wanted.stages, points=self.point_ids)
        return self.around.on_shelf(self.shelf, points=self.point_ids)


def page_of(view: View) -> tuple[list[Line], str]:
    """A page of lines and the cursor of the next one. The columns are those of the shelf's index."""
    archive = view.shelf is Shelf.ARCHIVE
    here = _place(view, ("-closed_at", "-id") if archive else ("burns_at", "id"))
    orders = select(view.request.actor, view.wanted, places=view.places)
    if archive and not view.wanted.q:
        if len(view.shop_ids) == 1:
            # Said even when the address does not: without the shop the index does not help.
            orders = orders.filter(shop_id=view.shop_ids[0])
        elif not view.wanted.stages and view.request.actor.orders_of is None:
            orders = orders.filter(pk__in=_latest_closed(view, here.after))
    lines = lines_of(here.cut(orders))
    shown, cursor = here.page(
        [{name.lstrip("-"): getattr(line, name.lstrip("-")) for name in here.columns} for line in lines]
    )
    return lines[: len(shown)], cursor or ""


def _place(view: View, columns: tuple[str, ...]) -> Place:
    asked = {name: view.request.GET.get(name, "") for name in KEPT}
    asked |= {"cursor": view.request.GET.get("after", ""), "limit": str(ROWS)}
    return place(asked, columns=columns, name=f"shelf {view.shelf.value}", company_id=current_company())


def _latest_closed(view: View, after: tuple[object, ...] | None) -> RawSQL:
    closed_at, last_id = after or (None, None)
    actor, chosen = view.request.actor, view.point_ids
    points, whole = (actor.points, actor.shops) if chosen is None else (chosen, ())
    listed = None if points is None else sorted(points)
    place = [view.shop_ids, current_company(), closed_at, closed_at, last_id, listed, listed, sorted(whole)]
    return RawSQL(_LATEST_CLOSED, [*place, ROWS + 1, ROWS + 1])  # noqa: S611  constants and parameters only


class Mark(NamedTuple):
    """What the strip of deadlines needs of an order."""

    code: str
    point_id: int | None
    due_kind: str
    due_at: datetime | None
    approved_at: datetime


def waiting(view: View, *, limit: int) -> list[Mark]:
    """The most urgent orders of the shelf whatever page is open; a search apart."""
    wanted = OrderFilter(shop=view.wanted.shop, point=view.wanted.point, shelf=view.shelf)
    orders = select(view.request.actor, wanted, places=view.places).order_by("burns_at", "id")
    return [Mark._make(values) for values in orders.values_list(*Mark._fields)[:limit]]


def lines_of(orders: "QuerySet[Order]") -> list[Line]:
    return [Line._make(values) for values in orders.values_list(*Line._fields)]


def reader_of(request: OfficeRequest, shelf: Shelf, lines: Sequence[Line], *, now: datetime) -> Reader:
    """What the rows of these lines need besides themselves: one query."""
    places = places_of(request)
    return Reader(
        shelf=shelf,
        actor=request.actor,
        now=now,
        places=places,
        calendars=Calendars(places),
        beside=beside_of(lines, now=now),
    )
