"""The settings for tools that read types and no data (mypy's Django plugin): no service, no secret."""

import os

from kaspi_office.local import attach

os.environ.update({**attach.nothing(), **os.environ})

from kaspi_office.settings import *  # noqa: F403
