"""Fixtures for every folder: the cast, and passwords that cost nothing to check."""

from collections.abc import Generator

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from tests import cast as people

# Argon2 is slow by intention; what it protects is not here.
CHEAP = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def cheap_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = CHEAP


@pytest.fixture
def cast(db: None) -> people.Cast:
    """Айгерим, Болат, Данияр, Чингиз and their companies, in a database of this test's own."""
    cache.clear()
    return people.gather()


@pytest.fixture(scope="module")
def lasting(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Generator[people.Cast]:
    """A cast for a whole module: what its fixtures make of it is made once, and each test goes back to that.

    A test asks for `db` besides, which is a savepoint then. Not for modules whose tests commit.
    """
    here = [item for item in request.session.items if item.path == request.path]
    assert not any(commits(item) for item in here), "a test of this module commits"
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=CHEAP), transaction.atomic():
        cache.clear()
        yield people.gather()
        transaction.set_rollback(True)


def commits(item: pytest.Item) -> bool:
    """Whether a test writes for others to see."""
    marker = item.get_closest_marker("django_db")
    return "transactional_db" in getattr(item, "fixturenames", ()) or bool(marker and marker.kwargs.get("transaction"))
