"""Fixtures of the exchange with Kaspi."""

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def quick_kaspi(settings: Settings) -> None:
    """The simulator takes more than Kaspi would; tests of the pace say so themselves."""
    settings.KASPI_RATE = 500
