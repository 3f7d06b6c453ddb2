"""A rule on the past of an offer: how its price would have moved. Pure: nothing is asked or written here.

The rule is asked at every look that a source took; what people did to the price meanwhile stays what it was. What was sold
is taken as it was sold: with another price it would have been another number, and nobody knows which.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from catalog.repricing.deciding import Change, Good, Look, Outcome, Rule, decide, rivals


class Sale(NamedTuple):
    at: datetime
    pieces: int


class Step(NamedTuple):
    """The price from this moment on."""

    at: datetime
    price: Decimal


@dataclass(frozen=True, slots=True)
class Past:
    """`start`: the price at `since`. `looks`, `changes` and `sales` are of the time after it, the oldest first; `older`:
    changes before it, the newest first."""

    good: Good
    since: datetime
    until: datetime
    start: Decimal
    looks: Sequence[Look] = ()
    changes: Sequence[Change] = ()
    older: Sequence[Change] = ()
    sales: Sequence[Sale] = ()


@dataclass(frozen=True, slots=True)
class Outlook:
    """One way the price went. `first` of `known`: how long it was the cheapest, of the time of which others are known."""

    steps: tuple[Step, ...]
    changes: int
    first: timedelta
    known: timedelta
    revenue: Decimal
    # None where the full cost is not known.
    profit: Decimal | None


@dataclass(frozen=True, slots=True)
class Replay:
    was: Outlook
    would: Outlook
    waiting: int


def replay(past: Past, rule: Rule) -> Replay:
    """How the price went, and how it would have gone by the rule."""
    real = [Step(past.since, past.start)]
    real += [Step(one.at, one.after) for one in past.changes if one.after is not None]
    steps, waiting = _by_rule(past, rule)
    # What people did is no change of the rule's.
    by_people = sum(not one.by_rule for one in past.changes)
    return Replay(
        _outlook(past, rule, real, changes=len(past.changes)),
        _outlook(past, rule, steps, changes=len(steps) - 1 - by_people),
        waiting,
    )


def _by_rule(past: Past, rule: Rule) -> tuple[list[Step], int]:
    price, history, waits, waited = past.start, list(past.older), 0, False
    steps, seen = [Step(past.since, price)], list[Look]()
    people = [one for one in past.changes if not one.by_rule and one.after is not None]
    for look in past.looks:
        while people and people[0].at <= look.seen_at:
            change = people.pop(0)
            price = change.after or price
            history.insert(0, change)
            steps.append(Step(change.at, price))
        seen = _remembered(look, seen, rule)
        good = Good(price, past.good.guard, past.good.cost, past.good.in_stock, past.good.city_prices)
        found = decide(good, seen, rule, history, look.seen_at)
        # As long as it waits it is one question to a person.
        waiting = found.outcome is Outcome.WAITING
        waits, waited = waits + (waiting and not waited), waiting
        if found.outcome is Outcome.CHANGED and found.price is not None:
            history.insert(0, Change(look.seen_at, price, found.price, by_rule=True))
            price = found.price
            steps.append(Step(look.seen_at, price))
    steps += [Step(one.at, one.after) for one in people if one.after is not None]
    return steps, waits


def _remembered(look: Look, seen: Sequence[Look], rule: Rule) -> list[Look]:
    """The look and those before it, as far back as the rule's delay and one more."""
    since = look.seen_at - rule.lag
    young = [one for one in seen if one.seen_at > since]
    return [look, *young, *[one for one in seen if one.seen_at <= since][:1]]


def _outlook(past: Past, rule: Rule, steps: Sequence[Step], *, changes: int) -> Outlook:
    first, known = _time_first(past, rule, steps)
    sold = [(sale.pieces, price_at(steps, sale.at)) for sale in past.sales]
    revenue = sum((pieces * price for pieces, price in sold), Decimal(0))
    cost = past.good.cost
    profit = None if cost is None else sum((pieces * (price - cost) for pieces, price in sold), Decimal(0))
    return Outlook(tuple(steps), changes, first, known, revenue, profit)


def _time_first(past: Past, rule: Rule, steps: Sequence[Step]) -> tuple[timedelta, timedelta]:
    """How long nobody was cheaper, and of how long that is known: a look speaks until the next, yet not past its age."""
    first, known = timedelta(0), timedelta(0)
    ends = [look.seen_at for look in past.looks[1:]] + [past.until]
    for look, following in zip(past.looks, ends, strict=True):
        end = min(following, look.seen_at + rule.stale_after)
        cheapest = next(iter(rivals(look, rule.ignored)), None)
        moments = [look.seen_at, *(step.at for step in steps if look.seen_at < step.at < end), end]
        for start, stop in pairwise(moments):
            known += stop - start
            if cheapest is None or price_at(steps, start) <= cheapest:
                first += stop - start
    return first, known


def price_at(steps: Sequence[Step], moment: datetime) -> Decimal:
    """The price that stood at this moment."""
    return next((step.price for step in reversed(steps) if step.at <= moment), steps[0].price)


def together(found: Iterable[Outlook]) -> Outlook:
    """The sums over several goods; the profit where all of them tell it."""
    rows = list(found)
    profits = [row.profit for row in rows]
    known = [one for one in profits if one is not None]
    return Outlook(
        steps=(),
        changes=sum(row.changes for row in rows),
        first=sum((row.first for row in rows), timedelta(0)),
        known=sum((row.known for row in rows), timedelta(0)),
        revenue=sum((row.revenue for row in rows), Decimal(0)),
        profit=sum(known, Decimal(0)) if known and len(known) == len(profits) else None,
    )
