from django.apps import AppConfig


class KaspiOfficeConfig(AppConfig):
    name = "kaspi_office"

    def ready(self) -> None:
        # Every process that may wake a worker needs the configured Celery application.
        from kaspi_office import celery  # noqa: F401
        from kaspi_office.languages import catalogues

        if catalogues.compile_stale():
            catalogues.read_anew()
