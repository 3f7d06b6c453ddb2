"""Judgements on orders that are read, and who answers for them: for the rows of the orders behind a number."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext

from orders.models import Order
from quality.attribution import reading
from quality.attribution.fault import Judgement, judgement_of
from quality.attribution.rules import Parts, Why, answer
from quality.attribution.words import ANSWERERS
from quality.formulas import Metric
from quality.models import Ruling
from staff.models import Member
from staff.places import Places


def judgements(metric: Metric, orders: Sequence[Order]) -> dict[int, Judgement]:
    """By order; two questions for any number of them. Orders must have the event of the metric."""
    ruled = _ruled(metric, orders)
    facts = reading.facts_of_orders(orders)
    return {pk: judgement_of(found, metric, ruled=ruled.get(pk)) for pk, found in facts.items()}


def answerers(metric: Metric, orders: Sequence[Order], *, places: Places) -> dict[int, str]:
    """By order, who answers for it: «Мадина Оспанова», «Никого на смене», «Запас точки, отменил Болат»."""
    found = reading.units_of(metric, [reading.row_of(order) for order in orders]).found
    parts = {unit.order_id: answer(case) for unit, case in zip(found, reading.cases(found, places=places), strict=True)}
    people = {key.member_id for one in parts.values() for key in one if key.member_id is not None}
    names = dict(Member.objects.filter(pk__in=people).values_list("pk", "name"))
    facts = reading.facts_of_orders(orders) if metric is Metric.CANCELLED else {}
    return {pk: _told(one, names, facts[pk].sent_by if pk in facts else "") for pk, one in parts.items()}


def _told(parts: Parts, names: Mapping[int, str], sent_by: str) -> str:
    said = [str(ANSWERERS[key.why][0]) if key.member_id is None else names.get(key.member_id, "—") for key in parts]
    text = ", ".join(said)
    if sent_by and any(key.why is Why.STOCK for key in parts):
        text = gettext("%(who)s, отменил %(by)s") % {"who": text, "by": sent_by}
    return text


def _ruled(metric: Metric, orders: Sequence[Order]) -> Mapping[int, bool]:
    held = Ruling.objects.filter(metric=metric, withdrawn_at=None, order_id__in=[order.pk for order in orders])
    return dict(held.values_list("order_id", "counts"))
