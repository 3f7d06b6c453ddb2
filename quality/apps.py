from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "quality"

    def ready(self) -> None:
        from orders import stakes
        from quality import pricing
        from quality.history.export import DAYS, ORDERS
        from staff.exports import kinds

        stakes.provide(pricing.tell, pricing.tell_budget)
        kinds.register(DAYS)
        kinds.register(ORDERS)
