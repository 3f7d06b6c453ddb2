"""A dry run changes no order; written, it changes exactly what it showed, once, or nothing at all."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from integrations.kaspi.order_export import RowProblem
from orders.lifecycle import Stage
from orders.models import CabinetFacts, ChangedDay, LineKind, Order, OrderEvent
from staff.errors import Refused
from staff.formats import ALMATY
from staff.models import AuditEntry
from tests.cabinet.desk import FOR_QUALITY, MARKED_ON, Desk, row


def test_a_dry_run_tells_what_would_change_and_changes_nothing(desk: Desk) -> None:
    (code,) = desk.stock(1)
    batch = desk.compare(row(code, mark=4, review="Хорошо", review_on=MARKED_ON, accepted_by="Болат", number=2))
    (line,) = desk.lines(batch)
    assert (line.kind, line.row, line.code, line.before["mark"], line.told["mark"]) == ("change", 2, code, None, 4)
    assert (line.told["review"], line.told["accepted_by"]) == ("Хорошо", "Болат")
    assert (desk.order(code).mark, desk.order(code).version, CabinetFacts.objects.count()) == (None, 1, 0)


def test_written_it_stands_on_the_order_and_beside_it(desk: Desk) -> None:
    (code,) = desk.stock(1)
    assert desk.bring(row(code, mark=4, review="Хорошо", review_on=MARKED_ON, issued_by="Болат")) == 1
    order, facts = desk.order(code), desk.facts(code)
    assert (order.mark, order.mark_on, order.version, order.changed_at) == (4, MARKED_ON, 2, desk.now)
    assert (facts.review, facts.review_on, facts.issued_by, facts.status) == ("Хорошо", MARKED_ON, "Болат", "Выдан")


def test_a_mark_without_a_day_has_that_of_the_status(desk: Desk) -> None:
    (code,) = desk.stock(1)
    desk.bring(row(code, mark=5, status_changed_on=date(2026, 11, 4)))
    assert desk.order(code).mark_on == date(2026, 11, 4)


def test_of_two_lines_of_an_order_the_later_mark_stays(desk: Desk) -> None:
    (code,) = desk.stock(1)
    desk.bring(row(code, mark=2, review_on=MARKED_ON), row(code, mark=5, review_on=MARKED_ON - timedelta(days=1)))
    assert desk.order(code).mark == 2


def test_the_same_file_again_changes_nothing_and_says_so(desk: Desk) -> None:
    (code,) = desk.stock(1)
    told = row(code, mark=4, review="Хорошо", review_on=MARKED_ON, accepted_by="Болат")
    desk.bring(told)
    again = desk.compare(told)
    assert (again.changed, again.same, again.against, desk.apply(again)) == (0, 1, 0, 0)
    assert (desk.order(code).version, OrderEvent.objects.count()) == (2, 1)


def test_a_dry_run_is_written_once(desk: Desk) -> None:
    (code,) = desk.stock(1)
    batch = desk.compare(row(code, mark=4, review_on=MARKED_ON))
    assert (desk.apply(batch), desk.apply(batch)) == (1, 0)
    assert OrderEvent.objects.count() == 1


def test_what_the_file_leaves_empty_stays(desk: Desk) -> None:
    (code,) = desk.stock(1)
    desk.bring(row(code, mark=4, review_on=MARKED_ON, review="Хорошо", accepted_by="Болат"))
    desk.bring(row(code, issued_by="Данияр"))
    facts = desk.facts(code)
    assert (desk.order(code).mark, facts.review, facts.accepted_by, facts.issued_by) == (4, "Хорошо", "Болат", "Данияр")


@pytest.mark.parametrize(
    ("stage", "status", "reason", "for_quality"),
    [
        (Stage.RETURNED, "Возврат", FOR_QUALITY, True),
        (Stage.RETURNED, "Возврат", "Отменен покупателем (Размер мне не подходит)", False),
        (Stage.CANCELLED, "Отменен", FOR_QUALITY, False),
    ],
)
def test_a_return_is_for_quality_when_its_reason_says_so(
    desk: Desk, stage: Stage, status: str, reason: str, for_quality: bool
) -> None:
    (code,) = desk.stock(1, stage=stage)
    desk.bring(row(code, status=status, cancel_reason=reason))
    assert (desk.order(code).return_for_quality, desk.facts(code).cancel_reason) == (for_quality, reason)


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ({"status": "Отменен"}, ["status", "Отменен", "completed"]),
        ({"received_on": date(2026, 10, 1)}, ["received", "2026-10-01", "2026-11-02"]),
        ({"amount": 777}, ["sum", "777", "1000"]),
    ],
)
def test_what_contradicts_kaspi_is_shown_and_not_written(desk: Desk, cells: dict[str, object], what: list[str]) -> None:
    (code,) = desk.stock(1)
    batch = desk.compare(row(code, mark=1, review_on=MARKED_ON, **cells))
    (line,) = desk.lines(batch)
    assert (line.kind, [text.removesuffix(".00") for text in line.conflicts[0]]) == (LineKind.AGAINST, what)
    assert (desk.apply(batch), desk.order(code).mark) == (0, None)


def test_what_contradicts_is_written_when_the_person_says_so(desk: Desk) -> None:
    (code,) = desk.stock(1)
    assert desk.bring(row(code, mark=1, review_on=MARKED_ON, amount=777), against=True) == 1
    assert desk.order(code).mark == 1


def test_an_older_file_does_not_overwrite_a_newer_one(desk: Desk) -> None:
    (code,) = desk.stock(1)
    desk.bring(row(code, cancelled_by="Kaspi", status_changed_on=date(2026, 11, 9)))
    older = desk.compare(row(code, cancelled_by="Покупатель", status_changed_on=date(2026, 11, 5)))
    assert [line.conflicts[0][0] for line in desk.lines(older)] == ["older"]
    assert (desk.apply(older), desk.facts(code).cancelled_by) == (0, "Kaspi")


def test_orders_that_changed_meanwhile_are_named_and_nothing_is_written(desk: Desk) -> None:
    code, other = desk.stock(2)
    batch = desk.compare(row(code, mark=4, review_on=MARKED_ON), row(other, mark=4, review_on=MARKED_ON))
    desk.bring(row(code, mark=5, review_on=MARKED_ON))
    with pytest.raises(Refused, match=code) as refused:
        desk.apply(batch)
    assert (refused.value.status, desk.order(other).mark) == (409, None)


def test_what_changed_elsewhere_in_the_order_hinders_nothing_and_stays(desk: Desk) -> None:
    (code,) = desk.stock(1)
    batch = desk.compare(row(code, mark=4, review_on=MARKED_ON))
    desk.bring(row(code, accepted_by="Болат", status="Выдан"))
    with pytest.raises(Refused):
        desk.apply(batch)
    again = desk.compare(row(code, mark=4, review_on=MARKED_ON))
    Order.objects.filter(code=code).update(version=F("version") + 1)
    assert (desk.apply(again), desk.facts(code).accepted_by) == (1, "Болат")


def test_an_order_that_kaspi_cancelled_meanwhile_is_not_marked(desk: Desk) -> None:
    (code,) = desk.stock(1)
    batch = desk.compare(row(code, mark=4, review_on=MARKED_ON))
    Order.objects.filter(code=code).update(stage=Stage.CANCELLED)
    with pytest.raises(Refused, match=code):
        desk.apply(batch)


def test_the_history_names_what_came_and_never_its_words(desk: Desk) -> None:
    (code,) = desk.stock(1)
    desk.bring(row(code, mark=4, review="Пишите на 87011234567", review_on=MARKED_ON))
    event = OrderEvent.objects.get(order_id=desk.order(code).pk)
    assert (event.kind, event.actor_label, event.details["mark"]) == ("imported", "Айгерим", 4)
    assert event.details["told"] == ["status", "review", "review_on", "mark", "mark_on"]
    assert "8701" not in str(event.details)


def test_numbers_we_do_not_know_and_cells_not_read_are_lines_of_the_report(desk: Desk) -> None:
    (code,) = desk.stock(1)
    problem = RowProblem(3, "Сумма", "не число")
    batch = desk.compare(row(code, mark=4, review_on=MARKED_ON), row("99999", number=7), problems=(problem,))
    told = [(line.kind, line.row, line.code, line.sentence) for line in desk.lines(batch)[1:]]
    assert told == [("unknown", 7, "99999", ""), ("unread", 3, "", "не число")]
    desk.apply(batch)
    entry = AuditEntry.objects.get(action="quality.export_imported")
    assert entry.details == {"orders": 1, "same": 0, "against": 0, "unknown": 1, "unread": 1}


def test_orders_of_another_shop_are_unknown(desk: Desk) -> None:
    (code,) = desk.stock(1)
    batch = desk.compare(row(code, mark=4, review_on=MARKED_ON), shop="alma-dom")
    assert (batch.unknown, desk.apply(batch), desk.order(code).mark) == (1, 0, None)


def test_only_days_of_changed_orders_are_counted_again(desk: Desk) -> None:
    code, other = desk.stock(2)
    desk.bring(row(other, mark=5, review_on=date(2026, 11, 8)))
    ChangedDay.objects.all().delete()
    desk.bring(row(code, mark=4, review_on=MARKED_ON), row(other, mark=5, review_on=date(2026, 11, 8)))
    order = desk.order(code)
    assert order.completed_at is not None
    lived = {moment.astimezone(ALMATY).date() for moment in (order.approved_at, order.completed_at)}
    assert set(ChangedDay.objects.values_list("day", flat=True)) == lived | {MARKED_ON}


def test_a_thousand_orders_cost_as_many_statements_as_one(desk: Desk) -> None:
    codes = desk.stock(1_000)
    with CaptureQueriesContext(connection) as one:
        desk.bring(row(codes[0], mark=5, review_on=MARKED_ON))
    with CaptureQueriesContext(connection) as all_of_them:
        done = desk.bring(*(row(code, mark=4, review_on=MARKED_ON) for code in codes))
    assert (done, len(all_of_them)) == (1_000, len(one))
