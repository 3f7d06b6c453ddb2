"""What rules decide: never past a bound, and where a plain search would put the price."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from catalog.repricing.deciding import Change, Competitor, Good, Look, Outcome, Reason, Rule, Strategy, decide
from catalog.rules import PriceGuard

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
FREE = Rule(most_changes=99, most_move=Decimal(9), min_interval=timedelta(0))
quick = settings(max_examples=150, deadline=None)
prices = st.integers(1, 60).map(Decimal)
shares = st.sampled_from(["0", "0.05", "0.1", "0.3", "0.9", "9"]).map(Decimal)
others = st.lists(prices, max_size=4).map(
    lambda found: tuple(Competitor(f"Продавец {n}", price) for n, price in enumerate(found))
)
rules = st.builds(
    Rule,
    strategy=st.sampled_from(Strategy),
    step=st.integers(1, 5).map(Decimal),
    place=st.integers(1, 3),
    floor=st.none() | prices,
    ceiling=st.none() | prices,
    most_changes=st.integers(0, 3),
    most_move=shares,
    rise_back=st.booleans(),
    min_interval=st.just(timedelta(0)),
)
goods = st.builds(
    Good,
    price=prices,
    guard=st.builds(PriceGuard, st.none() | prices, st.none() | prices, st.none() | shares),
    cost=st.none() | prices,
)


def look(*found: int, minutes_ago: int = 1) -> Look:
    others = tuple(Competitor(f"Продавец {n}", Decimal(price)) for n, price in enumerate(found))
    return Look(NOW - timedelta(minutes=minutes_ago), others)


def good(price: int, floor: int | None = 10, ceiling: int | None = 200) -> Good:
    bounds = [None if one is None else Decimal(one) for one in (floor, ceiling)]
    return Good(Decimal(price), PriceGuard(*bounds))


def floor_of(good: Good, rule: Rule) -> Decimal:
    return max(one for one in (good.guard.floor, rule.floor, good.cost) if one is not None)


@quick
@given(good=goods, others=others, rule=rules, age=st.integers(0, 300))
def test_no_price_leaves_its_bounds_and_stale_data_moves_nothing(
    good: Good, others: tuple[Competitor, ...], rule: Rule, age: int
) -> None:
    seen = [Look(NOW - timedelta(minutes=age), others)]
    found = decide(good, seen, rule, [], NOW)
    if found.outcome is not Outcome.CHANGED:
        return
    assert found.price is not None and good.price is not None
    assert age <= 180
    assert found.price >= floor_of(good, rule)
    assert all(found.price <= one for one in (good.guard.ceiling, rule.ceiling) if one is not None)
    assert abs(found.price - good.price) <= good.price * rule.most_move
    assert good.guard.breach(good.price, found.price) is None


@quick
@given(good=goods, others=others, rule=rules)
def test_deciding_again_on_the_new_price_keeps_it(good: Good, others: tuple[Competitor, ...], rule: Rule) -> None:
    seen = [Look(NOW, others)]
    first = decide(good, seen, rule, [], NOW)
    if first.outcome is not Outcome.CHANGED:
        return
    changed = Good(first.price, good.guard, good.cost)
    again = decide(changed, seen, rule, [Change(NOW, good.price, first.price, by_rule=True)], NOW)
    assert again.outcome is not Outcome.CHANGED


@quick
@given(price=prices, floor=prices, ceiling=prices, leader=prices, step=st.integers(1, 5), move=shares)
def test_the_first_place_is_where_a_search_over_all_prices_finds_it(
    price: Decimal, floor: Decimal, ceiling: Decimal, leader: Decimal, step: int, move: Decimal
) -> None:
    assume(floor <= ceiling)
    rule = Rule(step=Decimal(step), floor=floor, ceiling=ceiling, most_move=move, min_interval=timedelta(0))
    found = decide(Good(price), [look(int(leader))], rule, [], NOW)
    allowed = [Decimal(one) for one in range(1, 700) if floor <= one <= ceiling and abs(one - price) <= price * move]
    wanted = min(max(leader - step, floor), ceiling)
    nearest = min(allowed, key=lambda one: abs(one - wanted), default=None)
    if nearest is None or wanted == price:
        assert found.outcome is (Outcome.KEPT if wanted == price else Outcome.WAITING)
    else:
        assert (found.price or price) == nearest


@quick
@given(day=st.lists(others, min_size=4, max_size=30), rule=rules, most=st.integers(1, 4))
def test_within_any_day_a_rule_moves_no_further_and_no_oftener_than_it_may(
    day: list[tuple[Competitor, ...]], rule: Rule, most: int
) -> None:
    limited = Rule(most_changes=most, most_move=Decimal("0.1"), floor=Decimal(5), ceiling=Decimal(60), step=rule.step,
                   min_interval=timedelta(minutes=30))  # fmt: skip
    price, history = Decimal(30), list[Change]()
    for n, seen in enumerate(day):
        now = NOW + n * timedelta(hours=1)
        found = decide(Good(price), [Look(now, seen)], limited, history, now)
        if found.outcome is Outcome.CHANGED and found.price:
            history.insert(0, Change(now, price, found.price, by_rule=True))
            price = found.price
    for change in history:
        within = [one for one in history if change.at - timedelta(hours=24) < one.at <= change.at]
        base, after = within[-1].before, change.after
        assert len(within) <= most
        assert base is not None and after is not None and abs(after - base) <= base / 10


def test_two_shops_of_one_company_meet_and_do_not_fight_down_to_the_floor() -> None:
    ours = frozenset({"30000001", "30000002"})
    rule = Rule(step=Decimal(1), ignored=ours, most_changes=99, most_move=Decimal(9), min_interval=timedelta(0))
    shops = {"30000001": Decimal(150), "30000002": Decimal(120)}
    for _ in range(20):
        for uid, price in shops.items():
            seen = [Competitor("Чужой", Decimal(100))]
            seen += [Competitor("Алма", other, name) for name, other in shops.items() if name != uid]
            guard = PriceGuard(Decimal(10), Decimal(200))
            shops[uid] = decide(Good(price, guard), [Look(NOW, tuple(seen))], rule, [], NOW).price or price
    assert set(shops.values()) == {Decimal(99)}


def test_a_price_rises_back_when_the_cheap_one_leaves() -> None:
    assert decide(good(90), [look(120)], FREE, [], NOW).price == 119
    assert decide(good(90), [look()], FREE, [], NOW).price == 200
    stays = Rule(rise_back=False, most_move=Decimal(9), min_interval=timedelta(0))
    assert decide(good(90), [look(120)], stays, [], NOW).reason is Reason.NO_RISE


def test_without_a_ceiling_it_rises_to_what_a_person_gave_last() -> None:
    history = [
        Change(NOW - timedelta(hours=30), Decimal(140), Decimal(90), by_rule=True),
        Change(NOW - timedelta(days=9), Decimal(100), Decimal(140), by_rule=False),
    ]
    assert decide(good(90, ceiling=None), [look(900)], FREE, history, NOW).price == 140


def test_without_any_floor_nothing_is_done() -> None:
    assert decide(good(90, floor=None), [look(50)], FREE, [], NOW).reason is Reason.NO_FLOOR


def test_what_the_offer_forbids_in_one_step_waits_for_a_person() -> None:
    guarded = Good(Decimal(100), PriceGuard(Decimal(10), Decimal(200), Decimal("0.1")))
    found = decide(guarded, [look(60)], FREE, [], NOW)
    assert (found.outcome, found.reason, found.price) == (Outcome.WAITING, Reason.TOO_FAR, 59)


def test_a_dip_shorter_than_the_delay_is_not_followed() -> None:
    rule = Rule(strategy=Strategy.FOLLOW, lag=timedelta(minutes=60), most_move=Decimal(9), min_interval=timedelta(0))
    dip = [look(80, minutes_ago=5), look(95, minutes_ago=40), look(95, minutes_ago=70)]
    assert decide(good(100), dip, rule, [], NOW).reason is Reason.LAG
    held = [look(80, minutes_ago=5), look(80, minutes_ago=40), look(80, minutes_ago=70)]
    assert decide(good(100), held, rule, [], NOW).price == 80


@quick
@given(found=st.lists(st.integers(5, 60), min_size=1, max_size=5), place=st.integers(1, 3), step=st.integers(1, 9))
def test_the_place_that_is_held_is_no_worse_than_the_one_asked_for(found: list[int], place: int, step: int) -> None:
    rule = Rule(
        strategy=Strategy.PLACE, place=place, step=Decimal(step), most_move=Decimal(99), min_interval=timedelta(0)
    )
    price = decide(good(1, floor=1, ceiling=99), [look(*found)], rule, [], NOW).price or Decimal(1)
    assert sum(one < price for one in found) < place
