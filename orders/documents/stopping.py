"""The stop list: orders that were cancelled, or whose waybill Kaspi made anew, after their paper was printed.

The paper is out of our hands and somebody may pack by it, so the order stands here until a person says that he has put it
aside; every next print begins with this list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext

from orders.documents.front import StopLine
from orders.filters import visible_to
from orders.lifecycle import STOCK_HELD, Stage
from orders.models import EventKind, Order, OrderEvent, Paper, PrintedPaper
from staff import audit
from staff.access import Actor, require
from staff.formats import almaty_moment
from staff.permissions import Permission

# Nobody packs by an older paper.
KEPT: Final = timedelta(days=14)
# What must not leave us any more. What Kaspi's courier has taken is not in our hands.
ENDED: Final = (Stage.CANCELLED, Stage.EXPIRED, Stage.KD_RETURNING)
_CANCELLED: Final = Q(order__stage__in=ENDED, order__handed_at=None) & ~Q(stage__in=ENDED)
_MADE_ANEW: Final = (
    Q(paper=Paper.WAYBILL, order__stage__in=STOCK_HELD)
    & ~Q(waybill_number="")
    & ~Q(order__waybill_number=F("waybill_number"))
)


@dataclass(frozen=True, slots=True)
class Stopped:
    """An order to be stopped: its newest paper tells who printed it and when."""

    order: Order
    printed: PrintedPaper

    def line(self, *, now: datetime) -> StopLine:
        return StopLine(self.order.code, f"{self.why}, {self.told(now=now)}")

    @property
    def why(self) -> str:
        if self.order.stage in ENDED:
            return str(Stage(self.order.stage).label)
        return gettext("Kaspi переделал накладную, старая не годится")

    def told(self, *, now: datetime) -> str:
        """«напечатан сегодня, 12:05, Болат»."""
        at = almaty_moment(self.printed.at, now=now)
        return gettext("напечатан %(at)s, %(by)s") % {"at": at, "by": self.printed.actor_label}


def stopped(by: Actor, *, now: datetime) -> list[Stopped]:
    """The stop list of the orders that this actor sees, the newest paper first. One query."""
    rows = _standing().filter(at__gt=now - KEPT).filter(_CANCELLED | _MADE_ANEW)
    seen = visible_to(by, Order.objects.all()).values("pk")
    found: dict[int, Stopped] = {}
    for printed in rows.filter(order_id__in=seen).select_related("order").order_by("-at", "-id"):
        found.setdefault(printed.order_id, Stopped(printed.order, printed))
    return list(found.values())


def lines(found: Sequence[Stopped], *, now: datetime) -> tuple[StopLine, ...]:
    return tuple(one.line(now=now) for one in found)


def put_aside(order: Order, *, by: Actor, now: datetime) -> bool:
    """Somebody has the paper and the parcel in his hands: the order leaves the list. Whether it stood there.

    For those who pack. Raises Refused (403).
    """
    require(by, Permission.ORDERS_PACK)
    standing = _standing().filter(order_id=order.pk)
    if not standing.update(put_aside_at=now, put_aside_by=by.label):
        return False
    OrderEvent.objects.create(
        shop_id=order.shop_id,
        order_id=order.pk,
        kind=EventKind.PRINTED,
        learned_at=now,
        stage_before=order.stage,
        stage_after=order.stage,
        actor_kind=by.kind,
        actor_label=by.label,
        details={"put_aside": True},
    )
    audit.record(by, "papers.put_aside", subject=("order", order.code), now=now)
    return True


def _standing() -> "QuerySet[PrintedPaper]":
    found: QuerySet[PrintedPaper] = PrintedPaper.objects.filter(put_aside_at=None, missing=False)
    return found
