"""What a rule makes of a price (capabilities.md rows 107, 111, B21). Pure: nothing is asked or written here.

Prices are whole ₸ with VAT; shares are 0–1; «a day» is the last 24 hours, so that no midnight gives two days at once.
The bounds of an offer are stronger than any wish: never below the floor, never above the ceiling, never further in a day
than the rule allows. What only a person may do is answered as WAIT.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import Final

from django.db.models import TextChoices

from catalog.rules import PriceGuard
from staff.languages import later as _

DAY: Final = timedelta(hours=24)


class Strategy(TextChoices):
    """Where a rule wants the price to stand."""

    FIRST = "first", _("быть первым")
    EQUAL = "equal", _("как у первого")
    PLACE = "place", _("держать место")
    FOLLOW = "follow", _("идти за первым с задержкой")


class Outcome(TextChoices):
    CHANGED = "changed", _("цена изменена")
    KEPT = "kept", _("цена оставлена")
    WAITING = "waiting", _("ждёт человека")


class Reason(StrEnum):
    """Why the price was changed, kept or put before a person."""

    # The price goes where the rule wants it, or as near as a bound allows.
    WISH = "wish"
    AT_FLOOR = "at_floor"
    AT_TOP = "at_top"
    DAY_MOVE = "day_move"
    # The price stays.
    SAME = "same"
    NO_PRICE = "no_price"
    PLANNED = "planned"
    CITY_PRICES = "city_prices"
    NOT_IN_STOCK = "not_in_stock"
    NO_LOOK = "no_look"
    STALE = "stale"
    NO_FLOOR = "no_floor"
    NO_ROOM = "no_room"
    LAG = "lag"
    NO_RISE = "no_rise"
    TOO_SOON = "too_soon"
    DAY_CHANGES = "day_changes"
    # A person decides.
    TOO_FAR = "too_far"
    DAY_TOO_SHORT = "day_too_short"


@dataclass(frozen=True, slots=True)
class Competitor:
    """Somebody else on the card. `merchant_uid` is empty where the source does not know it."""

    seller: str
    price: Decimal
    merchant_uid: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """All others on the card as one source saw them at one moment."""

    seen_at: datetime
    others: tuple[Competitor, ...] = ()


@dataclass(frozen=True, slots=True)
class Good:
    """An offer as a rule sees it. `cost` is the full one, None: not known; `guard` holds the offer's own bounds.

    `planned`: a price that was planned stands now.
    """

    price: Decimal | None
    guard: PriceGuard = field(default_factory=PriceGuard)
    cost: Decimal | None = None
    in_stock: bool = True
    city_prices: bool = False
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the price that happened; `by_rule`: made by a rule and by nobody else."""

    at: datetime
    before: Decimal | None
    after: Decimal | None
    by_rule: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """See `catalog.models.PriceRule`. `ignored` are folded names and merchant numbers, the company's own shops among them."""

    strategy: Strategy = Strategy.FIRST
    step: Decimal = Decimal(1)
    step_is_share: bool = False
    place: int = 1
    lag: timedelta = timedelta(0)
    floor: Decimal | None = None
    ceiling: Decimal | None = None
    most_changes: int = 6
    most_move: Decimal = Decimal("0.1")
    ignored: frozenset[str] = frozenset()
    rise_back: bool = True
    only_in_stock: bool = True
    min_interval: timedelta = timedelta(hours=1)
    stale_after: timedelta = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, and why. `price` is the one to be set or to wait; `leader`, `place` and `sellers` tell how it looked."""

    outcome: Outcome
    reason: Reason
    price: Decimal | None = None
    floor: Decimal | None = None
    top: Decimal | None = None
    leader: Decimal | None = None
    place: int | None = None
    sellers: int | None = None
    seen_at: datetime | None = field(default=None)


@dataclass(frozen=True, slots=True)
class _Room:
    """Where the price may stand at all: the whole ₸ between the floor and the top."""

    floor: Decimal
    top: Decimal


def folded(name: str) -> str:
    """A seller's name as it is compared: «ИП  Алма » and «ип алма» are one."""
    return " ".join(name.split()).casefold()


def rivals(look: Look, ignored: Collection[str]) -> list[Decimal]:
    """Prices of those who count, the cheapest first."""
    counted = (one for one in look.others if folded(one.seller) not in ignored and one.merchant_uid not in ignored)
    return sorted(one.price for one in counted)


def decide(good: Good, looks: Sequence[Look], rule: Rule, history: Sequence[Change], now: datetime) -> Decision:
    """The price that the rule gives a good now, or why it keeps the one that stands.

    `looks`: the newest first; all but FOLLOW need only one. `history`: changes of the price, the newest first, as far back
    as a day, and the latest one that a person made.
    """
    price = good.price
    if price is None:
        return Decision(Outcome.KEPT, Reason.NO_PRICE)
    excuse = _excuse(good, looks, rule, now)
    if excuse is not None:
        return Decision(Outcome.KEPT, excuse, seen_at=looks[0].seen_at if looks else None)
    look = looks[0]
    prices = rivals(look, rule.ignored)
    room = _room(good, rule, history, price)
    seen = _Seen(good, price, look, prices, room)
    if isinstance(room, Reason):
        return seen.kept(room)
    wish = _wish(looks, prices, rule, room, now)
    if isinstance(wish, Reason):
        return seen.kept(wish)
    return _within(wish, seen, room, rule, history, now)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a decision tells besides the price."""

    good: Good
    price: Decimal
    look: Look
    prices: Sequence[Decimal]
    room: _Room | Reason

    def kept(self, reason: Reason) -> Decision:
        return self.told(Outcome.KEPT, reason, None)

    def told(self, outcome: Outcome, reason: Reason, price: Decimal | None) -> Decision:
        room = None if isinstance(self.room, Reason) else self.room
        return Decision(
            outcome,
            reason,
            price,
            room.floor if room else None,
            room.top if room else None,
            self.prices[0] if self.prices else None,
            1 + sum(one < self.price for one in self.prices),
            1 + len(self.prices),
            self.look.seen_at,
        )


def _excuse(good: Good, looks: Sequence[Look], rule: Rule, now: datetime) -> Reason | None:
    """Why the rule does not look at this good at all."""
    if good.planned:
        return Reason.PLANNED
    if good.city_prices:
        return Reason.CITY_PRICES
    if rule.only_in_stock and not good.in_stock:
        return Reason.NOT_IN_STOCK
    if not looks:
        return Reason.NO_LOOK
    return Reason.STALE if now - looks[0].seen_at > rule.stale_after else None


def _room(good: Good, rule: Rule, history: Sequence[Change], price: Decimal) -> _Room | Reason:
    """The bounds together: the highest floor with the full cost, the lowest ceiling.

    Without a ceiling nobody said how dear it may become: then the price that a person gave last is the top.
    """
    floors = [one for one in (good.guard.floor, rule.floor, good.cost) if one is not None]
    if not floors:
        return Reason.NO_FLOOR
    floor = max(floors).to_integral_value(ROUND_CEILING)
    ceilings = [one for one in (good.guard.ceiling, rule.ceiling) if one is not None]
    top = min(ceilings) if ceilings else max(floor, _usual(history, price))
    top = top.to_integral_value(ROUND_FLOOR)
    return _Room(floor, top) if floor <= top else Reason.NO_ROOM


def _usual(history: Sequence[Change], price: Decimal) -> Decimal:
    """The price that a person gave last; where only rules ever changed it, what stood before the first of them."""
    for change in history:
        if not change.by_rule and change.after is not None:
            return change.after
    return next((one.before for one in reversed(history) if one.before is not None), price)


def _wish(looks: Sequence[Look], prices: Sequence[Decimal], rule: Rule, room: _Room, now: datetime) -> Decimal | Reason:
    """Where the rule wants the price, whatever the bounds of the day. Nobody to follow: up to the top."""
    if rule.strategy == Strategy.FOLLOW and not _has_held(looks, rule, now):
        return Reason.LAG
    target = _TARGETS[rule.strategy](prices, rule) if prices else None
    return room.top if target is None else min(max(target, room.floor), room.top)


def _has_held(looks: Sequence[Look], rule: Rule, now: datetime) -> bool:
    """Whether the cheapest other has stood for the whole delay: a short dip is not followed."""
    since = now - rule.lag
    leaders = []
    for look in looks:
        leaders.append(next(iter(rivals(look, rule.ignored)), None))
        if look.seen_at <= since:
            return len(set(leaders)) == 1
    return False


def _below(price: Decimal, rule: Rule) -> Decimal:
    """One step below a price, in whole ₸ and at least one."""
    step = price * rule.step if rule.step_is_share else rule.step
    return (price - max(step, Decimal(1))).to_integral_value(ROUND_FLOOR)


def _first(prices: Sequence[Decimal], rule: Rule) -> Decimal | None:
    return _below(prices[0], rule)


def _equal(prices: Sequence[Decimal], rule: Rule) -> Decimal | None:
    return prices[0].to_integral_value(ROUND_FLOOR)


def _at_place(prices: Sequence[Decimal], rule: Rule) -> Decimal | None:
    """Below who stands at the place now, yet not below who stands before it; None: there are fewer others than that."""
    if len(prices) < rule.place:
        return None
    holder = prices[rule.place - 1]
    below = _below(holder, rule)
    if rule.place == 1:
        return below
    # Of two with one price nobody stands between.
    return min(max(below, prices[rule.place - 2].to_integral_value(ROUND_FLOOR) + 1), holder)


_TARGETS: Final[Mapping[Strategy, Callable[[Sequence[Decimal], Rule], Decimal | None]]] = {
    Strategy.FIRST: _first,
    Strategy.EQUAL: _equal,
    Strategy.PLACE: _at_place,
    Strategy.FOLLOW: _equal,
}


def _within(wish: Decimal, seen: _Seen, room: _Room, rule: Rule, history: Sequence[Change], now: datetime) -> Decision:
    """The wish as far as the day, the interval and the offer's guard let it be."""
    price = seen.price
    # Below the floor it goes up all the same: there it sells at a loss.
    if wish > price and not rule.rise_back and price >= room.floor:
        return seen.kept(Reason.NO_RISE)
    if wish == price:
        return seen.kept(_where(wish, room, Reason.SAME))
    today = [one for one in history if one.at > now - DAY]
    if history and history[0].at > now - rule.min_interval:
        return seen.kept(Reason.TOO_SOON)
    if sum(one.by_rule for one in today) >= rule.most_changes:
        return seen.kept(Reason.DAY_CHANGES)
    target = _within_day(wish, _base(today, price), rule.most_move)
    if not room.floor <= target <= room.top:
        return seen.told(Outcome.WAITING, Reason.DAY_TOO_SHORT, wish)
    if target == price or (target > price) != (wish > price):
        return seen.kept(Reason.DAY_MOVE)
    if seen.good.guard.breach(price, target) is not None:
        return seen.told(Outcome.WAITING, Reason.TOO_FAR, target)
    reason = _where(target, room, Reason.WISH) if target == wish else Reason.DAY_MOVE
    return seen.told(Outcome.CHANGED, reason, target)


def _where(price: Decimal, room: _Room, otherwise: Reason) -> Reason:
    if price == room.floor:
        return Reason.AT_FLOOR
    return Reason.AT_TOP if price == room.top else otherwise


def _base(today: Sequence[Change], price: Decimal) -> Decimal:
    """What the day's moves are measured from: the price of 24 hours ago, or what a person gave since."""
    for change in today:
        if not change.by_rule and change.after is not None:
            return change.after
    return next((one.before for one in reversed(today) if one.before is not None), price)


def _within_day(wish: Decimal, base: Decimal, most_move: Decimal) -> Decimal:
    """The nearest whole price to the wish that is no further from the base than a day allows."""
    move = base * most_move
    lowest, highest = (base - move).to_integral_value(ROUND_CEILING), (base + move).to_integral_value(ROUND_FLOOR)
    return min(max(wish, lowest), highest)
