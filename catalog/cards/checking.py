"""Which offers have a card on its way through Kaspi: the tab «На проверке» of the offers."""

from django.db.models import QuerySet

from catalog.cards.states import UNDER_WAY
from catalog.models import Card


def checking(shop_id: int) -> "QuerySet[Card, int]":
    """Ids of the shop's offers whose card is sent, being checked, or of an outcome that nobody knows."""
    return Card.objects.filter(shop_id=shop_id, offer__isnull=False, state__in=UNDER_WAY).values_list(
        "offer_id", flat=True
    )
