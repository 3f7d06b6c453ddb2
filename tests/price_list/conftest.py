from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from catalog.price_list import reading
from integrations.kaspi.price_apart import Opened
from integrations.kaspi.price_table import open_table
from tests.cast import Cast
from tests.price_list.desk import Desk


@contextmanager
def opened_here(data: bytes) -> Iterator[Callable[[], Opened]]:
    """The table read in this process: a child for every list of every test would take longer than the tests."""

    def table() -> Opened:
        found = open_table(data)
        return Opened(found.form, found.titles, found.rows, found.merchant, iter([list(found.lines)]))

    yield table


@pytest.fixture
def desk(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(reading, "opened", opened_here)
    with cast.alma.scope():
        yield Desk(cast, cast.alma.shop("alma-tech"))
