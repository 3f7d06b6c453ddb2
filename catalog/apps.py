from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        from catalog.price_list.exporting import KASPI_PRICE_LIST, PRICE_LIST
        from staff.exports import kinds

        kinds.register(PRICE_LIST)
        kinds.register(KASPI_PRICE_LIST)
