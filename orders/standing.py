"""What stands on a shelf: the lines of a page by keyset, the stock of their goods, their actions on the way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from catalog.models import Movement, StockItem
from integrations.models import OPEN_ACTION_STATES, ActionState, KaspiAction
from orders.around import Around, around_of
from orders.clocks import Calendars
from orders.filters import OrderFilter, select
from orders.lifecycle import STOCK_HELD, Shelf
from orders.models import Order
from orders.rows import LastAction, Line, Reader, Stock
from staff.access import OfficeRequest
from staff.paging import Place, place
from staff.places import Places, chosen_shop, places_of
from staff.scoping import current_company

ROWS = 50
REFUSALS_SHOWN = timedelta(days=1)
KEPT = ("shop", "point", "stage", "q")

# The index of the archive is one of each shop: the newest of every shop, and of those the newest.
_LATEST_CLOSED = """
SELECT latest.id FROM unnest(%s::bigint[]) AS shop (id) CROSS JOIN LATERAL (
  SELECT id, closed_at FROM orders_order
  WHERE company_id = %s AND shop_id = shop.id AND shelf = 'archive'
    AND (%s::timestamptz IS NULL OR (closed_at, id) < (%s::timestamptz, %s::bigint))
    AND (%s::bigint[] IS NULL OR point_id = ANY(%s::bigint[]))
  ORDER BY closed_at DESC, id DESC LIMIT %s) latest
ORDER BY latest.closed_at DESC, latest.id DESC LIMIT %s
"""


def slug_of(shelf: Shelf) -> str:
    return shelf.value.replace("_", "-")


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
    if archive and not view.wanted.q and not view.wanted.stages and len(view.shop_ids) > 1:
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
    points = view.point_ids or view.request.actor.points
    listed = None if points is None else sorted(points)
    return RawSQL(  # noqa: S611  constants and parameters only
        _LATEST_CLOSED,
        [view.shop_ids, current_company(), closed_at, closed_at, last_id, listed, listed, ROWS + 1, ROWS + 1],
    )


def waiting(view: View, *, limit: int) -> list[Line]:
    """The most urgent orders of the shelf whatever page is open; a search apart."""
    wanted = OrderFilter(shop=view.wanted.shop, point=view.wanted.point, shelf=view.shelf)
    return lines_of(select(view.request.actor, wanted, places=view.places).order_by("burns_at", "id")[:limit])


def lines_of(orders: "QuerySet[Order]") -> list[Line]:
    return [Line._make(values) for values in orders.values_list(*Line._fields)]


def reader_of(request: OfficeRequest, shelf: Shelf, lines: Sequence[Line], *, now: datetime) -> Reader:
    """What the rows of these lines need besides themselves: two queries."""
    places = places_of(request)
    return Reader(
        shelf=shelf,
        actor=request.actor,
        now=now,
        places=places,
        calendars=Calendars(places),
        stock=stock_of(lines),
        actions=actions_of([line.id for line in lines], now=now),
    )


def stock_of(lines: Iterable[Line]) -> dict[tuple[int, str], Stock]:
    """What is on hand of the first goods of these orders at their points."""
    return stock_at(
        (line.point_id, line.first_sku)
        for line in lines
        if line.stage in STOCK_HELD and line.point_id and line.first_sku
    )


def stock_at(goods: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Stock]:
    """Stock by (point, SKU). A good that nobody ever counted or shipped is left out: nothing is known of it."""
    wanted = set(goods)
    if not wanted:
        return {}
    moved = Movement.objects.filter(point_id=OuterRef("point_id"), sku=OuterRef("sku")).exclude(on_hand_change=0)
    rows = StockItem.objects.filter(point_id__in={point for point, _ in wanted}, sku__in={sku for _, sku in wanted})
    known = rows.filter(Q(on_hand__gt=0) | Exists(moved))
    return {
        (point, sku): Stock(on_hand, reserved)
        for point, sku, on_hand, reserved in known.values_list("point_id", "sku", "on_hand", "reserved")
    }


def actions_of(order_ids: Sequence[int], *, now: datetime) -> dict[int, LastAction]:
    """The action of each order that is on its way, or was turned down lately."""
    if not order_ids:
        return {}
    told = Q(state__in=OPEN_ACTION_STATES) | Q(
        state__in=(ActionState.REFUSED, ActionState.PARKED), settled_at__gt=now - REFUSALS_SHOWN
    )
    rows = KaspiAction.objects.filter(told, subject_id__in=order_ids).order_by("id")
    return {
        order: LastAction(kind, state, problem)
        for order, kind, state, problem in rows.values_list("subject_id", "kind", "state", "problem")
    }
