"""`manage.py bench`: measure against the goals of speed, on data and services of its own."""

import argparse
import importlib
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError

from kaspi_office.bench.databases import BIG, EMPTY
from kaspi_office.bench.figures import Figure, Scale, as_line, by_goal, table
from kaspi_office.bench.house import Failed, House, house


class Part(NamedTuple):
    """A measurement: its module in `kaspi_office.bench` and the database it works in."""

    module: str
    database: str = BIG


# In this order: those that change orders come last.
PARTS: Mapping[str, Part] = {
    "a": Part("shelves"),
    "b": Part("searching"),
    "f": Part("pulses"),
    "h": Part("lists"),
    "c": Part("polls", EMPTY),
    "e": Part("memory", EMPTY),
    "d": Part("writes"),
    "i": Part("metrics"),
    "k": Part("keys"),
    "g": Part("expiries"),
    "r": Part("radar"),
    "q": Part("profit"),
    "j": Part("waybills", EMPTY),
    "p": Part("price_lists", EMPTY),
    # Fills the empty database, so nothing that wants it empty may come after.
    "m": Part("numbers", EMPTY),
    "o": Part("feeds", EMPTY),
}
QUICK_ORDERS = 100_000


class Command(BaseCommand):
    help = "Measures the speed as ratios within one run, on a temporary database of its own"
    requires_system_checks: list[str] = []  # noqa: RUF012  Django declares it so
    requires_migrations_checks = False

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--orders", type=int, help="orders in the database (1 000 000; with --quick 100 000)")
        parser.add_argument("--quick", action="store_true", help="fewer orders and repetitions")
        parser.add_argument("--only", default="", metavar="LETTERS", help=f"some of {','.join(sorted(PARTS))}")
        parser.add_argument("--part", help=argparse.SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        quick = options["quick"]
        scale = Scale(options["orders"] or (QUICK_ORDERS if quick else 1_000_000), quick)
        if options["part"]:
            for figure in importlib.import_module(f"kaspi_office.bench.{options['part']}").measure(scale):
                self.stdout.write(as_line(figure))
            return
        try:
            self._run(scale, _letters(options["only"]))
        except Failed as problem:
            raise CommandError(f"not measured: {problem}") from None

    def _run(self, scale: Scale, letters: list[str]) -> None:
        started = time.monotonic()
        # Gigabytes of a temporary folder go away also when somebody ends the run.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        with house() as ready:
            found = list(self._figures(ready, scale, letters))
        self.stdout.write("")
        self.stdout.write(table(found))
        missed = [f"({letter}) {figure.metric}" for letter, figure in found if figure.met is False]
        self.stdout.write("")
        self.stdout.write(f"Goals: {by_goal(figure for _, figure in found)}.")
        self.stdout.write(f"Missed: {'; '.join(missed)}." if missed else "Every goal that was measured is met.")
        self.stdout.write(f"{time.monotonic() - started:.0f} s in all.")

    def _figures(self, ready: House, scale: Scale, letters: list[str]) -> Iterator[tuple[str, Figure]]:
        wanted = {"": Part("world")} | {letter: part for letter, part in PARTS.items() if letter in letters}
        for letter, part in wanted.items():
            for figure in ready.measure(part.module, scale, database=part.database):
                self.stdout.write(f"{letter:1} {figure.metric}: {figure.shown} {_judged(figure)}   {_load()}")
                self.stdout.flush()
                yield letter, figure


def _judged(figure: Figure) -> str:
    return "" if figure.met is None else f"({figure.shown_goal}: {'met' if figure.met else 'MISSED'})"


def _load() -> str:
    return f"[load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores]"


def _letters(text: str) -> list[str]:
    chosen = [letter for letter in text.replace(" ", "").split(",") if letter] or list(PARTS)
    unknown = [letter for letter in chosen if letter not in PARTS]
    if unknown:
        raise CommandError(f"--only knows {', '.join(sorted(PARTS))}, not {', '.join(unknown)}")
    return chosen
