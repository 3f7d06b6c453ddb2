"""Plans as lines of a list: on their own page and on the card of an offer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext

from catalog.cells import address
from catalog.models import Offer, PlannedPrice
from catalog.price_calendar import words
from catalog.price_calendar.page_models import PlanLine
from catalog.price_calendar.rules import GUARDED, OPEN, PlanState, Why
from staff.cities import name_of
from staff.formats import almaty_moment, grouped, tenge
from staff.languages import kept
from staff.models import Shop
from staff.page_parts import Chip

# How many plans that are over are shown on the card of an offer.
PAST_SHOWN: Final = 3
LEVELS: Final[Mapping[str, tuple[str, str]]] = {
    PlanState.PLANNED: ("", "clock"),
    PlanState.RUNNING: ("accent", "tag"),
    PlanState.DONE: ("ok", "check"),
    PlanState.CANCELLED: ("", "ban"),
    PlanState.MISSED: ("warn", "triangle-alert"),
}


def lines_of(plans: Sequence[PlannedPrice], shop: Shop, *, now: datetime) -> tuple[PlanLine, ...]:
    """Plans of one shop with their offers."""
    waiting = _waiting({one.batch for one in plans if one.state == PlanState.PLANNED})
    return tuple(_line(one, shop, waiting.get(one.batch, 0), now=now) for one in plans)


def plans_of(offer: Offer, shop: Shop, *, now: datetime) -> tuple[PlanLine, ...]:
    """What is planned for the offer, the next first, and the last plans that are over."""
    mine = PlannedPrice.objects.filter(offer_id=offer.pk).select_related("offer")
    ahead = list(mine.filter(state__in=OPEN).order_by("begins_at", "id"))
    return lines_of([*ahead, *mine.exclude(state__in=OPEN).order_by("-id")[:PAST_SHOWN]], shop, now=now)


def _waiting(batches: set[UUID]) -> Mapping[UUID, int]:
    """Batch → how many of it have not begun."""
    if not batches:
        return {}
    rows = PlannedPrice.objects.filter(batch__in=batches, state=PlanState.PLANNED)
    return dict(rows.values_list("batch").annotate(left=Count("pk")))


def _line(plan: PlannedPrice, shop: Shop, together: int, *, now: datetime) -> PlanLine:
    offer = plan.offer
    told = {"who": plan.planned_by, "when": almaty_moment(plan.planned_at, now=now)}
    several = together > 1 and plan.state == PlanState.PLANNED
    return PlanLine(
        key=str(plan.public_id),
        name=offer.name or offer.sku,
        sku=offer.sku,
        url=address(offer, shop),
        price=_price(plan),
        city=name_of(plan.city_code) if plan.city_code else "",
        window=words.window_in_words(plan.window, now=now),
        effect=words.effect_in_words(plan, now=now),
        note=plan.note,
        who=gettext("%(who)s, %(when)s") % told,
        state=_chip(plan),
        why=words.why_in_words(plan),
        waiting=plan.state == PlanState.PLANNED,
        running=plan.state == PlanState.RUNNING,
        batch=str(plan.batch) if several else "",
        batch_size=grouped(together) if several else "",
    )


def _price(plan: PlannedPrice) -> str:
    """«9 000 ₸»; begun, «10 000 ₸ → 9 000 ₸»."""
    if plan.begun_at is None or plan.before is None:
        return tenge(plan.price)
    return f"{tenge(plan.before)} → {tenge(plan.price)}"


def _chip(plan: PlannedPrice) -> Chip:
    level, icon = LEVELS[plan.state]
    # The end of a plan that did not give its price back is somebody's to look at.
    if plan.state == PlanState.DONE and Why(plan.why) in GUARDED:
        level, icon = LEVELS[PlanState.MISSED]
    return Chip(kept(PlanState(plan.state).label), level, icon)
