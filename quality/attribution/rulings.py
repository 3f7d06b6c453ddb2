"""A person's word against ours: an order is, or is not, in a number. Each verb in one transaction, with its audit row."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from orders.models import Order
from orders.turns import take_turn
from quality.buckets import COLUMN_OF, mark_changed
from quality.formulas import Metric
from quality.metrics import COUNTING, day_of
from quality.models import Ruling
from quality.queries import rows_of
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import Refused
from staff.formats import ALMATY
from staff.permissions import Permission

SHORTEST: Final = 3
LONGEST: Final = 500


def rule(order: Order, metric: Metric, counts: bool, note: str, *, by: Actor, now: datetime) -> Ruling:
    """Say that the order counts in this number, or does not, whatever Kaspi's reason says.

    Raises Refused: 403 without the right over the whole shop, 400 for a note that says nothing, 409 when somebody's
    word holds already, or the order has not what the number is made of.
    """
    require_whole(by, Permission.QUALITY_MANAGE, shop_id=order.shop_id)
    text = said(note, "note", longest=LONGEST)
    with transaction.atomic():
        # A recount that has taken its days would not see us (quality.buckets.recount). One after another, so the second
        # of two who rule at once finds the word of the first; the constraint stands behind.
        take_turn(order.shop_id)
        require_candidate(order, metric, now=now)
        if held(order, metric) is not None:
            raise _holds_already()
        ruling = _written(order, metric, counts=counts, note=text, by=by, now=now)
        told = {"metric": metric.value, "counts": counts, "comment": text}
        audit.record(by, "ruling.made", subject=("order", order.code), now=now, details=told)
        mark_changed(order.shop_id, days_of(order))
    return ruling


def withdraw(order: Order, metric: Metric, *, by: Actor, now: datetime) -> Ruling:
    """Take the word back that holds: our judgement follows Kaspi's reason again. Raises Refused (403, 409)."""
    require_whole(by, Permission.QUALITY_MANAGE, shop_id=order.shop_id)
    with transaction.atomic():
        take_turn(order.shop_id)
        ruling = held(order, metric)
        if ruling is None:
            raise Refused("no_ruling", gettext("Решение уже снято"))
        ruling.withdrawn_at, ruling.withdrawn_by = now, by.label
        ruling.save(update_fields=["withdrawn_at", "withdrawn_by"])
        told = {"metric": metric.value, "counts": ruling.counts}
        audit.record(by, "ruling.withdrawn", subject=("order", order.code), now=now, details=told)
        mark_changed(order.shop_id, days_of(order))
    return ruling


def held(order: Order, metric: Metric) -> Ruling | None:
    """The word that holds."""
    found: Ruling | None = Ruling.objects.filter(order_id=order.pk, metric=metric, withdrawn_at=None).first()
    return found


def numbers_of(order: Order, *, now: datetime) -> frozenset[Metric]:
    """The numbers of which the order has the event: into another one no word can bring it."""
    row = next(rows_of(Order.objects.filter(pk=order.pk), now=now), None)
    return frozenset(metric for metric in Metric if row is not None and COUNTING[metric].candidate(row))


def require_candidate(order: Order, metric: Metric, *, now: datetime) -> None:
    """Raises Refused (409)."""
    if metric not in numbers_of(order, now=now):
        raise Refused("not_in_number", gettext("За этим показателем заказ не стоит: решать нечего"))


def days_of(order: Order) -> Iterator[date]:
    """Every Almaty day on which some reading of the formulas may count the order."""
    for name in COLUMN_OF.values():
        moment: Any = getattr(order, name)
        if moment is not None:
            yield day_of(moment, ALMATY) if isinstance(moment, datetime) else moment


def said(text: str, field: str, *, longest: int) -> str:
    """What a person wrote, if it says something. Raises Refused (400)."""
    text = text.strip()
    if not SHORTEST <= len(text) <= longest or "\x00" in text:
        sentence = gettext("Напишите, почему: от %(shortest)s до %(longest)s знаков")
        raise Refused("bad_note", sentence % {"shortest": SHORTEST, "longest": longest}, status=400, field=field)
    return text


def _written(order: Order, metric: Metric, *, counts: bool, note: str, by: Actor, now: datetime) -> Ruling:
    try:
        with transaction.atomic():
            made: Ruling = Ruling.objects.create(
                shop_id=order.shop_id,
                order_id=order.pk,
                metric=metric,
                counts=counts,
                note=note,
                actor_id=by.id,
                actor_label=by.label,
                made_at=now,
            )
    except IntegrityError as rival:
        raise _holds_already() from rival
    return made


def _holds_already() -> Refused:
    return Refused("already_ruled", gettext("По этому заказу уже решили. Снимите прежнее решение, чтобы решить иначе"))
