"""The numbers by day and the orders behind one, as files: what he sees, and nothing of a buyer."""

from typing import Any

import pytest

from orders.lifecycle import Stage
from orders.models import Order
from quality import buckets
from quality.history.snapshots import snap_due
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.exports import asking
from staff.exports.making import make_due
from staff.models import ExportFile
from tests.cast import Cast
from tests.exports.sheets import made, rows_of
from tests.quality.history_world import ago, cancelled_days_ago, today

pytestmark = pytest.mark.usefixtures("imported")


def column(rows: list[tuple[Any, ...]], name: str) -> list[Any]:
    place = rows[0].index(name)
    return [row[place] for row in rows[1:]]


def test_the_numbers_by_day_are_the_kept_ones_and_before_them_the_counted(cast: Cast) -> None:
    cancelled_days_ago(cast, 3)
    snap_due()
    rows = rows_of(made(cast.aigerim, "quality", shop="alma-tech", metric="cancelled"))
    days = column(rows, "День")
    assert days[:3] == [today().isoformat()] * 3 and days[3:] == [ago(n).isoformat() for n in range(1, 91)]
    assert column(rows, "Откуда") == ["сохранено"] * 3 + ["по нынешним данным"] * 90
    numerators = column(rows, "Числитель")
    assert numerators[:3] == [1, 1, 1] and numerators[3:7] == [1, 1, 0, 0]
    assert set(column(rows, "Магазин")) == {"Алма Техника"}


def test_a_file_of_some_days_holds_these(cast: Cast) -> None:
    snap_due()
    day = {"from": ago(4).isoformat(), "to": ago(2).isoformat()}
    rows = rows_of(made(cast.aigerim, "quality", shop="alma-tech", metric="rating", **day))
    assert column(rows, "День") == [ago(2).isoformat(), ago(3).isoformat(), ago(4).isoformat()]


def test_the_orders_behind_a_number_stand_with_what_counts_and_why_not(cast: Cast) -> None:
    counts, left_out = cancelled_days_ago(cast, 3), cancelled_days_ago(cast, 5, fault="buyer")
    rows = rows_of(made(cast.aigerim, "quality-orders", shop="alma-tech", metric="cancelled"))
    assert column(rows, "Номер") == [counts.code, left_out.code]
    assert column(rows, "Входит") == ["да", "нет"]
    assert column(rows, "Почему нет") == [None, "вина не магазина"]
    assert column(rows, "Вина") == ["магазин", "покупатель"]
    assert column(rows, "День") == [ago(3).isoformat(), ago(5).isoformat()]
    assert column(rows, "Выйдет из окна") == [ago(-28).isoformat(), ago(-26).isoformat()]


def test_nothing_of_a_buyer_stands_in_it(cast: Cast) -> None:
    order = cancelled_days_ago(cast, 3)
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(buyer_last_name="Секретова", phone="+77010009988", address="Тайная 1")
    file = made(cast.aigerim, "quality-orders", shop="alma-tech", metric="cancelled")
    text = str(rows_of(file))
    assert order.code in text and file.persons == 0
    assert not any(word in text for word in ("Секретова", "77010009988", "Тайная"))


def test_a_manager_of_a_point_gets_its_orders_and_no_numbers_of_the_whole_shop(cast: Cast) -> None:
    here, there = cancelled_days_ago(cast, 3), cast.place(Stage.CANCELLED, point="PP2")
    with cast.alma.scope():
        Order.objects.filter(pk=there.pk).update(fault="seller")
    buckets.recount_due()
    rows = rows_of(made(cast.bolat, "quality-orders", shop="alma-tech", metric="cancelled", on=ago(-1).isoformat()))
    assert column(rows, "Номер") == [here.code]
    with pytest.raises(NotVisible):
        made(cast.bolat, "quality", shop="alma-tech")


@pytest.mark.parametrize("kind", ["quality", "quality-orders"])
def test_another_company_and_a_bad_wish_are_refused(cast: Cast, kind: str) -> None:
    with pytest.raises(NotVisible):
        made(cast.chingiz, kind, shop="alma-tech")
    for bad in ({"metric": "turnover"}, {"from": "soon"}, {"on": "2026-13-01"}):
        with pytest.raises(Refused) as refused, cast.alma.scope():
            asking.ask(kind, bad, by=cast.aigerim.actor, now=database_now())
        assert refused.value.status == 400


def test_a_press_on_the_page_ends_in_a_file(cast: Cast) -> None:
    browser = cast.aigerim.browser()
    for path in ("/quality/history/export/", "/quality/history/orders/"):
        answer = browser.post(path, {"shop": "alma-tech", "metric": "cancelled"})
        assert answer.headers["Location"] == "/files/"
    make_due()
    with cast.alma.scope():
        assert {(file.kind, file.state) for file in ExportFile.objects.all()} == {
            ("quality", "done"),
            ("quality-orders", "done"),
        }


def test_days_to_come_are_not_in_the_file(cast: Cast) -> None:
    rows = rows_of(made(cast.aigerim, "quality", shop="alma-tech", metric="cancelled", to="2099-12-31"))
    assert column(rows, "День")[0] == today().isoformat()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_beyond_the_calendar_is_refused(cast: Cast, day: str) -> None:
    with pytest.raises(Refused, match="Нет такого дня"):
        made(cast.aigerim, "quality-orders", shop="alma-tech", metric="cancelled", on=day)
