import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaspi_office.settings")

application = get_wsgi_application()

# Pages are imported now, not by the first request: a server that forks its workers shares them.
from kaspi_office import urls  # noqa: E402, F401
