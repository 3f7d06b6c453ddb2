from collections.abc import Iterator

import pytest

from staff.clock import database_now
from tests.cabinet.desk import Desk
from tests.cast import Cast


@pytest.fixture
def desk(cast: Cast) -> Iterator[Desk]:
    with cast.alma.scope():
        yield Desk(cast, cast.alma.shop("alma-tech"), database_now())
