from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        from orders.exporting import ORDERS
        from staff.exports import kinds

        kinds.register(ORDERS)
