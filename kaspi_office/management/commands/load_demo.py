"""`manage.py load_demo`: the demo companies, once or again; who can sign in is written to DATA_DIR/demo.json."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from kaspi_office import demo
from kaspi_office.local import places
from kaspi_office.local.places import Places


class Command(BaseCommand):
    help = "Make the demo companies whose orders the simulator plays."

    def handle(self, *args: Any, **options: Any) -> None:
        if demo.is_real_kaspi():
            self.stderr.write("No demo companies: KASPI_BASE_URL is the real Kaspi, and they live in the simulator.")
            return
        logins = demo.load(now=timezone.now())
        rows = [{"email": login.email, "password": demo.PASSWORD, "who": login.who} for login in logins]
        places.write_json(Places(settings.DATA_DIR).demo, {"logins": rows}, mode=0o600)
