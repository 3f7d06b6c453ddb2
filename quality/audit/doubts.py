"""Orders that Kaspi may see otherwise than we do, with what that would do to a number: candidates of a difference."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from django.db.models import F, QuerySet

from orders.lifecycle import Stage
from orders.models import Order
from quality.audit.corrections import corrections_of
from quality.audit.proof import Proof
from quality.audit.reading import Standing, formula_of, proof_over, standings
from quality.audit.reconcile import Candidate, Doubt, Step
from quality.buckets import COLUMN_OF
from quality.formulas import Anchor, Metric
from quality.metrics import Exclusion, Window
from quality.models import Ruling
from quality.thresholds import Profile
from staff.formats import ALMATY
from staff.models import Shop

# A courier's scan and a plan so near each other may stand the other way round with Kaspi.
MINUTES: Final = timedelta(minutes=15)
# Of one kind; more orders of one kind explain nothing that these do not.
MOST: Final = 500
_DAY: Final = timedelta(days=1)
_BY_EXCLUSION: Final[Mapping[Exclusion, Doubt]] = {
    Exclusion.MARK_OF_RETURNED_ORDER: Doubt.MARK_OF_RETURNED,
    Exclusion.NOT_THE_SELLERS_FAULT: Doubt.NOT_OURS,
    Exclusion.FAULT_UNKNOWN: Doubt.FAULT_UNKNOWN,
    Exclusion.RETURN_NOT_FOR_QUALITY: Doubt.RETURN_REASON_UNKNOWN,
    Exclusion.RETURN_REASON_UNKNOWN: Doubt.RETURN_REASON_UNKNOWN,
    Exclusion.RULED_OUT: Doubt.RULED,
}
_JUDGEMENTS: Final = frozenset({"cancellation_reason", "fault", "return_for_quality", "mark", "courier_planned_at"})


@dataclass(frozen=True, slots=True)
class _Asked:
    shop: Shop
    proof: Proof
    profile: Profile

    @property
    def metric(self) -> Metric:
        return self.proof.metric

    @property
    def begins(self) -> datetime:
        return self.proof.window.instants(ALMATY)[0]

    @property
    def after(self) -> datetime:
        return self.proof.window.instants(ALMATY)[1]

    def on(self, anchor: Anchor) -> "QuerySet[Order]":
        """Orders whose event lies in the window."""
        column, window = COLUMN_OF[anchor], self.proof.window
        if anchor is Anchor.MARKED:
            asked: dict[str, object] = {f"{column}__range": tuple(window)}
        else:
            asked = {f"{column}__gte": self.begins, f"{column}__lt": self.after}
        found: QuerySet[Order] = Order.objects.filter(shop_id=self.shop.pk, **asked).defer("raw").order_by("id")
        return found

    def weight(self, order: Order) -> int:
        if self.metric is Metric.RATING:
            return order.mark or 0
        return max(order.items_count, 1) if self.metric in formula_of(self.profile).items else 1


def candidates_of(shop: Shop, proof: Proof, *, profile: Profile) -> list[Candidate]:
    """All that may stand otherwise with Kaspi, by today's knowledge; an order may be there for more than one reason.

    Bounded: of a kind the first MOST. More of them explain nothing that these do not.
    """
    asked = _Asked(shop, proof, profile)
    return [*_judged(asked), *_on_time_by_minutes(asked), *_known_late(asked), *_at_edges(asked)]


def _judged(asked: _Asked) -> Iterator[Candidate]:
    """Orders in the numerator, and those left out of it: Kaspi may judge each the other way."""
    counted = [one.code for one in asked.proof.numerator[:MOST]]
    left_out = {one.code: one.why for one in asked.proof.excluded[:MOST]}
    known = Order.objects.filter(shop_id=asked.shop.pk, code__in=[*counted, *left_out])
    orders = list(known.defer("raw").order_by("id"))
    corrected, ruled = _corrected(orders, asked), _ruled(orders, asked)
    for order in orders:
        why = left_out.get(order.code)
        sign = -1 if why is None else 1
        doubt = Doubt.RELABELLED if order.pk in corrected else Doubt.RULED if order.pk in ruled else None
        doubt = doubt or (_of_counted(order, asked) if why is None else _BY_EXCLUSION[why])
        below = sign if asked.metric is Metric.RATING else 0
        yield Candidate(order.code, doubt, Step(sign * asked.weight(order), below))


def _of_counted(order: Order, asked: _Asked) -> Doubt:
    if order.stage == Stage.EXPIRED:
        return Doubt.PROVISIONAL
    if asked.metric is Metric.LATE_HANDOVER and order.handed_at and order.courier_planned_at:
        return Doubt.MINUTES if order.handed_at - order.courier_planned_at <= MINUTES else Doubt.COUNTED
    return Doubt.COUNTED


def _corrected(orders: Sequence[Order], asked: _Asked) -> frozenset[int]:
    """Those of which something else was said than before, once the window had begun."""
    found = corrections_of([order.pk for order in orders], after=asked.begins)
    return frozenset(
        order_id
        for order_id, told in found.items()
        if any(change.what in _JUDGEMENTS for one in told for change in one.told)
    )


def _ruled(orders: Sequence[Order], asked: _Asked) -> frozenset[int]:
    held = Ruling.objects.filter(withdrawn_at=None, metric=asked.metric.value, order__in=orders)
    return frozenset(held.values_list("order_id", flat=True))


def _on_time_by_minutes(asked: _Asked) -> Iterator[Candidate]:
    """Parcels that were handed over in time, and only just."""
    if asked.metric is not Metric.LATE_HANDOVER:
        return
    near = asked.on(formula_of(asked.profile).sides[asked.metric].numerator).filter(
        handed_at__lte=F("courier_planned_at"), handed_at__gte=F("courier_planned_at") - MINUTES
    )
    counted = {one.code for one in asked.proof.numerator}
    yield from (
        Candidate(order.code, Doubt.MINUTES, Step(asked.weight(order), 0))
        for order in near[:MOST]
        if order.code not in counted
    )


def _known_late(asked: _Asked) -> Iterator[Candidate]:
    """Orders that we came to know when the window was over."""
    sides = formula_of(asked.profile).sides[asked.metric]
    late = {
        order.code
        for anchor in {sides.numerator, sides.denominator}
        for order in asked.on(anchor).filter(first_seen_at__gte=asked.after)[:MOST]
    }
    yield from _moved(standings(asked.proof, late), -1, Doubt.KNOWN_LATE)


def _at_edges(asked: _Asked) -> Iterator[Candidate]:
    """Orders of the first and the last day of the window, and of the days beside it: it may begin or end otherwise."""
    first, last = asked.proof.window
    for day, sign in ((first - _DAY, 1), (first, -1), (last, -1), (last + _DAY, 1)):
        beside = proof_over(asked.shop, asked.metric, Window(day, day), profile=asked.profile)
        yield from _moved(standings(beside, _codes(beside)), sign, Doubt.EDGE)


def _codes(proof: Proof) -> set[str]:
    return {one.code for side in (proof.numerator, proof.denominator) for one in side}


def _moved(where: Mapping[str, Standing], sign: int, doubt: Doubt) -> Iterator[Candidate]:
    """As if these orders stood on the other side of the edge, those above the line first."""
    found = sorted(where.items(), key=lambda one: (not one[1].above, one[0]))
    counted = ((code, Step(sign * one.above, sign * one.below)) for code, one in found)
    yield from (Candidate(code, doubt, step) for code, step in islice((one for one in counted if any(one[1])), MOST))
