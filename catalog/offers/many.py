"""Prices of several offers moved by one share: looked at first, then applied to what was looked at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from catalog.models import CityPrice, How, Offer
from catalog.offers.changing import breach_in_words, guard_of, lock, set_price
from catalog.rules import DEAREST
from staff.access import Actor, require
from staff.errors import Refused
from staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class Step:
    """One price that would change, ₸; `city` empty: the price for all. `breach`: in words, why a person must confirm it."""

    offer: Offer
    city: str
    before: Decimal
    after: Decimal
    breach: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a price move: how many prices changed, and which offers were left as they were, with the sentence."""

    changed: int
    left: tuple[tuple[Offer, str], ...]


def moved(price: Decimal, share: Decimal) -> Decimal:
    """The price changed by a share (−0.05 is five per cent off), in whole ₸, at least one."""
    after = (price * (1 + share)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return min(max(after, Decimal(1)), DEAREST)


def preview(offers: Sequence[Offer], share: Decimal) -> list[Step]:
    """Every price of these offers that the move would change: the one for all first, then those of cities."""
    cities: dict[int, list[CityPrice]] = {}
    for one in CityPrice.objects.filter(offer_id__in=[offer.pk for offer in offers]).order_by("city_code"):
        cities.setdefault(one.offer_id, []).append(one)
    steps = []
    for offer in offers:
        prices = [("", offer.price)] if offer.price is not None else []
        prices += [(one.city_code, one.price) for one in cities.get(offer.pk, [])]
        steps += [_step(offer, city, before, share) for city, before in prices]
    return [step for step in steps if step.before != step.after]


def apply(
    offers: Sequence[Offer],
    share: Decimal,
    *,
    versions: Mapping[int, int],
    by: Actor,
    now: datetime,
    confirmed: bool = False,
    how: How = How.HAND,
) -> Outcome:
    """Move the prices of the offers that are as they were looked at (`versions` by id), each offer whole or not at all.

    An offer with a breach is left out unless somebody who may guard prices `confirmed`. Raises Refused 403 without the
    right.
    """
    require(by, Permission.CATALOG_MANAGE)
    changed, left = 0, []
    for offer in sorted(offers, key=lambda one: one.pk):
        try:
            changed += _move(offer, share, versions.get(offer.pk), by=by, now=now, confirmed=confirmed, how=how)
        except Refused as refusal:
            if refusal.status == 403:
                raise
            left.append((offer, refusal.sentence))
    return Outcome(changed, tuple(left))


def _move(
    offer: Offer, share: Decimal, version: int | None, *, by: Actor, now: datetime, confirmed: bool, how: How
) -> int:
    with transaction.atomic():
        row = lock(offer, version)
        steps = preview([row], share)
        for step in steps:
            set_price(row, step.after, city=step.city, by=by, now=now, confirmed=confirmed, how=how)
    return len(steps)


def _step(offer: Offer, city: str, before: Decimal, share: Decimal) -> Step:
    after = moved(before, share)
    breach = guard_of(offer).breach(before, after)
    return Step(offer, city, before, after, breach_in_words(breach, guard_of(offer)) if breach else "")


def offers_of(steps: Iterable[Step]) -> list[Offer]:
    """The offers of a preview, each once, in its order."""
    return list({step.offer.pk: step.offer for step in steps}.values())
