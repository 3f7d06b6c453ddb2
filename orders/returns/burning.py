"""The returns to judge and the claims to file, as steps of the radar of deadlines."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from django.db.models import QuerySet

from orders import clocks
from orders.clocks import Calendars
from orders.deadlines import DeadlineKind, risk
from orders.models import Claim, ReturnCase
from orders.radar.steps import Asked, Burning, StepRow
from orders.returns.cases import visible_cases
from orders.returns.claims import visible_claims
from staff.languages import later as _

Found = tuple[Sequence[Burning], int]


def returns(asked: Asked) -> Found:
    """What is to be decided, collected at a drop point or answered. Goods on their way back have a step of their own."""
    if asked.actor.orders_of is not None:
        return (), 0
    found = visible_cases(asked.actor).exclude(due_kind=DeadlineKind.RETURN_HOME)
    return _read(found, asked, "return", "/returns/{}/")


def claims(asked: Asked) -> Found:
    """What the courier service has to be told in time."""
    if asked.actor.orders_of is not None:
        return (), 0
    return _read(visible_claims(asked.actor), asked, "claim", "/returns/claims/{}/")


def _read(found: "QuerySet[Any]", asked: Asked, step: str, address: str) -> Found:
    due = found.filter(due_at__isnull=False, shop_id__in=[shop.pk for shop in asked.places.shops])
    shop = asked.places.shop(asked.wanted.shop) if asked.wanted.shop else None
    if shop is not None:
        due = due.filter(shop_id=shop.pk)
    if asked.wanted.point:
        points = asked.places.points_by_code(asked.wanted.point, shop=shop)
        due = due.filter(order__point_id__in=[point.pk for point in points])
    calendars = Calendars(asked.places)
    rows = due.order_by("due_at", "id")[: asked.limit]
    return [row for one in rows if (row := _row(one, asked, calendars, step, address))], due.count()


def _row(one: ReturnCase | Claim, asked: Asked, calendars: Calendars, step: str, address: str) -> Burning | None:
    order, calendar = one.order, calendars.of(one.order.point_id)
    began = one.opened_at if isinstance(one, ReturnCase) else one.since
    deadline = clocks.deadline(one.due_kind, one.due_at, since=began)
    if deadline is None:
        return None
    return Burning(
        step=step,
        at=deadline.at,
        level=risk(deadline, asked.now, calendar),
        chip=partial(clocks.chip, deadline, now=asked.now, calendar=calendar),
        url=address.format(one.public_id),
        code=order.code,
        item=order.first_item,
        point_id=order.point_id,
        shop_id=order.shop_id,
    )


STEPS: Final = (
    StepRow("return", _("Решить о возврате"), "undo-2", read=returns),
    StepRow("claim", _("Подать претензию"), "receipt-text", read=claims),
)
