"""Memory while a hundred thousand rows pass through a process."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for cycles inside: rows are freed by their counts, and each search would walk all those that are held.

    It is the process that is told, so blocks of several threads may meet; whoever found it on puts it on again.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
