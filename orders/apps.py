from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        from catalog.cards import returns
        from catalog.costs import full
        from orders.documents.files import PAPERS
        from orders.documents.word.as_file import PAPER
        from orders.exporting import ORDERS
        from orders.privacy.breach_page import BREACH
        from orders.profit.delivered import mean_delivery
        from orders.profit.export import PROFIT
        from orders.radar import steps
        from orders.returns import burning, by_good
        from staff.exports import kinds

        returns.provide(by_good.tell)
        kinds.register(ORDERS)
        kinds.register(BREACH)
        kinds.register(PAPER)
        kinds.register(PAPERS)
        kinds.register(PROFIT)
        full.provide(mean_delivery)
        for step in burning.STEPS:
            steps.provide(step)
