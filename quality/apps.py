from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "quality"

    def ready(self) -> None:
        from orders import stakes
        from quality import pricing

        stakes.provide(pricing.tell)
