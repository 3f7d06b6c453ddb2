import pytest

from tests.cast import Cast
from tests.price_calendar.diary import Diary, open_diary


@pytest.fixture
def diary(cast: Cast) -> Diary:
    return open_diary(cast.alma.id, "alma-tech")
