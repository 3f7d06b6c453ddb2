"""The changes of a question: their parts by hand, and the figures they rest on."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from quality.formulas import Metric
from quality.metrics import DayCounts, Window
from quality.outlook.asked import Asked
from quality.outlook.changes import LONGEST_NAME, changes_of, saved_by, short_name
from quality.outlook.reading import Made, Product
from quality.outlook.whatif import Exclude, Prevent, Stop
from staff.models import Shop

DAY = date(2026, 10, 15)
MADE = Made(
    window=Window(date(2026, 9, 14), date(2026, 10, 13)),
    counted=Window(date(2026, 10, 7), date(2026, 10, 13)),
    products=(Product("A", "Чайник", 12, 12, 30), Product("B", "Лампа", 8, 8, 10)),
    faults=40,
    above=40,
    below=400,
    lag=2,
    out_of_stock=24,
    late_by=((1, 10), (2, 8), (30, 22)),
)


def _asked(**said: Any) -> Asked:
    now = datetime(2026, 10, 14, 6, tzinfo=UTC)
    return Asked(shop=Shop(slug="alma"), now=now, begins=DAY, **({"metric": Metric.CANCELLED} | said))


def test_several_products_add_up_to_one_change() -> None:
    told = changes_of(_asked(skus=("A", "B")), MADE)
    assert told.changes == (Stop(orders=0.1, faults=0.5, from_day=DAY, lag=2),)
    assert told.labels == ("снять с продажи «Чайник» и «Лампа» с 15 октября",)
    assert "20 из 40 нарушений и 10,0\u00a0% заказов" in told.facts[0]


@pytest.mark.parametrize(("hours", "saved"), [(0, 0), (1, 10), (2, 18), (29, 18), (72, 40)])
def test_hours_earlier_save_what_was_late_by_no_more(hours: int, saved: int) -> None:
    assert saved_by(MADE, hours) == saved
    told = changes_of(_asked(metric=Metric.LATE_HANDOVER, hours=hours), MADE)
    assert told.changes == ((Prevent(part=saved / 40, from_day=DAY),) if hours else ())


def test_stock_held_back_prevents_its_part_of_the_cancels_for_want_of_it() -> None:
    assert changes_of(_asked(buffer=50), MADE).changes == (Prevent(part=0.3, from_day=DAY),)


def test_nothing_is_divided_by_nothing() -> None:
    bare = replace(MADE, faults=0, above=0, below=0, out_of_stock=0, late_by=())
    assert changes_of(_asked(skus=("A",), buffer=10), bare).changes == (
        Stop(orders=0, faults=0, from_day=DAY, lag=2),
        Prevent(part=0, from_day=DAY),
    )


def test_disputed_orders_are_left_out_and_their_absence_is_told() -> None:
    gone = (DayCounts(DAY, 1, 0),)
    assert changes_of(_asked(disputed=True), replace(MADE, disputed=gone, disputes=1)).changes == (Exclude(gone),)
    assert changes_of(_asked(disputed=True), MADE).problems == ("Открытых споров по этому показателю нет.",)


def test_a_long_name_is_cut_and_a_missing_one_is_the_sku() -> None:
    assert len(short_name(Product("A", "Ч" * 300, 1, 1, 1))) == LONGEST_NAME
    assert short_name(Product("A", "", 1, 1, 1)) == "A"
