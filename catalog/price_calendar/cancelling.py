"""The verbs that take plans back: one, or all of a batch that have not begun."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from catalog.models import Offer, PlannedPrice
from catalog.offers.changing import breach_in_words, guard_of
from catalog.price_calendar.carrying import close, finish, hold
from catalog.price_calendar.rules import GUARDED, PlanState, Why
from catalog.rules import Breach
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import NotVisible, Refused
from staff.models import Shop
from staff.permissions import Permission


def cancel(public_id: UUID, shop: Shop, *, give_back: bool, by: Actor, now: datetime) -> Why:
    """Cancel a plan; answers what became of the price. One that runs gives the former price back now, or leaves its own.

    Raises NotVisible; Refused: 403 without the right over the whole shop, 409 for one that is over, and `price_guard` when
    the bounds do not let the former price back: then it may be left, or another one be set.
    """
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=shop.pk)
    with transaction.atomic():
        offer = hold(find(public_id, shop).offer_id)
        # Read again under the lock: a worker may have been at it.
        plan = find(public_id, shop)
        why = _undo(offer, plan, give_back, now)
        close(plan, PlanState.CANCELLED, why, by=by.label, now=now)
        audit.record(by, "offer.plan_cancelled", subject=("offer", offer.sku), now=now, details={"why": why.value})
    return why


def cancel_waiting(batch: UUID, shop: Shop, *, by: Actor, now: datetime) -> int:
    """Cancel what has not begun of a batch; answers how many. Raises Refused 403 without the right over the whole shop."""
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=shop.pk)
    with transaction.atomic():
        waiting = PlannedPrice.objects.filter(shop_id=shop.pk, batch=batch, state=PlanState.PLANNED)
        ids = list(waiting.values_list("offer_id", flat=True))
        offers = list(Offer.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
        told = {"state": PlanState.CANCELLED, "why": Why.WITHDRAWN.value, "settled_at": now, "settled_by": by.label}
        skus = {offer.pk: offer.sku for offer in offers}
        left = list(waiting.values_list("offer_id", flat=True))
        waiting.update(due_at=None, lease_until=None, **told)
        subjects = [("offer", skus[one]) for one in left if one in skus]
        audit.record_all(by, "offer.plan_cancelled", subjects=subjects, now=now)
    return len(left)


def find(public_id: UUID, shop: Shop) -> PlannedPrice:
    """Raises NotVisible for what is no plan of the shop."""
    found: PlannedPrice | None = PlannedPrice.objects.filter(shop_id=shop.pk, public_id=public_id).first()
    if found is None:
        raise NotVisible(str(public_id))
    return found


def _undo(offer: Offer, plan: PlannedPrice, give_back: bool, now: datetime) -> Why:
    if plan.state == PlanState.PLANNED:
        return Why.WITHDRAWN
    if plan.state != PlanState.RUNNING:
        raise Refused("settled", gettext("Этот план уже закончен"))
    if not give_back:
        return Why.LEFT
    why = finish(offer, plan, now)
    if why in GUARDED:
        raise Refused("price_guard", breach_in_words(Breach(why.value), guard_of(offer)))
    return why
