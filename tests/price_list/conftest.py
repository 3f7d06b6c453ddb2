from collections.abc import Iterator

import pytest

from tests.cast import Cast
from tests.price_list.desk import Desk


@pytest.fixture
def desk(cast: Cast) -> Iterator[Desk]:
    with cast.alma.scope():
        yield Desk(cast, cast.alma.shop("alma-tech"))
