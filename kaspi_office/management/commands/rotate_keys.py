"""`manage.py rotate_keys`: a new key for sealed secrets, without a stop (README, «Keys»)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kaspi_office import rotation
from kaspi_office.rotation import CannotRotate
from staff.sealing import ring


class Command(BaseCommand):
    help = "Seal all secrets with a new key while the product runs; --retire takes the old keys off the ring."

    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--retire", action="store_true", help="check everything, then take the old keys away")
        choice.add_argument("--check", action="store_true", help="only open everything and count it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with rotation.alone():
                if options["retire"]:
                    self._retire()
                elif not options["check"]:
                    self._rotate()
                self._report()
        except (CannotRotate, OSError) as problem:
            raise CommandError(str(problem)) from None

    def _rotate(self) -> None:
        name = rotation.add_key()
        self.stdout.write(f"Key {name} is the current one. Sealed anew: {rotation.seal_anew()} rows.")

    def _retire(self) -> None:
        gone = rotation.retire()
        self.stdout.write(f"Retired: {', '.join(gone)}." if gone else "There is no old key.")

    def _report(self) -> None:
        found = rotation.inspect()
        self.stdout.write(f"Current key: {ring().current}.")
        for (column, key), number in sorted(found.counts.items()):
            self.stdout.write(f"  {column:<40} {key:<6} {number}")
        if found.unreadable:
            raise CannotRotate(f"{len(found.unreadable)} secrets cannot be opened: {', '.join(found.unreadable[:5])}.")
