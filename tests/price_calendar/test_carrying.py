"""The worker with real rows: plans begin and end once, guards are asked again, a fall between leaves nothing half done."""

from decimal import Decimal

import pytest

from catalog.models import CityPrice, FeedMark, Offer, PlannedPrice
from catalog.price_calendar import cancelling, carrying
from staff.clock import database_now
from staff.errors import Refused
from staff.models import AuditEntry
from tests.cast import Cast
from tests.price_calendar.diary import ASTANA, Diary


def cancel(diary: Diary, *, give_back: bool, hours: float = 2) -> str:
    with diary.scope():
        key, shop, by = diary.newest().public_id, diary.market.shop, diary.market.by
        return cancelling.cancel(key, shop, give_back=give_back, by=by, now=diary.at(hours)).value


def test_a_price_stands_for_its_time_and_the_former_one_comes_back(diary: Diary) -> None:
    diary.plan(90_000, -1, 5)
    assert (carrying.carry_due(), carrying.carry_due()) == (1, 0)
    assert (diary.price, diary.told()) == (90_000, [("running", "")])
    diary.carry(4.9)
    assert diary.price == 90_000
    diary.carry(5)
    assert (diary.price, diary.told()) == (100_000, [("done", "returned")])
    name = "Календарь цен"
    assert diary.changes() == [(100_000, 90_000, name), (90_000, 100_000, name)]


def test_without_an_end_a_plan_is_one_change(diary: Diary) -> None:
    diary.plan(110_000, 1, None)
    diary.carry(1)
    assert (diary.price, diary.told()) == (110_000, [("done", "set")])


def test_what_somebody_set_meanwhile_stays(diary: Diary) -> None:
    diary.plan(90_000, 1, 5)
    diary.carry(1)
    diary.hand(95_000, 2)
    diary.carry(5)
    assert (diary.price, diary.told()) == (95_000, [("done", "changed")])


def test_a_price_set_meanwhile_to_the_same_number_is_a_change_too(diary: Diary) -> None:
    diary.plan(90_000, 1, 5)
    diary.carry(1)
    diary.hand(95_000, 2)
    diary.hand(90_000, 3)
    diary.carry(5)
    assert (diary.price, diary.told()) == (90_000, [("done", "changed")])


def test_a_window_that_passed_while_the_worker_stood_is_missed(diary: Diary) -> None:
    diary.plan(90_000, -6, -1)
    diary.plan(80_000, -1, 5)
    assert carrying.carry_due() == 2
    assert (diary.price, diary.told()) == (80_000, [("missed", "late"), ("running", "")])


def test_a_late_beginning_does_not_go_over_what_somebody_set_since(diary: Diary) -> None:
    diary.plan(90_000, -6, 5)
    diary.hand(95_000, -3)
    diary.carry(0)
    assert (diary.price, diary.told()) == (95_000, [("missed", "overtaken")])


def test_a_rule_that_was_faster_than_a_late_worker_is_no_somebody(diary: Diary) -> None:
    diary.market.rule()
    diary.market.see(98_000)
    diary.plan(90_000, -1, 5)
    diary.market.run()
    assert diary.price == 97_999
    diary.carry(1)
    assert (diary.price, diary.told()) == (90_000, [("running", "")])


def test_one_plan_ends_before_the_next_begins_at_the_same_moment(diary: Diary) -> None:
    diary.plan(80_000, 5, 8)
    diary.plan(90_000, 1, 5)
    for hours in (1, 5, 8):
        diary.carry(hours)
    assert (diary.price, diary.told()) == (100_000, [("done", "returned")] * 2)
    assert [after for _, after, _ in diary.changes()] == [90_000, 100_000, 80_000, 100_000]


def test_a_city_has_its_own_price_for_the_time_and_then_none(diary: Diary) -> None:
    diary.plan(90_000, 1, 5, city=ASTANA)
    diary.plan(80_000, 1, 5)
    diary.carry(1)
    assert (diary.price, diary.in_astana) == (80_000, 90_000)
    diary.carry(5)
    assert (diary.price, diary.in_astana) == (100_000, None)


def test_the_former_price_of_a_city_comes_back(diary: Diary) -> None:
    with diary.scope():
        CityPrice.objects.create(offer_id=diary.market.offer_id, city_code=ASTANA, price=Decimal(99_000))
    diary.plan(90_000, 1, 5, city=ASTANA)
    diary.carry(1)
    diary.carry(5)
    assert diary.in_astana == 99_000


@pytest.mark.parametrize(
    ("bounds", "why"),
    [
        ({"floor": 90_001}, "below_floor"),
        ({"ceiling": 89_999}, "above_ceiling"),
        ({"most_step": "0.05"}, "too_far"),
    ],
)
def test_bounds_that_moved_meanwhile_keep_the_plan_from_beginning(
    diary: Diary, bounds: dict[str, object], why: str
) -> None:
    diary.plan(90_000, 1, 5)
    diary.bound(**bounds)
    diary.carry(1)
    assert (diary.price, diary.told()) == (100_000, [("missed", why)])
    with diary.scope():
        assert AuditEntry.objects.filter(action="offer.plan_missed").count() == 1


def test_a_word_given_at_planning_stands_for_its_breach_and_no_further_one(diary: Diary) -> None:
    diary.bound(floor=95_000)
    with pytest.raises(Refused, match="price_guard"):
        diary.plan(90_000, 1, 5)
    diary.plan(90_000, 1, 5, confirmed=True)
    diary.plan(90_000, 6, 9, confirmed=True)
    diary.carry(1)
    diary.carry(5)
    diary.bound(floor=95_001)
    diary.carry(6)
    assert diary.told() == [("done", "returned"), ("missed", "below_floor")]


def test_the_way_back_needs_the_word_too(diary: Diary) -> None:
    diary.bound(most_step=Decimal("0.1"))
    # Ten per cent down is allowed; up again it is eleven.
    with pytest.raises(Refused, match="возврат прежней цены: Цена меняется"):
        diary.plan(90_000, 1, 5)
    diary.plan(90_000, 1, 5, confirmed=True)
    diary.carry(1)
    diary.carry(5)
    assert diary.price == 100_000


def test_a_former_price_that_bounds_forbid_by_now_does_not_return_and_this_is_told(diary: Diary) -> None:
    diary.plan(90_000, 1, 5)
    diary.carry(1)
    diary.bound(ceiling=95_000)
    diary.carry(5)
    assert (diary.price, diary.told()) == (90_000, [("done", "above_ceiling")])
    with diary.scope():
        assert AuditEntry.objects.filter(action="offer.price_not_returned").count() == 1


@pytest.mark.parametrize("struck", ["close", "save"])
def test_a_fall_between_the_price_and_the_state_leaves_both_as_they_were(
    diary: Diary, monkeypatch: pytest.MonkeyPatch, struck: str
) -> None:
    def fall(*_: object, **__: object) -> None:
        raise RuntimeError("fallen")

    diary.plan(90_000, -1, None if struck == "close" else 5)
    with monkeypatch.context() as falling:
        falling.setattr(carrying if struck == "close" else PlannedPrice, struck, fall)
        assert carrying.carry_due() == 1
    assert (diary.price, diary.told(), diary.changes()) == (100_000, [("planned", "")], [])
    # It is claimed again when the lease of who fell is over.
    assert carrying.carry_due() == 0
    with diary.scope():
        PlannedPrice.objects.update(lease_until=database_now())
    assert carrying.carry_due() == 1
    assert diary.price == 90_000


def test_a_rule_of_prices_keeps_off_while_a_plan_runs(diary: Diary) -> None:
    market = diary.market
    market.rule()
    market.see(98_000)
    diary.plan(85_000, -1, 5)
    carrying.carry_due()
    market.run()
    assert (diary.price, market.decisions()) == (85_000, [("kept", "planned")])
    cancel(diary, give_back=True, hours=0)
    market.run(again=True)
    assert (diary.price, market.decisions()[-1]) == (97_999, ("changed", "wish"))


def test_the_feed_is_marked_when_a_plan_begins(diary: Diary, cast: Cast) -> None:
    from catalog.feed import opening

    with diary.scope():
        opening.open_feed(diary.market.shop, by=cast.aigerim.actor, now=diary.noon)
        FeedMark.objects.all().delete()
    diary.plan(90_000, -1, 5)
    carrying.carry_due()
    with diary.scope():
        assert FeedMark.objects.filter(shop=diary.market.shop).exists()


@pytest.mark.parametrize(("give_back", "price", "why"), [(True, 100_000, "returned"), (False, 90_000, "left")])
def test_a_plan_that_runs_is_cancelled_with_the_price_that_was_chosen(
    diary: Diary, give_back: bool, price: int, why: str
) -> None:
    diary.plan(90_000, 1, 5)
    diary.carry(1)
    assert cancel(diary, give_back=give_back) == why
    diary.carry(5)
    assert (diary.price, diary.told()) == (price, [("cancelled", why)])
    with pytest.raises(Refused, match="settled"):
        cancel(diary, give_back=give_back)


def test_a_plan_that_waits_is_cancelled_and_never_begins(diary: Diary) -> None:
    diary.plan(90_000, 1, 5)
    assert cancel(diary, give_back=True, hours=0) == "withdrawn"
    diary.carry(1)
    assert (diary.price, diary.told()) == (100_000, [("cancelled", "withdrawn")])


def test_cancelled_with_a_former_price_that_bounds_forbid_it_is_refused_and_runs_on(diary: Diary) -> None:
    diary.plan(90_000, 1, 5)
    diary.carry(1)
    diary.bound(ceiling=95_000)
    with pytest.raises(Refused, match="price_guard"):
        cancel(diary, give_back=True)
    assert (diary.price, diary.told()) == (90_000, [("running", "")])


def test_what_waits_of_a_batch_is_cancelled_at_once(diary: Diary) -> None:
    with diary.scope():
        other = Offer.objects.create(shop=diary.market.shop, sku="MIX-1", name="Миксер", price=9000)
    diary.plan(8000, 1, 5, offer=other)
    batch = diary.plan(90_000, 1, 5)
    with diary.scope():
        done = cancelling.cancel_waiting(batch, diary.market.shop, by=diary.market.by, now=diary.noon)
        states = dict(PlannedPrice.objects.values_list("offer__sku", "state"))
    assert (done, states) == (1, {"MIX-1": "planned", "NMD-R2": "cancelled"})


def test_an_offer_that_fails_does_not_stop_the_others(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    with diary.scope():
        other = Offer.objects.create(shop=diary.market.shop, sku="MIX-1", name="Миксер", price=9000)
    diary.plan(90_000, -2, 5)
    diary.plan(8000, -1, 5, offer=other)
    carry = carrying.carry

    def fails(offer_id: int, **named: object) -> int:
        if offer_id == diary.market.offer_id:
            raise RuntimeError("fallen")
        return carry(offer_id, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(carrying, "carry", fails)
    assert carrying.carry_due() == 2
    assert diary.told() == [("planned", ""), ("running", "")]
