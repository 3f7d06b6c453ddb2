"""Raises the rungs that are due, for all companies: into the order's history, the feed, and to the people of the point.

A narrow function names the orders whose next rung has come (`DeadlineWatch` holds that moment), or which have changed and
got another deadline; while nothing is due that is all that happens. Now and then everything that stands is gone through, so
that no order is left out whatever wrote it. Each shop is a transaction of its own, in its turn, so a
rung cannot come twice, nor for an order that was handled meanwhile.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F

from integrations.models import OPEN_ACTION_STATES, ActionKind, ActionState, KaspiAction
from orders import clocks
from orders.deadlines import Deadline, WorkingCalendar
from orders.facts import sync
from orders.lifecycle import Shelf, Stage
from orders.models import DeadlineAlert, DeadlineWatch, EventKind, Notice, Order, OrderEvent, ShopPulse
from orders.radar.ladder import Rung, next_rung_at, rungs_due
from orders.radar.recipients import recipients
from orders.turns import take_turn
from staff import shifts, standing
from staff.access import Actor, member_as, rule
from staff.answers import moment
from staff.clock import database_now
from staff.models import Shop
from staff.scoping import company_scope

log = logging.getLogger(__name__)

BATCH = 2000
KEPT: Any = timedelta(days=90)
RULE_NAME = "Радар сроков"
# A decision that was pressed just now is on its way; longer than this it is worth an alarm.
SENDING_TIME = timedelta(minutes=1)
# What would end the step, by stage: while it is not confirmed, the deadline runs.
VERB: Mapping[str, ActionKind] = {
    Stage.NEW: ActionKind.ACCEPT,
    Stage.KD_PREORDER: ActionKind.ARRIVED,
    Stage.KD_PACKING: ActionKind.ASSEMBLE,
    Stage.PICKUP: ActionKind.COMPLETE,
    Stage.DELIVERY: ActionKind.COMPLETE,
    Stage.KD_RETURNING: ActionKind.RETURNED,
    Stage.RETURN_REQUESTED: ActionKind.RETURNED,
}
NEEDED = ("id", "company_id", "shop_id", "point_id", "stage", "due_kind", "due_at", "approved_at", "accepted_at")
WATCHED = ("point", "due_kind", "due_at", "next_at")


@dataclass(frozen=True, slots=True)
class Sending:
    """The last word to Kaspi that would end the step, if Kaspi has not confirmed it."""

    state: str = ""
    since: datetime | None = None

    def is_fresh(self, now: datetime) -> bool:
        return self.state in OPEN_ACTION_STATES and self.since is not None and now < self.since + SENDING_TIME


@dataclass(frozen=True, slots=True)
class Due:
    """An order with a deadline, as it stands before the ladder. `raised` are the rungs of this deadline so far."""

    order: Order
    deadline: Deadline
    calendar: WorkingCalendar
    raised: Collection[int] = ()
    sending: Sending = field(default_factory=Sending)

    def rung(self, now: datetime) -> Rung | None:
        found = rungs_due(self.deadline, now=now, calendar=self.calendar, raised=self.raised)
        waits = found is not None and not found.last and self.sending.is_fresh(now)
        return None if waits else found

    def next_at(self, now: datetime) -> datetime | None:
        """When it is to be looked at again, once what is due now has been raised."""
        ahead = next_rung_at(self.deadline, now=now, calendar=self.calendar)
        if self.sending.since is not None and self.sending.is_fresh(now):
            return min(filter(None, (ahead, self.sending.since + SENDING_TIME)))
        return ahead


def raise_due() -> int:
    """Raise every rung that has come; answers how many orders were looked at.

    A shop that breaks is logged and left for the next time, the others go on.
    """
    return _look_at_all("office_alerts_due")


def watch_all() -> int:
    """The same of every order that stands with a deadline nobody has looked at: what was here before the radar was."""
    return _look_at_all("office_deadlines_unwatched")


def _look_at_all(named_by: str) -> int:
    done, left = 0, set[int]()
    more = True
    while more:
        batch, more = _due(named_by, left)
        for (company_id, shop_id), order_ids in batch.items():
            looked = _raise_in(company_id, shop_id, order_ids)
            done += len(looked)
            left |= set(order_ids) - looked
    return done


def _due(named_by: str, left: Collection[int]) -> tuple[dict[tuple[int, int], list[int]], bool]:
    """What is due by shop, but for those that this run could not look at; and whether there is more."""
    by_shop: dict[tuple[int, int], list[int]] = defaultdict(list)
    limit = BATCH + len(left)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT company_id, shop_id, id FROM {named_by}(%s)", [limit])  # noqa: S608  our own functions
        rows = cursor.fetchall()
    for company_id, shop_id, order_id in rows:
        if order_id not in left:
            by_shop[company_id, shop_id].append(order_id)
    return by_shop, len(rows) == limit and bool(by_shop)


def _raise_in(company_id: int, shop_id: int, order_ids: list[int]) -> set[int]:
    try:
        with company_scope(company_id):
            take_turn(shop_id)
            return look_at(shop_id, order_ids, now=database_now())
    except Exception:
        log.exception("shop %s: its deadlines were not looked at", shop_id)
        return set()


def look_at(shop_id: int, order_ids: Collection[int], *, now: datetime) -> set[int]:
    """Raise what is due of these orders and note when each is to be looked at again; what was handled is not to be.

    In the shop's turn.
    """
    found = _read(shop_id, order_ids)
    tell(shop_id, [(one, rung) for one in found if (rung := one.rung(now))], now=now)
    watches = (
        DeadlineWatch(
            company_id=one.order.company_id,
            order_id=one.order.pk,
            point_id=one.order.point_id,
            due_kind=one.order.due_kind,
            due_at=one.deadline.at,
            next_at=one.next_at(now),
        )
        for one in found
    )
    DeadlineWatch.objects.bulk_create(
        watches, update_conflicts=True, unique_fields=["company", "order"], update_fields=WATCHED
    )
    handled = set(order_ids) - {one.order.pk for one in found}
    DeadlineWatch.objects.filter(order_id__in=handled).delete()
    return set(order_ids)


def _read(shop_id: int, order_ids: Collection[int]) -> list[Due]:
    place = sync.place_of(Shop.objects.get(pk=shop_id))
    calendars = dict(place.points.values())
    orders = Order.objects.filter(pk__in=order_ids, shop_id=shop_id, due_at__isnull=False)
    orders = orders.exclude(shelf=Shelf.ARCHIVE).order_by("due_at", "id").only(*NEEDED)
    raised, sending = _raised(order_ids), _sending(order_ids)
    found = []
    for order in orders:
        deadline = clocks.deadline(order.due_kind, order.due_at, since=order.accepted_at or order.approved_at)
        if deadline is None:
            continue
        calendar = calendars.get(order.point_id or 0, place.fallback)
        rungs = raised.get((order.pk, order.due_kind, deadline.at), ())
        verb = VERB.get(order.stage)
        found.append(Due(order, deadline, calendar, rungs, sending.get((order.pk, verb), Sending())))
    return found


def _raised(order_ids: Collection[int]) -> Mapping[tuple[int, str, datetime], Collection[int]]:
    rungs: dict[tuple[int, str, datetime], list[int]] = defaultdict(list)
    rows = DeadlineAlert.objects.filter(order_id__in=order_ids).values_list("order_id", "due_kind", "due_at", "rung")
    for order_id, kind, at, rung in rows:
        rungs[order_id, kind, at].append(rung)
    return rungs


def _sending(order_ids: Collection[int]) -> Mapping[tuple[int, ActionKind | None], Sending]:
    """The newest of each order's decisions of a kind, unless Kaspi has confirmed it."""
    rows = KaspiAction.objects.filter(subject_id__in=order_ids).order_by("id")
    return {
        (order_id, ActionKind(kind)): Sending() if state == ActionState.DONE else Sending(state, since)
        for order_id, kind, state, since in rows.values_list("subject_id", "kind", "state", "created_at")
    }


def tell(shop_id: int, raised: Sequence[tuple[Due, Rung]], *, now: datetime) -> None:
    """Write these alerts, tell them in the orders' histories (and so in the feed) and to the people. In the shop's turn."""
    if not raised:
        return
    people = [member_as(found) for found in standing.of_present()]
    held = shifts.holders({one.order.point_id for one, _ in raised if one.order.point_id}, now=now)
    told = [(one, rung, _whom(one.order, people, held, last=rung.last)) for one, rung in raised]
    alerts = DeadlineAlert.objects.bulk_create(_alert(one, rung, now) for one, rung in raised)
    DeadlineAlert.objects.bulk_create(
        _alert(one, rung, now, skipped=minutes) for one, rung in raised for minutes in rung.skipped
    )
    OrderEvent.objects.bulk_create(_event(one, rung, whom, now) for one, rung, whom in told)
    Notice.objects.bulk_create(
        Notice(company_id=alert.company_id, member_id=one.id, alert=alert, at=now)
        for alert, (_, _, whom) in zip(alerts, told, strict=True)
        for one in whom
        if one.id is not None
    )
    # Open pages ask by this number whether anything is new: the bell is.
    ShopPulse.objects.filter(shop_id=shop_id).update(version=F("version") + 1, changed_at=now)


def _whom(
    order: Order, people: Sequence[Actor], held: Mapping[int, frozenset[int]], *, last: bool
) -> tuple[Actor, ...]:
    on_shift = held.get(order.point_id or 0, frozenset())
    return recipients(people, on_shift, shop_id=order.shop_id, point_id=order.point_id, last=last)


def _alert(one: Due, rung: Rung, now: datetime, *, skipped: int | None = None) -> DeadlineAlert:
    return DeadlineAlert(
        company_id=one.order.company_id,
        shop_id=one.order.shop_id,
        point_id=one.order.point_id,
        order_id=one.order.pk,
        due_kind=one.deadline.kind,
        due_at=one.deadline.at,
        rung=rung.minutes if skipped is None else skipped,
        left_seconds=rung.left_seconds,
        told=skipped is None,
        sending=one.sending.state,
        raised_at=now,
    )


def _event(one: Due, rung: Rung, whom: Sequence[Actor], now: datetime) -> OrderEvent:
    by = rule(RULE_NAME, one.order.company_id)
    return OrderEvent(
        company_id=one.order.company_id,
        shop_id=one.order.shop_id,
        order_id=one.order.pk,
        kind=EventKind.ALERT,
        learned_at=now,
        stage_before=one.order.stage,
        stage_after=one.order.stage,
        actor_kind=by.kind,
        actor_label=by.label,
        details={
            "deadline": one.deadline.kind.value,
            "due_at": moment(one.deadline.at.astimezone(UTC)),
            "rung": rung.minutes,
            "minutes_left": rung.left_seconds // 60,
            "sending": one.sending.state,
            "told": [person.label for person in whom],
        },
    )


def forget_old() -> int:
    """Throw away alerts older than KEPT with their notices, and what was noted of past deadlines, in all companies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT office_forget_alerts(%s)", [KEPT])
        return int(cursor.fetchone()[0])
