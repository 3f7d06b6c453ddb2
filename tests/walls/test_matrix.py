"""The tenant matrix (architecture.md §4, wall 3)."""

from collections.abc import Callable, Iterator

import pytest

from kaspi_office import api_docs
from tests.cast import Cast
from tests.walls import matrix, routes
from tests.walls.house import House, build, seen_in
from tests.walls.routes import TABLE, Door


@pytest.fixture
def house(cast: Cast) -> House:
    built = build(cast)
    matrix.look_over(built)
    return built


def test_every_address_is_in_the_table() -> None:
    assert routes.unknown() == []


def test_every_view_declares_who_may_open_it() -> None:
    assert [route.pattern for route in routes.routes() if not route.declared] == []


def test_every_operation_of_the_api_s_description_is_in_the_table() -> None:
    described = {
        (path.removeprefix("/"), method.upper())
        for path, methods in api_docs.schema()["paths"].items()
        for method in methods
    }
    known = {
        (pattern.replace("<str:", "{").replace(">", "}"), method)
        for pattern, entry in TABLE.items()
        for method in entry.methods
        if entry.door is Door.PROGRAM
    }
    assert described == known


@pytest.mark.parametrize("judge", matrix.JUDGES, ids=lambda judge: str(judge.__name__))
def test_the_matrix_finds_nothing_wrong(house: House, judge: Callable[[House], Iterator[str]]) -> None:
    assert list(judge(house)) == []


def test_a_measured_time_tells_of_no_shop_and_a_number_does() -> None:
    assert seen_in("office_http_request_seconds_sum 0.030000001192", ["30000001"]) == []
    assert seen_in("shop 30 000 001 of +7 (701) 555-00-01", ["30000001", "7015550001"]) == ["30000001", "7015550001"]
