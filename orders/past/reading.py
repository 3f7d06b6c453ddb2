"""Reads what is known of an order's past: its events and changes, as the replay takes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any, Final

from orders.lifecycle import Stage
from orders.models import EventKind, Order, OrderChange, OrderEntry, OrderEvent
from orders.past import diffs
from orders.past.replay import Change, Clock, State, counted, state_at

MOST_EVENTS: Final = 1_000
# What Kaspi brought; without a kept change of the same moment it is from before changes were kept.
_BROUGHT: Final = (EventKind.MOVED, EventKind.CHANGED, EventKind.TAKEN_BACK)


@dataclass(frozen=True, slots=True)
class Point:
    """Everything that was learned at one moment."""

    learned_at: datetime
    kaspi_at: datetime | None
    events: tuple[OrderEvent, ...]
    raw: Mapping[str, Sequence[Any]]
    cut: bool = False

    def at(self, clock: Clock) -> datetime:
        return Change(self.learned_at, self.kaspi_at, {}).at(clock)


@dataclass(frozen=True, slots=True)
class Past:
    """An order's past. `kept_since`: of earlier moments little but the stage is known; None when all is."""

    present: State
    changes: tuple[Change, ...]
    events: tuple[OrderEvent, ...]
    points: tuple[Point, ...]
    kept_since: datetime | None

    def state(self, moment: datetime, clock: Clock) -> State:
        """Facts and `stage` at a moment; `stage` is empty before the order was there."""
        return {**state_at(self.present, self.changes, moment, clock), "stage": self.stage(moment, clock)}

    def stage(self, moment: datetime, clock: Clock) -> str:
        """The stage after the last event that had happened. What a rule of ours supposes, Kaspi does not know."""
        told = [event for event in self.events if event.actor_kind == "kaspi" or clock is Clock.OURS]
        steps = [Change(event.learned_at, event.kaspi_at, {}) for event in told]
        happened = counted(steps, moment, clock)
        return str(told[happened - 1].stage_after) if happened else ""


def past_of(order: Order) -> Past:
    """The order's past, oldest first."""
    events = list(OrderEvent.objects.filter(order_id=order.pk).order_by("-id")[:MOST_EVENTS])[::-1]
    kept = list(OrderChange.objects.filter(order_id=order.pk).order_by("id"))
    moments = {one.learned_at for one in kept}
    early = [event for event in events if event.kind in _BROUGHT and event.learned_at not in moments]
    changes = [Change(one.learned_at, one.kaspi_at, one.facts) for one in kept]
    changes += [Change(event.learned_at, event.kaspi_at, _told(event)) for event in early]
    return Past(
        present=present_of(order),
        changes=tuple(sorted(changes, key=lambda change: change.learned_at)),
        events=tuple(event for event in events if event.stage_after in Stage.values),
        points=tuple(_points(events, kept)),
        kept_since=early[-1].learned_at if early else None,
    )


def present_of(order: Order) -> State:
    """The watched facts as they stand now."""
    entries = OrderEntry.objects.filter(order_id=order.pk).order_by("number")
    rows = list(entries.values_list("sku", "name", "quantity", "total_price"))
    facts = {name: diffs.plain(getattr(order, name)) for name in diffs.WATCHED}
    return facts | {diffs.LINES: diffs.lines(rows)}


def _points(events: Sequence[OrderEvent], kept: Sequence[OrderChange]) -> list[Point]:
    """Events and changes that one reading brought stand together."""
    changes = {one.learned_at: one for one in kept}
    told = {moment: tuple(group) for moment, group in groupby(events, key=lambda event: event.learned_at)}
    return [
        _point(moment, told.get(moment, ()), changes.get(moment)) for moment in sorted(told.keys() | changes.keys())
    ]


def _point(moment: datetime, events: tuple[OrderEvent, ...], change: OrderChange | None) -> Point:
    said = [one.kaspi_at for one in (*events, *((change,) if change else ())) if one.kaspi_at]
    return Point(moment, said[0] if said else None, events, change.raw if change else {}, bool(change and change.cut))


def _told(event: OrderEvent) -> dict[str, list[Any]]:
    """What an event from before changes were kept says of facts: texts, made what they would be kept as."""
    pairs = event.details.items() if event.kind == EventKind.CHANGED else ()
    return {name: [_typed(one) for one in pair] for name, pair in pairs if isinstance(pair, list) and len(pair) == 2}


def _typed(text: Any) -> Any:
    named = {"True": True, "False": False, "": None}
    if text in named:
        return named[text]
    try:
        return diffs.plain(Decimal(str(text)))
    except InvalidOperation:
        return text
