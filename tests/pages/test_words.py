"""Words that the read-models make of facts, without a database."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from orders import clocks
from orders.card.history import history_of
from orders.deadlines import DeadlineKind, WorkingCalendar
from orders.lifecycle import Stage
from orders.models import EventKind, OrderEvent
from orders.shelves.lines import LastAction, Stock
from orders.shelves.rows import payment, pending_of, pieces_text, stock_note
from staff.formats import NBSP
from staff.point_cards import hours_of

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # Monday, 11:00 in Almaty
SHOP_HOURS = WorkingCalendar.from_json({day: ["09:00", "18:00"] for day in ("mon", "tue", "wed", "thu", "fri")})


@pytest.mark.parametrize(
    ("pieces", "on_hand", "reserved", "said", "level"),
    [
        ("1", 4, 1, "на точке 4", ""),
        ("2", 4, 3, "на точке 3", ""),
        ("1", 1, 1, "последний на точке", "warn"),
        ("2", 2, 2, "последние на точке", "warn"),
        ("1", 0, 1, "нет на точке", "danger"),
        ("1", 1, 3, "на точке 1, в заказах 3", "danger"),
    ],
)
def test_stock_is_told_with_what_this_order_may_still_take(
    pieces: str, on_hand: int, reserved: int, said: str, level: str
) -> None:
    assert stock_note(Decimal(pieces), Stock(on_hand, reserved)) == (said, level)


def test_a_good_that_nobody_counted_says_nothing() -> None:
    assert stock_note(Decimal(1), None) == ("", "")


@pytest.mark.parametrize(("pieces", "said"), [("2.000", "2"), ("1.500", "1,5"), ("1000", "1\u2009000")])
def test_pieces_are_whole_and_weights_keep_their_fraction(pieces: str, said: str) -> None:
    assert pieces_text(Decimal(pieces)) == said


@pytest.mark.parametrize(
    ("mode", "term", "said"),
    [("PAY_WITH_CREDIT", 12, "кредит 12 мес."), ("PAY_WITH_CREDIT", None, "в кредит"), ("PREPAID", None, "оплачен")],
)
def test_payment_is_told_in_words(mode: str, term: int | None, said: str) -> None:
    assert payment(mode, term) == said


@pytest.mark.parametrize(
    ("state", "busy"), [("queued", True), ("sending", True), ("unknown", True), ("refused", False)]
)
def test_only_an_open_action_is_pending(state: str, busy: bool) -> None:
    last = LastAction("accept", state, "", UUID(int=1), undo_until=NOW + timedelta(seconds=3) if busy else None)
    assert (pending_of(last, now=NOW) is not None) is busy


def chip(kind: DeadlineKind, left: timedelta, *, since: timedelta = timedelta(hours=3)) -> tuple[str, str, bool]:
    found = clocks.deadline(kind, NOW + left, since=NOW - since)
    assert found is not None
    told = clocks.chip(found, now=NOW, calendar=SHOP_HOURS)
    return told.level, told.until, told.counting


def test_a_deadline_of_today_is_told_by_its_hour_and_counted_down() -> None:
    assert chip(DeadlineKind.ACCEPT, timedelta(minutes=10)) == ("urgent", "до 11:10", True)


def test_a_passed_deadline_stands_still() -> None:
    assert chip(DeadlineKind.ACCEPT, -timedelta(minutes=10)) == ("over", "до 10:50", False)


def test_a_far_deadline_names_its_day_only() -> None:
    assert chip(DeadlineKind.PICKUP, timedelta(days=3))[1] == "до 26 ноября"


def test_while_the_point_is_closed_the_clock_of_acceptance_stands_still() -> None:
    night = NOW.replace(hour=15)
    found = clocks.deadline("accept", NOW + timedelta(days=1), since=NOW)
    assert found is not None
    assert clocks.chip(found, now=night, calendar=SHOP_HOURS).counting is False


def test_an_order_without_a_deadline_has_no_chip() -> None:
    assert clocks.deadline("", NOW, since=NOW) is None


def event(kind: EventKind, **values: object) -> OrderEvent:
    return OrderEvent(kind=kind, learned_at=NOW, actor_kind="kaspi", actor_label="Kaspi", **values)


def test_news_that_came_late_say_when_we_learned_them() -> None:
    (told,) = history_of([event(EventKind.SEEN, kaspi_at=NOW - timedelta(hours=1))], now=NOW)
    assert (told.time, told.learned) == ("сегодня, 10:00", "узнали сегодня, 11:00")


def test_a_change_is_told_with_before_and_after() -> None:
    details = {"assembled": ["False", "True"], "waybill_number": ["", "123"]}
    (told,) = history_of([event(EventKind.CHANGED, details=details)], now=NOW)
    assert told.text == "сборка: нет → да, номер накладной: 123"


def test_an_unexpected_move_says_that_it_is_one() -> None:
    (told,) = history_of([event(EventKind.MOVED, stage_after=Stage.NEW, expected=False)], now=NOW)
    assert told.level == "warn"
    assert "не ждали" in told.title


def test_a_cancel_on_its_way_names_its_reason_and_who_pressed() -> None:
    pressed = event(EventKind.REQUESTED, details={"action": "cancel", "reason": "out_of_stock"})
    pressed.actor_label = "Болат"
    (told,) = history_of([pressed], now=NOW)
    assert (told.title, told.text) == ("Отправляем в Kaspi: отменить", "Нет в наличии · Болат")


def test_places_are_counted_in_the_history() -> None:
    (told,) = history_of([event(EventKind.REQUESTED, details={"action": "assemble", "places": 2})], now=NOW)
    assert told.text == f"2{NBSP}места"


def test_days_with_the_same_hours_stand_together() -> None:
    schedule = {"mon": ["09:00", "18:00"], "tue": ["09:00", "18:00"], "wed": [["09:00", "13:00"], ["14:00", "18:00"]]}
    assert list(hours_of(schedule)) == [
        ("пн–вт", "09:00–18:00"),
        ("ср", "09:00–13:00, 14:00–18:00"),
        ("чт–вс", "выходной"),
    ]
