"""Celery carries the work and wakes it early; what is due stands in PostgreSQL (reliability.md §5.4)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaspi_office.settings")

app = Celery("kaspi_office")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["kaspi_office"])
