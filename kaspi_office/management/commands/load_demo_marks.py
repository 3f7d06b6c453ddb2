"""`manage.py load_demo_marks`: marks for the demo shops as soon as they are imported; `up` starts it beside the product."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from kaspi_office import demo, demo_marks
from kaspi_office.local import places
from kaspi_office.local.places import Places

PATIENCE_SECONDS = 20 * 60.0


class Command(BaseCommand):
    help = "Bring the marks of the demo's buyers, which only the cabinet's order export tells."

    def handle(self, *args: Any, **options: Any) -> None:
        if demo.is_real_kaspi():
            self.stderr.write("No marks: KASPI_BASE_URL is the real Kaspi, and the demo lives in the simulator.")
        elif demo_marks.load(seconds=PATIENCE_SECONDS):
            file = Places(settings.DATA_DIR).demo
            # `up` asks for this key; without it the next start tries again.
            places.write_json(file, {**(places.read_json(file) or {}), "marks": True}, mode=0o600)
            self.stdout.write("The demo shops have their marks.")
        else:
            self.stderr.write("The first import of the demo shops is not over; the next start brings their marks.")
