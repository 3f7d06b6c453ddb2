"""`manage.py kaspi_simulator`: the simulated Kaspi as a server. Needs no database."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from integrations.kaspi.simulator import scenarios, server


class Command(BaseCommand):
    help = "Serves the Kaspi shop API as kaspi-api.md tells it, with a control door at /_control/"
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--port", type=int, required=True, help="0 picks a free one")
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--scenario", choices=sorted(scenarios.SCENARIOS), default="demo")
        strictness = parser.add_mutually_exclusive_group()
        strictness.add_argument("--strict", action="store_true", dest="strict", default=True)
        strictness.add_argument("--lenient", action="store_false", dest="strict")
        parser.add_argument("--state", metavar="DIR", help="keep the world, its log and its clock here over restarts")

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("host", "port", "scenario", "strict", "state")
        try:
            server.run(**{name: options[name] for name in names}, say=self._say)
        except OSError as error:
            raise CommandError(str(error)) from None

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
