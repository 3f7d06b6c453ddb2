"""Returns that lie at the drop point: while they do, it takes no new parcels (guide q3047, capabilities.md §0.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min
from django.utils.translation import gettext

from orders.returns.cases import visible_cases
from orders.returns.states import ReturnState
from staff.access import Actor
from staff.formats import almaty_day, plural
from staff.page_parts import Notice
from staff.places import Places


@dataclass(frozen=True, slots=True)
class Lying:
    """How many returns of a point of sale wait at its drop point, and since when the oldest does."""

    point_id: int | None
    count: int
    since: datetime | None


def lying(actor: Actor, *, shop_ids: Sequence[int], point_ids: frozenset[int] | None = None) -> list[Lying]:
    """By point, the longest wait first. Who has no returns desk is told nothing."""
    if actor.orders_of is not None:
        return []
    cases = visible_cases(actor).filter(shop_id__in=shop_ids, state=ReturnState.AT_POINT)
    if point_ids is not None:
        cases = cases.filter(order__point_id__in=point_ids)
    rows = cases.order_by().values_list("order__point_id").annotate(Count("id"), Min("arrived_at"))
    return sorted((Lying(*row) for row in rows), key=lambda one: (one.since is None, one.since or 0))


def warning(found: Sequence[Lying], places: Places, *, now: datetime, url: str = "") -> Notice | None:
    """What it means, in words: «Абая 52: 3 возврата, с 24 ноября»."""
    if not found:
        return None
    said = []
    for one in found:
        point = places.point_by_id(one.point_id)
        since = gettext(", с %(day)s") % {"day": almaty_day(one.since, now=now)} if one.since else ""
        name = point.name if point else gettext("Без точки")
        said.append(f"{name}: {plural(one.count, 'возврат', 'возвратов')}{since}")
    text = gettext("Пока возвраты лежат в пункте, он не возьмёт новые посылки. Заберите их. %(said)s")
    return Notice(
        gettext("Пункт приёма не примет новые заказы"),
        text % {"said": "; ".join(said)},
        "danger",
        "package-x",
        gettext("Что забрать") if url else "",
        url,
    )
