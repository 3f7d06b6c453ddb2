import pytest

from tests.cast import Cast
from tests.repricing.market import Market, open_market


@pytest.fixture
def market(cast: Cast) -> Market:
    return open_market(cast.alma.id, "alma-tech")
