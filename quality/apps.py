from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "quality"

    def ready(self) -> None:
        from catalog.replenishment import budget
        from orders import stakes
        from quality import pricing
        from quality.history.export import DAYS, ORDERS
        from quality.terms.export import PROMISES
        from staff.exports import kinds

        stakes.provide(pricing.tell, pricing.tell_budget)
        budget.provide(pricing.cancels_left)
        kinds.register(DAYS)
        kinds.register(ORDERS)
        kinds.register(PROMISES)
