"""Times of things that are done in turns, so that a busy moment of the machine meets all of them alike."""

import time
from collections.abc import Callable, Mapping
from statistics import median

WARM_UP = 2
MS = 1000.0


def interleaved(variants: Mapping[str, Callable[[], object]], *, rounds: int) -> dict[str, float]:
    """The median seconds of each variant over so many rounds; each round begins with another one."""
    names = list(variants)
    taken: dict[str, list[float]] = {name: [] for name in names}
    for number in range(WARM_UP + rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            seconds = clocked(variants[name])
            if number >= WARM_UP:
                taken[name].append(seconds)
    return {name: median(found) for name, found in taken.items()}


def clocked(work: Callable[[], object]) -> float:
    """Seconds that this takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
