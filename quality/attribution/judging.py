"""Judgements on orders that are read: facts of the order, our own cancel, and what a person ruled."""

from collections.abc import Mapping, Sequence

from orders.models import Order
from quality.attribution.fault import Judgement, judgement_of
from quality.attribution.reading import facts_of_orders
from quality.formulas import Metric
from quality.models import Ruling


def judgements(metric: Metric, orders: Sequence[Order]) -> dict[int, Judgement]:
    """By order; three questions for any number of them. Orders must have the event of the metric."""
    ruled = _ruled(metric, orders)
    facts = facts_of_orders(orders)
    return {pk: judgement_of(found, metric, ruled=ruled.get(pk)) for pk, found in facts.items()}


def _ruled(metric: Metric, orders: Sequence[Order]) -> Mapping[int, bool]:
    held = Ruling.objects.filter(metric=metric, withdrawn_at=None, order_id__in=[order.pk for order in orders])
    return dict(held.values_list("order_id", "counts"))
