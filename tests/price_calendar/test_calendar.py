"""Random plans and random prices by hand: at each instant stands what a slow look at the whole history says."""

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog.models import Offer
from catalog.offers.changing import set_price
from catalog.price_calendar.carrying import carry
from catalog.price_calendar.planning import Wish, plan
from catalog.price_calendar.rules import Window
from staff.errors import Refused
from tests.price_calendar.diary import Diary

FIRST = 100_000
LAST_HOUR = 24
TOGETHER = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@dataclass(frozen=True)
class Plan:
    """Hours are whole and even; people change prices in between."""

    price: int
    begins: int
    ends: int | None


@dataclass(frozen=True)
class Hand:
    price: int
    hour: int


# Nobody gives a price by hand that a plan gives too, so a change by hand is always one.
plans = st.lists(
    st.builds(
        lambda price, begins, length: Plan(price * 1000, begins * 2, length and (begins + length) * 2),
        st.integers(70, 90),
        st.integers(0, 6),
        st.none() | st.integers(1, 5),
    ),
    max_size=6,
)
hands = st.lists(st.integers(0, 11), max_size=3, unique=True).map(
    lambda found: [Hand(110_001 + number, hour * 2 + 1) for number, hour in enumerate(found)]
)
# Hours at which the worker does not come.
idle = st.sets(st.integers(0, LAST_HOUR))


def standing(kept: list[Plan], hands: list[Hand], hour: int) -> int:
    """The slow reference: from the first hour on, plans that end, plans that begin, then people."""
    price, former = FIRST, dict[Plan, int]()
    for now in range(hour + 1):
        for one in kept:
            if one.ends == now and one in former:
                meanwhile = any(one.begins <= hand.hour < now for hand in hands)
                price = price if meanwhile else former[one]
        for one in kept:
            if one.begins == now:
                former[one], price = price, one.price
        for hand in hands:
            price = hand.price if hand.hour == now else price
    return price


def accepted(diary: Diary, offer: Offer, wished: list[Plan]) -> list[Plan]:
    """Those of the plans that the product keeps; it refuses every one that meets another."""
    kept: list[Plan] = []
    for one in wished:
        window = Window(diary.at(one.begins), None if one.ends is None else diary.at(one.ends))
        hours = set(range(one.begins, one.ends)) if one.ends else {one.begins}
        free = not any(
            hours & (set(range(other.begins, other.ends)) if other.ends else {other.begins}) for other in kept
        )
        try:
            plan([offer], Wish(Decimal(one.price), window), by=diary.market.by, now=diary.at(-1))
        except Refused as refusal:
            assert (refusal.code, free) == ("plans_meet", False)
        else:
            assert free
            kept.append(one)
    return kept


@TOGETHER
# One ends when the next begins, and was planned after it.
@example(wished=[Plan(80_000, 4, 8), Plan(90_000, 0, 4)], hands=[], idle=set())
@given(wished=plans, hands=hands, idle=idle)
def test_at_each_instant_stands_what_the_calendar_and_the_people_say(
    diary: Diary, wished: list[Plan], hands: list[Hand], idle: set[int]
) -> None:
    with diary.scope():
        known = Offer.objects.count()
        offer = Offer.objects.create(shop=diary.market.shop, sku=f"GOOD-{known}", name="Товар", price=FIRST)
        kept = accepted(diary, offer, wished)
        for hour in range(LAST_HOUR + 1):
            for hand in hands:
                if hand.hour == hour:
                    set_price(offer, Decimal(hand.price), by=diary.market.by, now=diary.at(hour))
            if hour in idle:
                continue
            carry(offer.pk, now=diary.at(hour))
            offer.refresh_from_db()
            assert offer.price == standing(kept, hands, hour)
