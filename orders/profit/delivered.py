"""What delivery of a piece cost lately, by offer: told down to the full cost of an offer (`catalog.costs.full`)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.db import connection

from catalog.costs import known
from catalog.models import Offer
from orders.profit.lines import STATEMENT, Window, asked

DAYS: Final = 28
# Fewer pieces than that tell of a good too little.
FEW: Final = 5
_MEAN: Final = """
SELECT shop_id, sku, sum(delivery) / sum(quantity) FROM profit
WHERE sku = ANY(%(skus)s) AND NOT lost AND delivery_by <> 'unknown' GROUP BY shop_id, sku HAVING sum(quantity) >= %(few)s
"""


def mean_delivery(offer_ids: Sequence[int], on: date) -> Mapping[int, Decimal]:
    """₸ with VAT for one piece, over the four weeks before the day; offers that sold few pieces are left out."""
    offers = list(Offer.objects.filter(pk__in=offer_ids).values_list("pk", "shop_id", "sku"))
    if not offers:
        return {}
    window = Window(sorted({shop_id for _, shop_id, _ in offers}), on - timedelta(days=DAYS), on - timedelta(days=1))
    values = asked(window, known.tariffs()) | {"skus": [sku for _, _, sku in offers], "few": FEW}
    with connection.cursor() as cursor:
        cursor.execute(f"{STATEMENT} {_MEAN}", values)
        found = {(shop_id, sku): mean for shop_id, sku, mean in cursor.fetchall()}
    return {pk: found[shop_id, sku] for pk, shop_id, sku in offers if (shop_id, sku) in found}
