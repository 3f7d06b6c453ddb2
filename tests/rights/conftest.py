import pytest

from tests.cast import Cast
from tests.rights.crew import Crew, gather


@pytest.fixture
def crew(cast: Cast) -> Crew:
    """Somebody of every role, and an order in delivery at every kind of place."""
    return gather(cast)
