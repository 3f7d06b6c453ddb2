"""The cabinet's order export through the control door, read back by the reader that knows nothing of the simulator."""

import re
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

import pytest

from integrations.kaspi.order_export import Export, ExportRow, read_order_export
from integrations.kaspi.simulator import opinions, scenarios
from integrations.kaspi.simulator.clock import DAY, Clock, local
from integrations.kaspi.simulator.world import World
from integrations.kaspi.workbook import read_lines

from .conftest import SHOP, WEDNESDAY_11, Simulator

GARDEN = "30000004"
DAY_OR_NOTHING = re.compile(r"([0-3][0-9]\.[01][0-9]\.20[0-9]{2})?")


@pytest.fixture(scope="module")
def demo() -> World:
    return scenarios.begin(World(clock=Clock(source=lambda: WEDNESDAY_11)), "demo")


@pytest.fixture(scope="module")
def garden(demo: World) -> Export:
    return exported(demo, GARDEN)


def file_of(world: World, merchant: str) -> bytes:
    answer = Simulator(world).send("GET", f"/_control/export?merchant={merchant}")
    assert answer.status_code == 200, answer.text
    return answer.content


def exported(world: World, merchant: str) -> Export:
    return read_order_export(file_of(world, merchant))


def marks(rows: Iterable[ExportRow]) -> dict[str, tuple[int | None, str, object]]:
    return {row.code: (row.mark, row.review, row.review_on) for row in rows if row.mark}


def rating(export: Export) -> Fraction:
    given = [row.mark for row in {row.code: row for row in export.rows}.values() if row.mark]
    return Fraction(sum(given), len(given))


def test_the_reader_has_nothing_to_complain_of(garden: Export) -> None:
    assert (garden.problems, garden.missing, garden.unknown) == ((), (), ())


def test_it_holds_every_line_of_the_archive_once(demo: World, garden: Export) -> None:
    since = demo.clock.now() - 95 * DAY
    lines = Counter(
        {
            order.code: len(order.entries)
            for order in demo.orders.values()
            if order.merchant == GARDEN and order.state == "ARCHIVE" and order.created >= since
        }
    )
    assert Counter(row.code for row in garden.rows) == lines


def test_every_cell_is_a_text_of_the_shape_of_the_reference(demo: World) -> None:
    lines = [cells for _, cells in read_lines(file_of(demo, GARDEN))]
    days = [place for place, title in enumerate(lines[0]) if title.startswith(("Дата ", "Плановая дата"))]
    assert (len(lines[0]), len(days)) == (28, 4)
    assert all(DAY_OR_NOTHING.fullmatch(cells[place]) for cells in lines[1:] for place in days)
    assert {cells[9] for cells in lines[1:]} == {"Выдан", "Отменен", "Возврат"}
    assert {cells[11] for cells in lines[1:]} == {"Оплата в кредит", "Безналичная оплата"}


def test_two_exports_tell_the_same_marks(demo: World, garden: Export) -> None:
    assert marks(exported(demo, GARDEN).rows) == marks(garden.rows)


def test_marks_of_one_export_stay_in_a_later_one() -> None:
    moment = [WEDNESDAY_11]
    world = scenarios.begin(World(clock=Clock(source=lambda: moment[0])), "demo")
    before = marks(exported(world, GARDEN).rows)
    moment[0] += 4 * DAY
    after = marks(exported(world, GARDEN).rows)
    aged = {code for code in before if world.orders[code].created < moment[0] - 95 * DAY}
    assert before.items() - after.items() == {(code, before[code]) for code in aged}
    assert len(after) > len(before) - len(aged)


def test_only_issued_orders_are_marked_and_some_days_after(garden: Export) -> None:
    marked = [row for row in garden.rows if row.mark]
    waits = {(row.review_on - row.status_changed_on).days for row in marked if row.review_on and row.status_changed_on}
    assert {row.status for row in marked} == {"Выдан"}
    assert (min(waits), max(waits)) == (0, 8)
    assert max(row.review_on for row in marked if row.review_on) <= local(WEDNESDAY_11).date()


def test_a_part_of_the_buyers_leaves_a_mark(garden: Export) -> None:
    issued = {row.code for row in garden.rows if row.status == "Выдан"}
    assert Fraction(15, 100) < Fraction(len(marks(garden.rows)), len(issued)) < Fraction(37, 100)


def test_one_demo_shop_misses_a_good_rating_and_the_others_have_it(demo: World) -> None:
    good = {uid: rating(exported(demo, uid)) > Fraction("4.6") for uid in demo.merchants}
    assert good == {uid: uid != GARDEN for uid in demo.merchants}
    assert rating(exported(demo, GARDEN)) > Fraction("4.3")


def test_most_returns_are_for_quality_and_no_other_order_says_so(garden: Export) -> None:
    returned = {row.code: row.cancel_reason for row in garden.rows if row.status == "Возврат"}
    assert all(reason.startswith("Отменен покупателем (") for reason in returned.values())
    assert sum(opinions.OF_QUALITY in reason for reason in returned.values()) * 2 > len(returned)
    assert [
        row.code for row in garden.rows if opinions.OF_QUALITY in row.cancel_reason and row.code not in returned
    ] == []


def test_a_cancel_tells_its_reason_and_whose_it_was(simulator: Simulator) -> None:
    code = simulator.make(kind="pickup")
    simulator.write(code, "CANCELLED", cancellationReason="MERCHANT_OUT_OF_STOCK")
    row = exported(simulator.world, SHOP).rows[0]
    assert (row.code, row.status, row.cancelled_by) == (code, "Отменен", "Алма Техника")
    assert row.cancel_reason == "Отменен продавцом (Нет в наличии)"


@pytest.mark.parametrize(("query", "status"), [("", 400), ("?merchant=99", 404)])
def test_an_export_of_nobody_is_refused(simulator: Simulator, query: str, status: int) -> None:
    assert "merchant" in simulator.control("GET", f"export{query}", expect=status)["error"]
