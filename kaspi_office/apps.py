from django.apps import AppConfig


class KaspiOfficeConfig(AppConfig):
    name = "kaspi_office"

    def ready(self) -> None:
        # Every process that may wake a worker needs the configured Celery application.
        from catalog.naming import name_orders_by
        from kaspi_office import celery  # noqa: F401
        from kaspi_office.languages import catalogues
        from orders.naming import codes_of

        name_orders_by(codes_of)

        if catalogues.compile_stale():
            catalogues.read_anew()
