"""Cases with Kaspi: opened with a day, closed with an outcome; what is won stops counting at once."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from orders.lifecycle import Stage
from orders.models import Order
from quality import reading
from quality.attribution import disputes, rulings
from quality.formulas import Metric
from quality.models import Dispute, DisputeState, Ruling
from staff.clock import database_now
from staff.errors import Refused
from staff.models import AuditEntry
from tests.cast import Cast, Person

CANCELLED = Metric.CANCELLED


@pytest.fixture
def alma(cast: Cast) -> Iterator[Cast]:
    with cast.alma.scope():
        yield cast


@pytest.fixture
def order(alma: Cast) -> Order:
    return alma.place(Stage.CANCELLED)


def begin(cast: Cast, order: Order, *, due_on: date | None = None, by: Person | None = None) -> Dispute:
    who = (by or cast.aigerim).actor
    return disputes.open_dispute(order, CANCELLED, "Отказался сам", due_on, by=who, now=database_now())


def close(cast: Cast, order: Order, state: DisputeState, outcome: str = "Ответ Kaspi") -> Dispute:
    return disputes.close_dispute(order, CANCELLED, state, outcome, by=cast.aigerim.actor, now=database_now())


def held(order: Order) -> list[tuple[bool, str]]:
    return list(Ruling.objects.filter(order_id=order.pk, withdrawn_at=None).values_list("counts", "note"))


def test_what_is_won_does_not_count_from_now_on(alma: Cast, order: Order) -> None:
    begin(alma, order)
    closed = close(alma, order, DisputeState.WON)
    assert (closed.state, closed.outcome, closed.closed_by) == ("won", "Ответ Kaspi", "Айгерим")
    assert held(order) == [(False, "Спор выигран: Ответ Kaspi")]
    deeds = AuditEntry.objects.filter(subject_id=order.code).order_by("id").values_list("action", flat=True)
    assert list(deeds) == ["dispute.opened", "dispute.won", "ruling.made"]


@pytest.mark.parametrize("state", [DisputeState.LOST, DisputeState.DROPPED])
def test_what_is_not_won_changes_no_number(alma: Cast, order: Order, state: DisputeState) -> None:
    begin(alma, order)
    assert close(alma, order, state).state == state
    assert held(order) == []


def test_a_word_that_says_otherwise_gives_way_to_a_win(alma: Cast, order: Order) -> None:
    rulings.rule(order, CANCELLED, True, "Пока считаем", by=alma.aigerim.actor, now=database_now())
    begin(alma, order)
    close(alma, order, DisputeState.WON)
    assert [counts for counts, _ in held(order)] == [False]
    assert Ruling.objects.count() == 2


def test_a_word_that_says_the_same_stays(alma: Cast, order: Order) -> None:
    rulings.rule(order, CANCELLED, False, "Ошибка Kaspi", by=alma.aigerim.actor, now=database_now())
    begin(alma, order)
    close(alma, order, DisputeState.WON)
    assert held(order) == [(False, "Ошибка Kaspi")]


def test_a_win_about_what_is_in_no_number_any_more_is_told_all_the_same(alma: Cast, order: Order) -> None:
    begin(alma, order)
    Order.objects.filter(pk=order.pk).update(cancelled_at=None)
    assert close(alma, order, DisputeState.WON).state == "won" and held(order) == []


def test_one_is_open_at_a_time_and_another_may_follow(alma: Cast, order: Order) -> None:
    first = begin(alma, order)
    with pytest.raises(Refused) as refusal:
        begin(alma, order)
    assert refusal.value.code == "already_disputed" and isinstance(refusal.value.__cause__, IntegrityError)
    close(alma, order, DisputeState.LOST)
    with pytest.raises(Refused) as refusal:
        close(alma, order, DisputeState.WON)
    assert refusal.value.code == "no_dispute"
    assert begin(alma, order).pk != first.pk


def test_a_case_is_closed_with_its_moment_or_not_at_all(alma: Cast, order: Order) -> None:
    begin(alma, order)
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispute.objects.update(state=DisputeState.LOST)
    with pytest.raises(Refused):
        close(alma, order, DisputeState.OPEN)
    with pytest.raises(Refused):
        close(alma, order, DisputeState.LOST, outcome=" ")


@pytest.mark.parametrize(("days", "allowed"), [(-1, False), (0, True), (90, True), (91, False)])
def test_the_day_to_act_lies_within_ninety_days(alma: Cast, order: Order, days: int, allowed: bool) -> None:
    due_on = reading.today_of(database_now()) + timedelta(days=days)
    if allowed:
        assert begin(alma, order, due_on=due_on).due_on == due_on
        return
    with pytest.raises(Refused) as refusal:
        begin(alma, order, due_on=due_on)
    assert refusal.value.field == "due_on"


def test_a_manager_reads_the_cases_of_his_point_and_opens_none(alma: Cast, order: Order) -> None:
    with pytest.raises(Refused) as refusal:
        begin(alma, order, by=alma.bolat)
    assert refusal.value.status == 403
    begin(alma, order)
    assert disputes.visible_disputes(alma.bolat.actor).count() == 1
    assert disputes.visible_disputes(alma.daniyar.actor).count() == 0


def test_what_is_overdue_comes_first(alma: Cast) -> None:
    today = reading.today_of(database_now())
    for due_on in (None, today + timedelta(days=9), today):
        begin(alma, alma.place(Stage.CANCELLED), due_on=due_on)
    Dispute.objects.filter(due_on=today).update(due_on=today - timedelta(days=2))
    days = [one.due_on for one in disputes.visible_disputes(alma.aigerim.actor)]
    assert days == [today - timedelta(days=2), today + timedelta(days=9), None]
