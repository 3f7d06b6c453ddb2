"""The application refuses a role that row security does not hold."""

from collections.abc import Iterator

import pytest
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from staff import startup


@pytest.fixture
def as_owner(transactional_db: None) -> Iterator[BaseDatabaseWrapper]:
    """A fresh connection of the application that signs in as the owner's role, which passes row security."""
    app, owner = connections["default"], connections["owner"]
    app.close()
    before = {name: app.settings_dict[name] for name in ("USER", "PASSWORD")}
    app.settings_dict.update({name: owner.settings_dict[name] for name in before})
    yield app
    app.close()
    app.settings_dict.update(before)


def test_the_role_of_the_tests_is_that_of_production(db: None) -> None:
    assert startup.problem_of(connections["default"]) is None


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_role_that_passes_row_security_gets_no_connection(as_owner: BaseDatabaseWrapper) -> None:
    for _ in range(2):
        with pytest.raises(ImproperlyConfigured, match="passes row security"), as_owner.cursor():
            pass
    assert as_owner.connection is None


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_system_check_says_the_same(as_owner: BaseDatabaseWrapper) -> None:
    told = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    assert [message.id for message in told] == ["staff.C001"]


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_owner_s_connection_is_none_of_its_business() -> None:
    owner = connections["owner"]
    owner.ensure_connection()
    assert "passes row security" in str(startup.problem_of(owner))
