"""A pytest plugin: how tests are shared by the runners of `pytest -n`, and in which order they go.

A file at a time, the folders that take long first: the rest is small and evens the runners out at the end. A folder whose
tests share one running product stays whole, for a second product would cost half a minute of both cores.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, Final

import pytest
from xdist.scheduler import LoadScopeScheduling

LONG_FIRST: Final = ("product", "crash", "browser", "walls", "pages", "faults")
WHOLE: Final = frozenset({"product"})


class Spread(LoadScopeScheduling):  # type: ignore[misc]
    """Gives out files, in the order of collection."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        folder = folder_of(file)
        return folder if folder in WHOLE else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    # Else files of many tests would go first, and the long ones are those of few.
    config.option.loadscopereorder = False
    return Spread(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After the shuffle, and alike in every runner. A module that must wait for others of its folder says its `TURN`."""
    items.sort(key=lambda item: (_rank(item), getattr(getattr(item, "module", None), "TURN", 0)))


def _rank(item: pytest.Item) -> int:
    folder = folder_of(item.nodeid.partition("::")[0])
    return LONG_FIRST.index(folder) if folder in LONG_FIRST else len(LONG_FIRST)


def folder_of(file: str) -> str:
    """The folder under `tests/`, empty for a file that lies there itself."""
    parts = PurePath(file).parts
    return parts[1] if len(parts) > 2 else ""
