"""`manage.py provision --json FILE`: companies, shops, people and keys from a document (contract §2)."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kaspi_office.blueprint import WrongDocument
from kaspi_office.provisioning import provision


class Command(BaseCommand):
    help = "Create or update companies from a JSON document; prints what it made as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", required=True, metavar="FILE", help="the document; - reads standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = provision(_read(options["json"]))
        except WrongDocument as trouble:
            raise CommandError(str(trouble)) from None
        self.stdout.write(json.dumps(made, ensure_ascii=False, indent=1))


def _read(name: str) -> object:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
        return json.loads(text)
    except OSError as trouble:
        raise CommandError(f"{name} cannot be read: {trouble.strerror}.") from None
    except (ValueError, RecursionError) as trouble:
        raise CommandError(f"{name} is not JSON: {trouble}.") from None
