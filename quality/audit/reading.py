"""Proofs of numbers, by today's knowledge and by that of any moment, and why the two differ.

Asked inside a company's scope; who may ask is the caller's matter.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final, NamedTuple

from django.db.models import Q

from orders.models import Order
from quality.asof import Known, alike_as_of
from quality.audit.changes import OF_NUMBER
from quality.audit.corrections import Correction, corrections_of
from quality.audit.proof import Proof, prove
from quality.formulas import FORMULAS, Formula, Metric
from quality.metrics import Exclusion, Window, official_window
from quality.models import QualitySnapshot, Ruling
from quality.profiles.assigned import profile_of
from quality.thresholds import Profile
from staff.formats import ALMATY
from staff.models import Shop

# More orders in which two answers differ are counted, not explained one by one.
MOST_DIFFERENT: Final = 200


class Standing(NamedTuple):
    """Where an order stands in one answer: what it adds above and below the line, or why it is left out."""

    above: int = 0
    below: int = 0
    excluded: Exclusion | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """An order that stands otherwise in the two answers.

    Why: it became known later; what was corrected; what people said or took back since; what happened only later.
    """

    code: str
    then: Standing
    now: Standing
    arrived_late: datetime | None = None
    corrections: tuple[Correction, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    happened_later: bool = False


@dataclass(frozen=True, slots=True)
class Both:
    """One number by two knowledges. `shown`: the snapshot that was kept of it; `known_at`: the moment of `then`."""

    on: date
    then: Proof
    now: Proof
    known_at: datetime
    shown: QualitySnapshot | None = None
    different: int = 0
    differences: tuple[Difference, ...] = field(default=())


def formula_of(profile: Profile) -> Formula:
    """The reading of the formulas that the profile goes by."""
    return FORMULAS[profile.formula]


def profile_for(shop: Shop, on: date) -> Profile:
    """The profile that the shop's numbers of this day are judged by."""
    return profile_of(shop.pk, on)


def window_of(profile: Profile, metric: Metric, on: date) -> Window:
    """The window of the number that the cabinet shows on this day: whole days ending the day before."""
    return official_window(on, profile.rules[metric].window_days)


def proof_of(shop: Shop, metric: Metric, on: date, *, profile: Profile, known_at: datetime | None = None) -> Proof:
    """The proof of the number that is shown on `on`, by today's knowledge or as it was known at a moment."""
    return proof_over(shop, metric, window_of(profile, metric, on), profile=profile, known_at=known_at)


def proof_over(
    shop: Shop, metric: Metric, window: Window, *, profile: Profile, known_at: datetime | None = None
) -> Proof:
    """The same over any window."""
    formula = formula_of(profile)
    alike = alike_as_of(Known(shop.pk, known_at), metric, window, formula=formula)
    return prove(alike, metric, shop=shop.merchant_uid, profile=profile.code, formula=formula, window=window)


def proofs_of(
    shop: Shop, on: date, *, profiles: Sequence[Profile], known_at: datetime | None
) -> dict[tuple[str, Metric], Proof]:
    """All four numbers of a shop by each profile, by its code; profiles that count alike are counted once.

    A number that is to be found again has a `known_at` some minutes old (`quality.asof.SETTLED`).
    """
    counted: dict[tuple[Metric, str, Window], Proof] = {}
    found = {}
    for profile in profiles:
        for metric in Metric:
            key = metric, formula_of(profile).version, window_of(profile, metric, on)
            if key not in counted:
                counted[key] = proof_of(shop, metric, on, profile=profile, known_at=known_at)
            found[profile.code, metric] = replace(counted[key], profile=profile.code)
    return found


def digest_of(shop_id: int, metric: Metric, on: date, profile: Profile, known_at: datetime | None) -> str:
    """SHA-256 of one number; of all four, or by several profiles, ask `proofs_of` once."""
    shop: Shop = Shop.objects.get(pk=shop_id)
    return proof_of(shop, metric, on, profile=profile, known_at=known_at).digest


def both_of(shop: Shop, metric: Metric, on: date, *, profile: Profile, known_at: datetime | None = None) -> Both:
    """The number of a day as it was known then and as it is known now, with the orders in which they differ.

    `known_at` None: then is when the snapshot of the day was made, or the first instant of the day without one.
    """
    shown = _shown(shop, metric, on, profile)
    moment = known_at or (shown.known_at if shown else Window(on, on).instants(ALMATY)[0])
    then = proof_of(shop, metric, on, profile=profile, known_at=moment)
    now = proof_of(shop, metric, on, profile=profile)
    if then == now:
        return Both(on, then, now, moment, shown)
    sides = ((then.numerator, now.numerator), (then.denominator, now.denominator), (then.excluded, now.excluded))
    codes = sorted({one[0] for before, after in sides for one in {*before} ^ {*after}})
    before, after = standings(then, codes), standings(now, codes)
    explained = _explained(shop, metric, moment, codes[:MOST_DIFFERENT], before, after)
    return Both(on, then, now, moment, shown, len(codes), tuple(explained))


def _shown(shop: Shop, metric: Metric, on: date, profile: Profile) -> QualitySnapshot | None:
    kept = QualitySnapshot.objects.filter(shop_id=shop.pk, day=on, profile=profile.code, metric=metric.value)
    found: QualitySnapshot | None = kept.first()
    return found


def standings(proof: Proof, codes: Iterable[str]) -> dict[str, Standing]:
    """Where these orders stand in the proof; those that are nowhere in it are absent."""
    asked = frozenset(codes)
    found = {one.code: Standing(excluded=one.why) for one in proof.excluded if one.code in asked}
    for one in (one for one in proof.numerator if one.code in asked):
        found[one.code] = Standing(above=one.weight or 1)
    for one in (one for one in proof.denominator if one.code in asked):
        found[one.code] = found.get(one.code, Standing())._replace(below=one.weight or 1)
    return found


def _explained(
    shop: Shop,
    metric: Metric,
    moment: datetime,
    codes: Collection[str],
    before: Mapping[str, Standing],
    after: Mapping[str, Standing],
) -> Iterable[Difference]:
    orders = {order.code: order for order in Order.objects.filter(shop_id=shop.pk, code__in=codes).defer("raw")}
    ids = [order.pk for order in orders.values()]
    corrected, cut = corrections_of(ids, after=moment), Known(shop.pk, moment).cut
    since = Q(made_at__gt=moment) | Q(withdrawn_at__gt=moment)
    said = list(Ruling.objects.filter(since, order_id__in=ids, metric=metric.value).order_by("id"))
    for code in codes:
        order = orders[code]
        yield Difference(
            code=code,
            then=before.get(code, Standing()),
            now=after.get(code, Standing()),
            arrived_late=order.first_seen_at if order.first_seen_at > moment else None,
            corrections=tuple(_of_number(corrected.get(order.pk, ()), metric)),
            rulings=tuple(one for one in said if one.order_id == order.pk),
            happened_later=cut is not None and _happened(order, cut),
        )


def _of_number(corrections: Iterable[Correction], metric: Metric) -> Iterator[Correction]:
    """Of corrections what concerns this number."""
    for one in corrections:
        told = tuple(change for change in one.told if change.what in OF_NUMBER[metric])
        if told:
            yield replace(one, told=told)


def _happened(order: Order, cut: datetime) -> bool:
    """Whether anything of the order happened only on the day of the moment or later."""
    moments = (order.cancelled_at, order.handed_at, order.completed_at, order.returned_at)
    marked = order.mark_on is not None and order.mark_on >= cut.astimezone(ALMATY).date()
    return marked or any(one is not None and one >= cut for one in moments)
