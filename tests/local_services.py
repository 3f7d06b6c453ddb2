"""A pytest plugin: real PostgreSQL and Redis for the tests, gone when they end.

It is loaded by `-p tests.local_services` (pyproject), so that the environment is complete before Django reads its
settings. `DATABASE_URL` with `DATABASE_OWNER_URL`, or `REDIS_URL`, when given, are used instead of an embedded server.
"""

import os
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kaspi_office.local import browser, embedded
from kaspi_office.local.places import Places

STARTED = pytest.StashKey[ExitStack]()
LEFT_OUT = pytest.StashKey[int]()
# Names the addresses that this plugin set, among those that were given.
OURS = "OFFICE_TEST_SERVERS"
# Playwright's synchronous interface keeps an event loop in the thread of the test, where Django would refuse queries.
ENVIRONMENT = {
    "ENV_FILE": "",
    "KASPI_BASE_URL": "http://127.0.0.1:9/shop/api",
    "DJANGO_SETTINGS_MODULE": "kaspi_office.settings",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    "DEBUG": "0",
    "HTTPS": "0",
}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """Wraps pytest-django's own hook of this name, which imports the settings.

    Every runner of `pytest -n` comes through here and has servers of its own, not those of the process that spreads
    the work and hands its environment down.
    """
    for name in os.environ.pop(OURS, "").split():
        os.environ.pop(name)
    stack = ExitStack()
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kaspi-office-tests-")))
    os.environ.update(ENVIRONMENT, DATA_DIR=str(folder))
    addresses = stack.enter_context(embedded.running(Places(folder), forgetful=True)).addresses()
    os.environ.update(addresses, **{OURS: " ".join(addresses.keys() - os.environ.keys())})
    early_config.stash[STARTED] = stack
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: walks the pages in a real Chromium; left out where there is none")
    # Late enough that its `django_db_setup` covers that of pytest-django.
    for plugin in ("tests.database", "tests.kaspi_server", "tests.runners", "tests.shop"):
        config.pluginmanager.import_plugin(plugin)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    stack = config.stash.get(STARTED, None)
    if stack is not None:
        stack.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the page tests out, aloud, on a machine without a browser."""
    if browser.find() is None:
        walks = [item for item in items if item.get_closest_marker("browser")]
        config.hook.pytest_deselected(items=walks)
        items[:] = [item for item in items if not item.get_closest_marker("browser")]
        config.stash[LEFT_OUT] = len(walks)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(f"Left out: {config.stash[LEFT_OUT]} browser tests. {browser.WHY_MISSING}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser, for `playwright.chromium.launch(executable_path=…)`."""
    found = browser.find()
    assert found is not None, browser.WHY_MISSING
    return str(found)
