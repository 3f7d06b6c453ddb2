"""Writes docs/order-lifecycle.md from the table of transitions, or says that it is stale."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from orders.lifecycle import ALLOWED, SHELF_OF, Stage, diagram

HEAD = """# Life of an order

Made by `manage.py lifecycle_diagram` from `orders/lifecycle.py`; do not edit. Each edge names who moves the order along it.
Kaspi may report any other edge as well: it is stored and flagged, never refused.
"""


class Command(BaseCommand):
    help = "Write docs/order-lifecycle.md from the table of transitions; --check only compares."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "order-lifecycle.md"
        fresh = page()
        if not check:
            path.write_text(fresh, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != fresh:
            raise CommandError("docs/order-lifecycle.md is stale: run manage.py lifecycle_diagram")


def page() -> str:
    rows = [
        f"| `{stage.value}` | {stage.label} | {SHELF_OF[stage].label} | {', '.join(ALLOWED[stage]) or '–'} |"
        for stage in Stage
    ]
    table = "\n".join(["| stage | on the page | shelf | what the seller may do |", "|---|---|---|---|", *rows])
    return f"{HEAD}\n```mermaid\n{diagram()}\n```\n\n{table}\n"
