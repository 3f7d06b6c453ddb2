"""Fixtures for every folder: the cast, and passwords that cost nothing to check."""

import pytest
from django.core.cache import cache
from pytest_django import Settings

from tests import cast as people


@pytest.fixture
def cast(db: None, settings: Settings) -> people.Cast:
    """Айгерим, Болат, Данияр, Чингиз and their companies, in a database of this test's own."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    return people.gather()
