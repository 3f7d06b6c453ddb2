"""Marks and returns for quality, from the cabinet's order export into orders."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integrations.kaspi.order_export import Export, ExportRow, RowProblem
from orders.facts.storing import Write, write
from orders.lifecycle import Stage
from orders.models import ChangedDay, Order, OrderEvent
from quality.importing import Imported, apply
from staff.clock import database_now
from staff.errors import Refused
from staff.formats import ALMATY
from staff.models import AuditEntry, Shop
from tests.cast import Cast
from tests.orders.observed import START, fact, see

MARKED_ON = date(2026, 11, 10)
FOR_QUALITY = "Отменен покупателем (Товар не соответствует описанию/фото)"


@dataclass(frozen=True)
class Desk:
    """«Алма Техника» in its company's scope, where Айгерим brings her exports."""

    cast: Cast
    shop: Shop
    now: datetime

    def stock(self, count: int, **spec: Any) -> list[str]:
        """So many issued orders of a past that is long over; their numbers."""
        codes = [str(700_000_000 + number) for number in range(count)]
        writes = []
        for code in codes:
            told = fact("ARCHIVE", "COMPLETED", code=code, kaspi_id=code, completed_at=START + timedelta(days=2))
            merged = see(None, told, minute=5, point_id=self.cast.alma.point("alma-tech", "PP1").pk)
            assert merged.row is not None
            writes.append(Write(merged.row | spec, (), None, False))
        write(self.shop.pk, writes, now=self.now)
        return codes

    def bring(self, *rows: ExportRow, problems: tuple[RowProblem, ...] = ()) -> Imported:
        return apply(Export(rows, problems, (), ()), self.shop, by=self.cast.aigerim.actor, now=self.now)

    def order(self, code: str) -> Order:
        found: Order = Order.objects.get(code=code)
        return found


@pytest.fixture
def desk(cast: Cast) -> Iterator[Desk]:
    with cast.alma.scope():
        yield Desk(cast, cast.alma.shop("alma-tech"), database_now())


def row(code: str, **cells: Any) -> ExportRow:
    return ExportRow(**{"code": code, "received_on": START.date(), "status": "Выдан", **cells})


def test_a_mark_comes_with_the_day_of_its_review(desk: Desk) -> None:
    (code,) = desk.stock(1)
    done = desk.bring(row(code, mark=4, review_on=MARKED_ON))
    order = desk.order(code)
    assert (order.mark, order.mark_on, order.version, order.changed_at) == (4, MARKED_ON, 2, desk.now)
    assert (done.applied, done.unchanged) == (1, 0)


def test_a_mark_without_a_day_has_that_of_the_status(desk: Desk) -> None:
    (code,) = desk.stock(1)
    desk.bring(row(code, mark=5, status_changed_on=date(2026, 11, 4)))
    assert desk.order(code).mark_on == date(2026, 11, 4)


def test_of_two_lines_of_an_order_the_later_mark_stays(desk: Desk) -> None:
    (code,) = desk.stock(1)
    desk.bring(row(code, mark=2, review_on=MARKED_ON), row(code, mark=5, review_on=MARKED_ON - timedelta(days=1)))
    assert desk.order(code).mark == 2


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    (code,) = desk.stock(1)
    desk.bring(row(code, mark=4, review_on=MARKED_ON))
    again = desk.bring(row(code, mark=4, review_on=MARKED_ON))
    assert (again.applied, again.unchanged, desk.order(code).version) == (0, 1, 2)
    assert OrderEvent.objects.count() == 1


def test_a_mark_that_the_file_does_not_tell_stays(desk: Desk) -> None:
    (code,) = desk.stock(1)
    desk.bring(row(code, mark=4, review_on=MARKED_ON))
    desk.bring(row(code))
    assert desk.order(code).mark == 4


@pytest.mark.parametrize(
    ("status", "reason", "for_quality"),
    [
        ("Возврат", FOR_QUALITY, True),
        ("Возврат", "Отменен покупателем (Размер мне не подходит)", False),
        ("Отменен", FOR_QUALITY, False),
    ],
)
def test_a_return_is_for_quality_when_its_reason_says_so(
    desk: Desk, status: str, reason: str, for_quality: bool
) -> None:
    (code,) = desk.stock(1, stage=Stage.RETURNED)
    desk.bring(row(code, status=status, cancel_reason=reason))
    assert desk.order(code).return_for_quality == for_quality


def test_the_history_of_an_order_tells_what_came_and_who_brought_it(desk: Desk) -> None:
    (code,) = desk.stock(1)
    desk.bring(row(code, mark=4, review_on=MARKED_ON))
    event = OrderEvent.objects.get(order_id=desk.order(code).pk)
    assert (event.details, event.actor_label) == ({"text": "Из выгрузки кабинета: оценка 4"}, "Айгерим")
    assert (event.kind, event.stage_before, event.stage_after) == ("note", "completed", "completed")


def test_numbers_we_do_not_know_are_named_and_counted_in_the_audit(desk: Desk) -> None:
    (code,) = desk.stock(1)
    problem = RowProblem(3, "Сумма", "не число")
    done = desk.bring(row(code, mark=4, review_on=MARKED_ON), row("999"), row("998"), problems=(problem,))
    assert (done.unknown, done.problems) == (("998", "999"), (problem,))
    entry = AuditEntry.objects.get(action="quality.export_imported")
    assert entry.details == {"applied": 1, "unchanged": 0, "unknown": 2, "problems": 1}


def test_orders_of_another_shop_are_unknown(desk: Desk) -> None:
    (code,) = desk.stock(1)
    file = Export((row(code, mark=4, review_on=MARKED_ON),), (), (), ())
    done = apply(file, desk.cast.alma.shop("alma-dom"), by=desk.cast.aigerim.actor, now=desk.now)
    assert (done.unknown, desk.order(code).mark) == ((code,), None)


def test_a_manager_may_not_bring_marks(desk: Desk) -> None:
    (code,) = desk.stock(1)
    file = Export((row(code, mark=4, review_on=MARKED_ON),), (), (), ())
    with pytest.raises(Refused):
        apply(file, desk.shop, by=desk.cast.bolat.actor, now=desk.now)


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
    assert (done.applied, len(all_of_them)) == (1_000, len(one))
