from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        from catalog.replenishment.export import ORDER_LIST
        from staff.exports import kinds

        kinds.register(ORDER_LIST)
