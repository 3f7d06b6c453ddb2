"""How fast people accept orders: the median of working time from arrival to the press, by who pressed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median_low
from typing import Any, NamedTuple

from integrations.models import ActionKind, ActionState, KaspiAction
from orders.clocks import Calendars
from orders.filters import visible_to
from orders.models import Order
from quality.metrics import Window
from staff.access import Actor
from staff.formats import ALMATY
from staff.places import Places
from staff.working_calendar import working_time_between

# Of the orders that came last so many are looked at: a median does not need them all.
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Pace:
    """Somebody accepted so many orders; `typical`: the (lower) median of working time from arrival to the press."""

    accepted: int
    typical: timedelta


class Paces(NamedTuple):
    """By member; `cut`: there were more orders than were looked at."""

    of: Mapping[int, Pace]
    cut: bool = False


def paces(shop_ids: Sequence[int], window: Window, *, seen_by: Actor, places: Places) -> Paces:
    """Of the orders that arrived in this window and were accepted by a person here; what a rule or program took is not."""
    begins, after = window.instants(ALMATY)
    # Those that came last, accepted or not, in the order of the index: asked for more, it reads the shop's whole window.
    arrived = Order.objects.filter(shop_id__in=shop_ids, approved_at__gte=begins, approved_at__lt=after)
    newest = visible_to(seen_by, arrived).order_by("-approved_at").values_list("id", "approved_at", "point_id")
    rows = list(newest[: MOST + 1])
    orders = {order_id: (arrived_at, point_id) for order_id, arrived_at, point_id in rows[:MOST]}
    accepts = KaspiAction.objects.filter(
        subject_id__in=list(orders), kind=ActionKind.ACCEPT, state=ActionState.DONE, actor_kind="member"
    )
    waited: defaultdict[int, list[timedelta]] = defaultdict(list)
    calendars = Calendars(places)
    pressed: Any = accepts.values_list("subject_id", "actor_id", "created_at")
    for order_id, member_id, pressed_at in pressed:
        arrived_at, point_id = orders[order_id]
        waited[member_id].append(working_time_between(arrived_at, pressed_at, calendars.of(point_id)))
    return Paces({one: Pace(len(times), median_low(times)) for one, times in waited.items()}, len(rows) > MOST)
