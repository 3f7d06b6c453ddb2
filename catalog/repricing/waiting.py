"""Prices that rules want and bounds forbid: they wait for a person who may guard prices. One per offer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from catalog.models import How, Offer, WaitingPrice, WaitingState
from catalog.offers.changing import set_price
from catalog.repricing.deciding import Outcome
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import NotVisible, Refused
from staff.models import Shop
from staff.permissions import Permission

if TYPE_CHECKING:
    from catalog.repricing.running import Decided

# The same price that a person declined is not put before him again for so long.
DECLINED_FOR: Final = timedelta(hours=24)


def put(decided: Sequence["Decided"], *, now: datetime) -> None:
    """Put what must wait before people, in the caller's transaction; what waited and is not wanted any more goes."""
    ids = [one.offer.pk for one in decided]
    rows = WaitingPrice.objects.filter(offer_id__in=ids, state=WaitingState.WAITING).select_for_update(of=("self",))
    waiting = {row.offer_id: row for row in rows.order_by("offer_id")}
    declined = set(
        WaitingPrice.objects.filter(
            offer_id__in=ids, state=WaitingState.DECLINED, settled_at__gt=now - DECLINED_FOR
        ).values_list("offer_id", "wanted")
    )
    for one in decided:
        row = waiting.get(one.offer.pk)
        wants = one.decision.outcome is Outcome.WAITING and (one.offer.pk, one.decision.price) not in declined
        if wants:
            _put(row, one, now=now)
        elif row is not None:
            WaitingPrice.objects.filter(pk=row.pk).update(state=WaitingState.GONE, settled_at=now)


def confirm(public_id: UUID, shop: Shop, *, by: Actor, now: datetime) -> Offer:
    """Set the price that waits. Raises NotVisible; Refused: 403 without the right over the whole shop, 409 when it does
    not wait any more or the price has changed since."""
    with transaction.atomic():
        row = _settle(public_id, shop, WaitingState.CONFIRMED, by=by, now=now)
        offer: Offer = Offer.objects.select_for_update().get(pk=row.offer_id)
        if offer.price != row.before:
            raise Refused("changed_meanwhile", gettext("Цена с тех пор изменилась. Правило посмотрит на товар заново"))
        return set_price(offer, row.wanted, by=by, now=now, confirmed=True, how=How.REPRICING)


def decline(public_id: UUID, shop: Shop, *, by: Actor, now: datetime) -> None:
    """Leave the price as it is. Raises as `confirm` does."""
    with transaction.atomic():
        row = _settle(public_id, shop, WaitingState.DECLINED, by=by, now=now)
        told: dict[str, Any] = {"wanted": str(row.wanted)}
        audit.record(by, "offer.price_declined", subject=("offer", row.offer.sku), now=now, details=told)


def _put(row: WaitingPrice | None, one: "Decided", *, now: datetime) -> None:
    told = {
        "rule_id": one.rule.pk,
        "before": one.offer.price,
        "wanted": one.decision.price,
        "reason": one.decision.reason.value,
        "seen_at": one.decision.seen_at,
    }
    if row is None:
        WaitingPrice.objects.create(offer_id=one.offer.pk, shop_id=one.offer.shop_id, asked_at=now, **told)
    elif (row.before, row.wanted, row.reason) != (told["before"], told["wanted"], told["reason"]):
        WaitingPrice.objects.filter(pk=row.pk).update(asked_at=now, **told)


def _settle(public_id: UUID, shop: Shop, state: WaitingState, *, by: Actor, now: datetime) -> WaitingPrice:
    require_whole(by, Permission.PRICES_GUARD, shop_id=shop.pk)
    mine = WaitingPrice.objects.filter(shop_id=shop.pk).select_related("offer").select_for_update(of=("self",))
    row: WaitingPrice | None = mine.filter(public_id=public_id).first()
    if row is None:
        raise NotVisible(str(public_id))
    if row.state != WaitingState.WAITING:
        raise Refused("settled", gettext("Эта цена уже не ждёт решения"))
    WaitingPrice.objects.filter(pk=row.pk).update(state=state, settled_at=now, settled_by=by.label)
    return row
