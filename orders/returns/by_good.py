"""How often each good came back for its quality: told to the cards of goods, which stand below orders."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from django.db.models import Count, Q

from catalog.cards.returns import Returned
from orders.models import OrderEntry
from staff.clock import database_now

# As long as the window that Kaspi judges a shop by.
WINDOW: Final = timedelta(days=90)


def tell(shop_id: int, skus: Sequence[str]) -> Mapping[str, Returned]:
    """Orders handed out within 90 days with each of these goods, and those of them that came back for quality."""
    issued = OrderEntry.objects.filter(
        order__shop_id=shop_id, order__completed_at__gte=database_now() - WINDOW, sku__in=list(skus)
    )
    came_back = Count("order", distinct=True, filter=Q(order__return_for_quality=True))
    told = issued.order_by().values_list("sku").annotate(issued=Count("order", distinct=True), returned=came_back)
    return {sku: Returned(issued, returned) for sku, issued, returned in told}
