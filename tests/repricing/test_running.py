"""The worker with real rows: what it changes, what it leaves, and who may stop it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from catalog import stock
from catalog.models import (
    CityPrice,
    How,
    Offer,
    PriceChange,
    PriceSource,
    RepricingState,
    WaitingPrice,
    WaitingState,
)
from catalog.offers import changing
from catalog.repricing import ruling, running, waiting
from catalog.repricing.intake import Told, take
from staff.clock import database_now
from staff.errors import Refused
from tests.cast import Cast
from tests.repricing.market import SKU, Market


def test_a_rule_goes_below_the_cheapest_other_and_says_so(market: Market) -> None:
    market.rule(step=Decimal(500))
    market.see(98_000, 99_000)
    assert market.run() == 1
    assert market.offer.price == 97_500
    assert market.decisions() == [("changed", "wish")]
    with market.scope():
        kept = PriceChange.objects.filter(how=How.REPRICING).get()
        assert (kept.before, kept.after, kept.by) == (100_000, 97_500, "Правило цены")


def test_met_again_a_decision_is_counted_and_nothing_moves(market: Market) -> None:
    market.rule()
    market.see(98_000)
    for _ in range(3):
        market.run(again=True)
    assert market.offer.price == 97_999
    assert market.decisions() == [("changed", "wish"), ("kept", "same")]


def test_what_was_seen_four_hours_ago_moves_nothing(market: Market) -> None:
    market.rule()
    market.see(90_000, hours_ago=4)
    market.run()
    assert market.offer.price == 100_000
    assert market.decisions() == [("kept", "stale")]


@pytest.mark.parametrize("whole", [True, False], ids=["company", "shop"])
def test_stopped_rules_change_nothing_until_somebody_lets_them(market: Market, whole: bool) -> None:
    market.rule()
    shop = None if whole else market.shop
    with market.scope():
        ruling.stop(shop, by=market.by, now=database_now())
    market.see(90_000)
    assert market.run() == 0
    assert market.offer.price == 100_000
    with market.scope():
        ruling.resume(shop, by=market.by, now=database_now())
        RepricingState.objects.update(due_at=database_now())
    market.run()
    assert market.offer.price == 89_999


def test_a_stop_that_comes_while_the_shop_is_claimed_holds(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    market.rule()
    market.see(90_000)
    real = running.run_shop

    def stopped_first(turn: running.Turn) -> None:
        with market.scope():
            ruling.stop(market.shop, by=market.by, now=database_now())
        real(turn)

    monkeypatch.setattr(running, "run_shop", stopped_first)
    assert market.run() == 1
    assert market.offer.price == 100_000


def test_without_pieces_the_price_stays(market: Market, cast: Cast) -> None:
    market.rule()
    market.see(90_000)
    with market.scope():
        stock.count(point_id=cast.alma.point("alma-tech", "PP1").pk, quantities={SKU: 0}, now=database_now())
    market.run()
    assert market.decisions() == [("kept", "not_in_stock")]


def test_a_good_with_prices_by_city_is_left_alone(market: Market) -> None:
    market.rule()
    market.see(90_000)
    with market.scope():
        CityPrice.objects.create(offer_id=market.offer_id, city_code="750000000", price=Decimal(100_000))
    market.run()
    assert market.decisions() == [("kept", "city_prices")]


def test_a_sister_shop_on_the_card_is_nobody_to_beat(market: Market, cast: Cast) -> None:
    market.rule()
    with market.scope():
        now, sister = database_now(), cast.alma.shop("alma-dom")
        rows = [
            Told(SKU, "", "Совсем другое имя", sister.merchant_uid, Decimal(85_000), now),
            Told(SKU, "", sister.name.upper(), "", Decimal(84_000), now),
            Told(SKU, "", "Чужой", "", Decimal(99_000), now),
        ]
        take(market.shop, rows, source=PriceSource.API, by="тест", now=now)
    market.run()
    assert market.offer.price == 98_999


def test_the_rule_of_an_offer_is_stronger_than_that_of_its_category_and_shop(market: Market) -> None:
    market.rule(step=Decimal(1))
    market.rule(step=Decimal(10), category="Дом")
    market.rule(step=Decimal(100), sku=SKU)
    market.see(90_000)
    market.run()
    assert market.offer.price == 89_900


def test_too_large_a_step_waits_for_a_person_who_then_lets_it(market: Market) -> None:
    with market.scope():
        Offer.objects.filter(pk=market.offer_id).update(most_step=Decimal("0.05"))
    market.rule()
    market.see(90_000)
    market.run()
    assert market.offer.price == 100_000
    with market.scope():
        row = WaitingPrice.objects.get()
        waiting.confirm(row.public_id, market.shop, by=market.by, now=database_now())
    assert market.offer.price == 89_999


def test_a_price_that_waited_goes_when_the_market_moves_on(market: Market) -> None:
    with market.scope():
        Offer.objects.filter(pk=market.offer_id).update(most_step=Decimal("0.05"))
    market.rule()
    market.see(90_000, hours_ago=1)
    market.run()
    market.see(99_000)
    market.run()
    with market.scope():
        assert WaitingPrice.objects.get().state == WaitingState.GONE
    assert market.offer.price == 98_999


def test_a_manager_of_one_point_may_not_let_a_waiting_price(market: Market, cast: Cast) -> None:
    with market.scope():
        Offer.objects.filter(pk=market.offer_id).update(most_step=Decimal("0.05"))
    market.rule()
    market.see(90_000)
    market.run()
    bolat = cast.bolat.actor
    with market.scope(), pytest.raises(Refused, match="forbidden"):
        waiting.confirm(WaitingPrice.objects.get().public_id, market.shop, by=bolat, now=database_now())


def test_a_price_given_by_hand_an_hour_ago_is_left_for_the_interval(market: Market) -> None:
    market.rule(min_interval_minutes=120)
    with market.scope():
        now = database_now()
        changing.set_price(market.offer, Decimal(101_000), by=market.by, now=now - timedelta(hours=1))
    market.see(90_000)
    market.run()
    assert market.decisions() == [("kept", "too_soon")]
