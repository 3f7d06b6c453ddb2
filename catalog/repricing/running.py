"""The worker's duty: run the rules of the shops that are due, page by page, and keep what they decided.

A shop is leased, so two workers never run one; each page of offers is a transaction that holds the shop's row, looks at
the lease and at the stops again, and only then decides. Whoever stops the rules waits for the page that is under way, and
nothing changes after him.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import F, Q

from catalog.models import How, Offer, PriceRule, RepricingState
from catalog.offers.changing import set_price
from catalog.repricing import keeping, waiting
from catalog.repricing.deciding import Decision, Outcome, decide
from catalog.repricing.knowing import Known, holding, known_of, our_shops, rule_of, rules_of
from staff.access import Actor, rule
from staff.clock import database_now
from staff.errors import Refused
from staff.scoping import company_scope

log = logging.getLogger(__name__)

AT_ONCE: Final = 4
PAGE: Final = 300
LEASE: Any = timedelta(minutes=3)
PERIOD: Any = timedelta(minutes=5)
RULE_NAME: Final = "Правило цены"


class Turn(NamedTuple):
    """A shop that is ours to run until the lease ends."""

    company_id: int
    shop_id: int
    lease_until: datetime


class Decided(NamedTuple):
    offer: Offer
    rule: PriceRule
    decision: Decision


def run_due() -> int:
    """Run the rules of all shops that are due; answers how many shops."""
    with connection.cursor() as cursor:
        values: list[Any] = [AT_ONCE, LEASE, PERIOD]
        cursor.execute("SELECT company_id, shop_id, lease_until FROM office_claim_repricing(%s, %s, %s)", values)
        turns = [Turn(*row) for row in cursor.fetchall()]
    for turn in turns:
        try:
            run_shop(turn)
        except Exception:
            log.exception("shop %s: its price rules did not run", turn.shop_id)
    return len(turns)


def run_shop(turn: Turn) -> None:
    """All offers of the shop once, as long as nobody stops it and the lease is ours."""
    after: int | None = 0
    while after is not None:
        with company_scope(turn.company_id):
            after = run_page(turn, after)
    with company_scope(turn.company_id):
        mine = RepricingState.objects.filter(shop_id=turn.shop_id, lease_until=turn.lease_until)
        mine.update(lease_until=None, ran_at=database_now())


def run_page(turn: Turn, after: int) -> int | None:
    """Decide of the next offers, and do it; answers the last of them, None when there are no more or we may not."""
    if not _take_turn(turn):
        return None
    now, rules = database_now(), rules_of(turn.shop_id)
    offers: list[Offer] = list(_offers(turn.shop_id, rules).filter(pk__gt=after).order_by("pk")[:PAGE])
    if not offers:
        return None
    decided = _decide(offers, rules, now=now)
    by = rule(RULE_NAME, turn.company_id)
    done = [one for one in decided if _apply(one, by=by, now=now)]
    keeping.keep(done, now=now)
    waiting.put(done, now=now)
    return offers[-1].pk


def _take_turn(turn: Turn) -> bool:
    """Hold the rows of the company and the shop: whether both may run and the lease is still ours."""
    rows = RepricingState.objects.filter(Q(shop_id=turn.shop_id) | Q(shop_id__isnull=True)).order_by(
        F("shop_id").asc(nulls_first=True)
    )
    held = list(rows.select_for_update(of=("self",), no_key=True))
    mine = next((row for row in held if row.shop_id == turn.shop_id), None)
    return mine is not None and mine.lease_until == turn.lease_until and not any(row.stopped_at for row in held)


def _offers(shop_id: int, rules: Sequence[PriceRule]) -> Any:
    """Offers that any of the rules speaks of, but for those that people took off sale."""
    offers = Offer.objects.filter(shop_id=shop_id, on_sale=True)
    if any(not row.offer_id and not row.category for row in rules):
        return offers
    named = Q(pk__in=[row.offer_id for row in rules if row.offer_id])
    return offers.filter(named | Q(category__in=[row.category for row in rules if row.category]))


def _decide(offers: Sequence[Offer], rules: Sequence[PriceRule], *, now: datetime) -> list[Decided]:
    ours = our_shops()
    held = [(offer, found) for offer in offers if (found := holding(offer, rules)) is not None]
    lag = timedelta(minutes=max((row.lag_minutes for _, row in held), default=0))
    known: Mapping[int, Known] = known_of([offer for offer, _ in held], now=now, lag=lag)
    made = {row.pk: rule_of(row, ours) for row in rules}
    return [
        Decided(offer, row, decide(one.good, one.looks, made[row.pk], one.history, now))
        for offer, row in held
        if (one := known[offer.pk])
    ]


def _apply(one: Decided, *, by: Actor, now: datetime) -> bool:
    """Set the price that was decided. False: somebody changed the offer meanwhile, and the next run looks again."""
    if one.decision.outcome is not Outcome.CHANGED or one.decision.price is None:
        return True
    try:
        set_price(one.offer, one.decision.price, by=by, now=now, version=one.offer.version, how=How.REPRICING)
    except Refused as refusal:
        log.info("offer %s: the rule's price was not set: %s", one.offer.pk, refusal.code)
        return False
    return True
