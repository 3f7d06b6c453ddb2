"""The returns and claims that burn, as plain rows for whoever lists deadlines of many kinds together."""

from datetime import datetime
from heapq import nsmallest
from typing import NamedTuple

from orders.returns.cases import visible_cases
from orders.returns.claims import visible_claims
from staff.access import Actor
from staff.places import Places

COLUMNS = ("due_kind", "order__code", "order__point_id", "due_at", "public_id")


class BurningReturn(NamedTuple):
    """`step`: a `DeadlineKind` of returns or claims; `due_at` in UTC; `url` shows the thing itself."""

    step: str
    order_code: str
    point_id: int | None
    due_at: datetime
    url: str


def burning(actor: Actor, places: Places, now: datetime, limit: int = 100) -> list[BurningReturn]:
    """What of the actor's returns and claims has a deadline, over or to come, the soonest first. Nothing for a courier."""
    if actor.orders_of is not None:
        return []
    shops = [shop.pk for shop in places.shops]
    found: list[BurningReturn] = []
    for rows, address in ((visible_cases(actor), "/returns/{}/"), (visible_claims(actor), "/returns/claims/{}/")):
        due = rows.filter(shop_id__in=shops, due_at__isnull=False).order_by("due_at", "id")
        for step, code, point, due_at, ref in due.values_list(*COLUMNS)[:limit]:
            found.append(BurningReturn(step, code, point, due_at, address.format(ref)))
    return nsmallest(limit, found, key=lambda one: one.due_at)
