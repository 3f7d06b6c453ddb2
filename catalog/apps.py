from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        from catalog.price_list.exporting import KASPI_PRICE_LIST, PRICE_LIST
        from catalog.replenishment.export import ORDER_LIST
        from staff.exports import kinds

        for kind in (PRICE_LIST, KASPI_PRICE_LIST, ORDER_LIST):
            kinds.register(kind)
