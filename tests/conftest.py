"""Fixtures for every folder: the cast, and passwords that cost nothing to check."""

import pytest
from django.core.cache import cache
from pytest_django import Settings

from tests import cast as people


@pytest.fixture(autouse=True)
def cheap_passwords(settings: Settings) -> None:
    """Argon2 is slow by intention; what it protects is not here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def cast(db: None) -> people.Cast:
    """Айгерим, Болат, Данияр, Чингиз and their companies, in a database of this test's own."""
    cache.clear()
    return people.gather()
