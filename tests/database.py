"""The test database as a pytest plugin; `tests.local_services` loads it."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate
from pytest_django.plugin import DjangoDbBlocker

from kaspi_office.local import roles
from tests import schema


@pytest.fixture(scope="session")
def django_db_setup(
    pytestconfig: pytest.Config, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Generator[None]:
    """The test database, migrated by the owner's role and used as the application's role, as in production."""
    with django_db_blocker.unblock():
        owner, app = connections["owner"], connections["default"]
        # Without a cache there is nothing to say again.
        cache = getattr(pytestconfig, "cache", None)
        _make(owner, cache.mkdir("office-schema") if cache else None)
        app.close()
        app.settings_dict["NAME"] = owner.settings_dict["NAME"]
        with owner.cursor() as cursor:
            # Transactional tests end with TRUNCATE, which the application's role may not do in production.
            cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {roles.APP}")
            # A test about plans lets the planner know what it has just written; in production autovacuum does.
            cursor.execute(f"GRANT MAINTAIN ON orders_order TO {roles.APP}")
            cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'no_truncate'")
            for (table,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER no_truncate")
    # TRUNCATE is followed by rights and content types of Django's own, made anew for each test: two thirds of the time,
    # and nothing here asks for them.
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)
    yield
    with django_db_blocker.unblock():
        connections.close_all()


def _make(owner: BaseDatabaseWrapper, folder: Path | None) -> None:
    """By the migrations, or by what they said the last time; with the roles that stand on the server given."""
    if folder is None:
        owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        return
    with schema.kept(folder, owner) as path:
        if path.exists():
            _make_again(owner, path)
            return
        recorder = schema.Recorder()
        with owner.execute_wrapper(recorder):
            owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        recorder.write(path, owner)


def _make_again(owner: BaseDatabaseWrapper, path: Path) -> None:
    creation: Any = owner.creation
    creation._create_test_db(verbosity=0, autoclobber=True, keepdb=False)
    owner.close()
    name = creation._get_test_db_name()
    settings.DATABASES[owner.alias]["NAME"] = owner.settings_dict["NAME"] = name
    schema.replay(path, owner)
