import pytest
from pytest_django import Settings

from tests.cards.desk import Desk, know
from tests.cast import Cast
from tests.kaspi_server import KaspiServer
from tests.shop import TestShop


@pytest.fixture(autouse=True)
def quick_kaspi(settings: Settings) -> None:
    """The simulator takes more than Kaspi would."""
    settings.KASPI_RATE = 500


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """«Алма Техника», which knows its category; no worker, so everything may be rolled back."""
    know()
    return Desk.of(cast)


@pytest.fixture
def connected(shop: TestShop, kaspi_server: KaspiServer) -> Desk:
    """A shop whose worker reaches the simulator."""
    know()
    return Desk.at(shop)
