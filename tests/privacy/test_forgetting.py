"""A buyer whose time is over, or who asked for it, is nobody from then on; the order and the numbers stay."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial
from threading import Thread
from time import time
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from integrations.kaspi.facts import Faulty
from integrations.kaspi.simulator import ids
from integrations.models import ParkedOrder
from kaspi_office.local.places import wait_for
from orders.buyers import forgetting
from orders.buyers.forgetting import Asked, ask_to_forget, count_of, due, forget_due
from orders.buyers.persons import NOBODY
from orders.expiry import expire_due
from orders.facts import sync
from orders.facts.storing import known_rows
from orders.lifecycle import Stage
from orders.merging import Row
from orders.models import Order, OrderEvent, ShelfCount, Waybill
from quality.buckets import recount_due
from quality.formulas import Metric
from quality.metrics import Reading
from quality.reading import numbers
from staff.clock import database_now
from staff.errors import Refused
from staff.models import AuditEntry
from staff.privacy.retention import keep_buyers, kept_days, read_days
from staff.scoping import company_scope
from tests.cast import Cast
from tests.orders.observed import ALWAYS_OPEN, START, fact
from tests.orders.working import at_once
from tests.shop import TestShop

DAY = 24 * 60
PHONE = "7015554021"
BUYER = {"firstName": "Динара", "lastName": "Ахметова", "cellPhone": PHONE}


def old_order(cast: Cast, *, days: int = 60, shop: str = "alma-tech", **spec: Any) -> Order:
    """An order that ended so long ago, found in Kaspi's archive."""
    uid = cast.alma.shop(shop).merchant_uid
    ended = {"completionDate": int((time() - days * 86_400) * 1000), "approved_minutes_ago": days * DAY}
    wanted = {"merchant": uid, "kind": "pickup", "state": "ARCHIVE", "point": "PP1", "customer": BUYER}
    code = cast.kaspi.control("POST", "orders", wanted | ended | spec)["codes"][0]
    return cast.observe(cast.alma, shop, code)


def keep(cast: Cast, days: int | None) -> None:
    with cast.alma.scope():
        keep_buyers(days, by=cast.aigerim.actor, now=database_now())


def again(cast: Cast, order: Order) -> Order:
    with cast.alma.scope():
        found: Order = Order.objects.get(pk=order.pk)
        return found


def persons(order: Order) -> dict[str, Any]:
    return {name: getattr(order, name) for name in NOBODY}


# --- by age -----------------------------------------------------------------------------------------------------------


def test_a_buyer_is_forgotten_when_his_days_are_over(cast: Cast) -> None:
    order = old_order(cast)
    assert (order.buyer_last_name, order.buyer_kaspi_id) == ("Ахметова", ids.encode(PHONE))
    keep(cast, 30)
    assert forget_due() == 1
    after = again(cast, order)
    assert (persons(after), bytes(after.digest)) == (dict(NOBODY), b"")
    assert (after.code, after.total_price, after.first_item) == (order.code, order.total_price, order.first_item)
    assert forget_due() == 0


def test_nobody_is_forgotten_before_his_time_or_where_buyers_are_kept(cast: Cast) -> None:
    order = old_order(cast, days=31)
    assert forget_due() == 0
    keep(cast, 90)
    assert forget_due() == 0
    assert again(cast, order).buyer_last_name == "Ахметова"


@pytest.mark.parametrize("stage", [Stage.NEW, Stage.PICKUP, Stage.KD_TRANSIT, Stage.RETURN_REQUESTED])
def test_an_open_order_keeps_its_buyer_however_old_it_is(cast: Cast, stage: Stage) -> None:
    order = cast.place(stage, customer=BUYER)
    with cast.alma.scope():
        assert not due(30, now=database_now() + timedelta(days=400)).filter(pk=order.pk).exists()


def test_what_would_be_forgotten_can_be_counted_without_doing_it(cast: Cast) -> None:
    for days in (40, 100, 200):
        old_order(cast, days=days)
    with cast.alma.scope():
        counted = [due(days, now=database_now()).count() for days in (30, 90, 180, 365, None)]
    assert counted == [3, 2, 1, 0, 0]
    with cast.alma.scope():
        assert not Order.objects.filter(forgotten_at__isnull=False).exists()


def test_many_are_forgotten_in_batches(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for days in (40, 41, 42):
        old_order(cast, days=days)
    monkeypatch.setattr(forgetting, "BATCH", 2)
    keep(cast, 30)
    assert [forget_due(), forget_due(), forget_due()] == [2, 1, 0]


def test_one_shop_that_breaks_does_not_keep_the_others_buyers(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    order = old_order(cast)
    broken_order = old_order(cast, shop="alma-dom")
    keep(cast, 30)
    real = forgetting._forget

    def broken(shop_id: int, *args: Any, **options: Any) -> int:
        if shop_id == broken_order.shop_id:
            raise RuntimeError("broken")
        return real(shop_id, *args, **options)

    monkeypatch.setattr(forgetting, "_forget", broken)
    assert forget_due() == 1
    assert [again(cast, one).forgotten_at is None for one in (order, broken_order)] == [False, True]


def test_the_numbers_of_quality_and_the_shelves_are_the_same_before_and_after(cast: Cast) -> None:
    for spec in ({}, {"status": "CANCELLED", "cancellationReason": "MERCHANT_OUT_OF_STOCK"}, {"status": "RETURNED"}):
        old_order(cast, days=5, **spec)
    before = figures(cast)
    official = before[0][Metric.CANCELLED].official
    assert (official.numerator, official.denominator) == (1, 3)
    with cast.alma.scope():
        assert ask_to_forget(PHONE, by=cast.aigerim.actor, now=database_now()) == Asked(closed=3, open=0)
    assert figures(cast) == before


def figures(cast: Cast) -> tuple[dict[Metric, Reading], list[tuple[str, int]]]:
    recount_due()
    with cast.alma.scope():
        at = database_now().replace(minute=0, second=0, microsecond=0)
        shops = [cast.alma.shop("alma-tech").pk]
        return numbers(shops, now=at), sorted(ShelfCount.objects.values_list("stage", "orders"))


# --- what else knows of him -------------------------------------------------------------------------------------------


def test_his_papers_and_what_nobody_could_read_go_with_him(cast: Cast) -> None:
    order = old_order(cast)
    with cast.alma.scope():
        Waybill.objects.create(order_id=order.pk, url="https://kaspi.kz/1", pdf=b"%PDF-", try_at=database_now())
        bad = [Faulty(order.kaspi_id, order.code, "Не читается", PHONE), Faulty("strange", "", "Не читается", PHONE)]
        sync.park(order.shop_id, bad, now=database_now() - timedelta(days=40))
    keep(cast, 30)
    forget_due()
    with cast.alma.scope():
        assert (Waybill.objects.count(), set(ParkedOrder.objects.values_list("raw_text", flat=True))) == (0, {""})


def test_words_in_the_history_go_and_what_happened_stays(cast: Cast) -> None:
    order = old_order(cast)
    with cast.alma.scope():
        event = OrderEvent.objects.filter(order_id=order.pk).values("kind", "learned_at", "details").get()
        OrderEvent.objects.create(
            shop_id=order.shop_id,
            order_id=order.pk,
            kind="note",
            learned_at=START,
            actor_kind="member",
            details={"text": "звонила Динара", "action": "accept"},
        )
    keep(cast, 30)
    forget_due()
    with cast.alma.scope():
        first, note = (
            OrderEvent.objects.filter(order_id=order.pk).order_by("id").values("kind", "learned_at", "details")
        )
    assert (first, note["details"]) == (event, {"action": "accept"})


def test_the_history_of_an_order_that_is_not_forgotten_is_not_touched_by_the_narrow_door(cast: Cast) -> None:
    order = old_order(cast)
    with cast.alma.scope():
        about = {"shop_id": order.shop_id, "order_id": order.pk, "learned_at": START, "actor_kind": "member"}
        note = OrderEvent.objects.create(kind="note", details={"text": "звонила"}, **about)
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT office_forget_words(%s)", [[order.pk]])
        assert OrderEvent.objects.get(pk=note.pk).details == {"text": "звонила"}


def test_a_row_that_is_forgotten_takes_no_person_from_anybody(cast: Cast) -> None:
    order = old_order(cast)
    keep(cast, 30)
    forget_due()
    with cast.alma.scope(), pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(phone=f"+7{PHONE}")


# --- it stays so ------------------------------------------------------------------------------------------------------


def test_a_later_read_of_the_same_order_brings_nobody_back(cast: Cast) -> None:
    order = old_order(cast)
    keep(cast, 30)
    forget_due()
    first = cast.observe(cast.alma, "alma-tech", order.code)
    second = cast.observe(cast.alma, "alma-tech", order.code)
    assert persons(second) == dict(NOBODY)
    assert (first.version, second.observed_at) == (second.version, first.observed_at), "the same words write nothing"
    with cast.alma.scope():
        sync.park(order.shop_id, [Faulty(order.kaspi_id, order.code, "Не читается", PHONE)], now=database_now())
        assert ParkedOrder.objects.get(code=order.code).raw_text == ""


def test_what_is_new_about_a_forgotten_order_is_stored_without_him(cast: Cast) -> None:
    order = old_order(cast)
    keep(cast, 30)
    forget_due()
    cast.kaspi.control("POST", f"orders/{order.code}", {"do": "returned_to_shop"})
    after = cast.observe(cast.alma, "alma-tech", order.code)
    assert (after.stage, persons(after)) == (Stage.RETURNED, dict(NOBODY))


@pytest.fixture
def old(shop: TestShop) -> TestShop:
    """A connected shop that keeps buyers for 30 days, with one order that ended long ago."""
    with company_scope(shop.company_id):
        keep_buyers(30, by=shop.owner, now=database_now())
    read(shop, minute=0)
    return shop


def read(shop: TestShop, *, minute: int, **changes: Any) -> None:
    """The order as Kaspi's archive tells it."""
    place = sync.ShopPlace(shop.shop_id, {"PP1": (shop.point_id, ALWAYS_OPEN)}, ALWAYS_OPEN)
    told = fact("ARCHIVE", "COMPLETED", completed_at=START - timedelta(days=60), **changes)
    with company_scope(shop.company_id):
        sync.store(place, [told], observed_at=START + timedelta(minutes=minute), by_id=True)


def between_look_and_write(monkeypatch: pytest.MonkeyPatch, rival: Callable[[], object]) -> None:
    def look_and_be_late(shop_id: int, kaspi_ids: Iterable[str]) -> Mapping[str, Row]:
        monkeypatch.setattr(sync, "known_rows", known_rows)
        known = known_rows(shop_id, kaspi_ids)
        rival()
        return known

    monkeypatch.setattr(sync, "known_rows", look_and_be_late)


def test_a_store_that_races_with_forgetting_ends_without_him(old: TestShop, monkeypatch: pytest.MonkeyPatch) -> None:
    forgetter = Thread(target=at_once, args=[forget_due])

    def start_and_let_it_wait() -> None:
        forgetter.start()
        assert wait_for(somebody_waits, seconds=30)

    between_look_and_write(monkeypatch, start_and_let_it_wait)
    read(old, minute=5, payment_mode="PAY_WITH_CREDIT")
    forgetter.join()
    after = old.get("712")
    assert (after.payment_mode, persons(after)) == ("PAY_WITH_CREDIT", dict(NOBODY))


def test_without_turns_the_store_would_have_written_him_again(old: TestShop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the table's constraint is left then, and it puts the order aside."""
    monkeypatch.setattr(sync, "take_turn", lambda shop_id: None)
    between_look_and_write(monkeypatch, lambda: at_once(forget_due))
    read(old, minute=5, payment_mode="PAY_WITH_CREDIT")
    after = old.get("712")
    with company_scope(old.company_id):
        assert [parked.raw_text for parked in ParkedOrder.objects.all()] == [""]
    assert (after.payment_mode, persons(after)) == ("PREPAID", dict(NOBODY))


def somebody_waits() -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


# --- one buyer --------------------------------------------------------------------------------------------------------


def test_a_buyer_who_asks_is_forgotten_at_once_in_what_is_over(cast: Cast) -> None:
    orders = [old_order(cast, days=days) for days in (1, 40)]
    other = old_order(cast, customer=BUYER | {"cellPhone": "7019990000"})
    with cast.alma.scope():
        now = database_now()
        assert count_of("8 701 555 40 21", now=now) == Asked(closed=2, open=0)
        assert ask_to_forget("8 701 555 40 21", by=cast.aigerim.actor, now=now) == Asked(closed=2, open=0)
    assert [persons(again(cast, order)) for order in orders] == [dict(NOBODY)] * 2
    assert again(cast, other).buyer_last_name == "Ахметова"


def test_his_open_order_is_forgotten_when_it_ends(cast: Cast) -> None:
    order = cast.place(Stage.PICKUP, customer=BUYER)
    with cast.alma.scope():
        assert ask_to_forget(PHONE, by=cast.aigerim.actor, now=database_now()) == Asked(closed=0, open=1)
    assert forget_due() == 0
    assert again(cast, order).phone == f"+7{PHONE}"
    cast.kaspi.control("POST", f"orders/{order.code}", {"do": "buyer_collected"})
    cast.observe(cast.alma, "alma-tech", order.code)
    assert forget_due() == 1
    assert persons(again(cast, order)) == dict(NOBODY)


def test_who_receives_for_another_is_forgotten_too(cast: Cast) -> None:
    order = old_order(cast, customer=BUYER | {"cellPhone": "7019990000"})
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(recipient_phone=f"+7{PHONE}")
        assert count_of(PHONE, now=database_now()) == Asked(closed=1, open=0)


def test_an_order_that_we_only_suppose_to_be_over_waits_for_kaspis_word(cast: Cast) -> None:
    order = cast.place(Stage.NEW, customer=BUYER, approved_minutes_ago=5 * DAY)
    expire_due()
    assert again(cast, order).stage == Stage.EXPIRED
    with cast.alma.scope():
        assert ask_to_forget(PHONE, by=cast.aigerim.actor, now=database_now()) == Asked(closed=0, open=1)
        assert due(None, now=database_now() + timedelta(days=4)).count() == 1


def test_another_companys_buyer_of_the_same_phone_is_not_touched(cast: Cast) -> None:
    order = cast.place(Stage.COMPLETED, shop="bereke-tools", customer=BUYER)
    with cast.alma.scope():
        assert ask_to_forget(PHONE, by=cast.aigerim.actor, now=database_now()) == Asked(0, 0)
    with cast.bereke.scope():
        assert Order.objects.get(pk=order.pk).buyer_last_name == "Ахметова"


@pytest.mark.parametrize("phone", ["", "5554021", "+1 202 555 0101", "x" * 5000, "\x00"])
def test_what_is_no_phone_is_refused(cast: Cast, phone: str) -> None:
    with cast.alma.scope(), pytest.raises(Refused) as refused:
        ask_to_forget(phone, by=cast.aigerim.actor, now=database_now())
    assert (refused.value.status, refused.value.field) == (400, "phone")


def test_only_who_answers_for_the_company_forgets_or_sets_the_days(cast: Cast) -> None:
    for verb in (partial(ask_to_forget, PHONE), partial(keep_buyers, 30)):
        with cast.alma.scope(), pytest.raises(Refused) as refused:
            verb(by=cast.bolat.actor, now=database_now())
        assert refused.value.status == 403


# --- how long ---------------------------------------------------------------------------------------------------------


def test_the_days_are_kept_and_the_change_is_in_the_journal_without_the_phone(cast: Cast) -> None:
    old_order(cast)
    keep(cast, 365)
    keep(cast, 365)
    with cast.alma.scope():
        ask_to_forget(PHONE, by=cast.aigerim.actor, now=database_now())
        entries = list(AuditEntry.objects.order_by("id").values_list("action", "before", "after", "details"))[-2:]
        assert kept_days() == 365
    assert entries == [
        ("company.buyers_kept", {"buyers_kept_days": None}, {"buyers_kept_days": 365}, {}),
        ("buyer.forgotten", {}, {}, {"orders": 1, "later": 0}),
    ]


@pytest.mark.parametrize(("text", "days"), [("", None), (" ", None), ("30", 30), (" 1825 ", 1825)])
def test_days_are_read_from_a_form(text: str, days: int | None) -> None:
    assert read_days(text) == days


@pytest.mark.parametrize("text", ["29", "1826", "-1", "١٢٠", "90.5", "9" * 400, "\x00"])
def test_days_outside_of_the_bounds_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        read_days(text)
