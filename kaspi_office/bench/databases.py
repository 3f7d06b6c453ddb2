"""The databases of a run: `office` holds all orders, the others are copies of it taken earlier."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections

BIG, SMALL, EMPTY = "office", "bench_small", "bench_empty"


@contextmanager
def inside(name: str) -> Iterator[None]:
    """Let everything in this thread speak to another database of the same server, as the same role.

    The connection stays open between uses, so that two databases can be asked in turns.
    """
    connections.settings.setdefault(name, {**connections.settings["default"], "NAME": name})
    usual = connections["default"]
    connections["default"] = connections[name]
    try:
        yield
    finally:
        connections["default"] = usual


def copy_as(name: str) -> None:
    """Copy the present database of the owner under a new name. Nobody else may be connected to it."""
    owner = connections["owner"]
    source = owner.settings_dict["NAME"]
    connection.close()
    owner.close()
    with owner._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
