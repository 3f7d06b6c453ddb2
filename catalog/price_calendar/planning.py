"""The verb that plans a price for one offer or for many at once: all of them or none."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from catalog.models import Offer, PlannedPrice
from catalog.offers.changing import breach_in_words, check_price, guard_of
from catalog.price_calendar import words
from catalog.price_calendar.rules import (
    MOST_PLANS,
    OPEN,
    PlanState,
    Window,
    Word,
    beyond_word,
    clash,
    due_at,
    word_needed,
)
from catalog.price_calendar.standing import prices_of
from staff import audit
from staff.access import Actor, require, require_whole
from staff.bulk import insert
from staff.cities import towns
from staff.errors import Refused
from staff.formats import ALMATY
from staff.ids import uuid7
from staff.permissions import Permission

MOST_OFFERS: Final = 10_000
# So many goods are named by a sentence; of the others their number is told.
NAMED: Final = 5
_COLUMNS: Final = (
    *("company_id", "public_id", "batch", "shop_id", "offer_id", "city_code", "price", "begins_at", "ends_at", "note"),
    *("word", "state", "due_at", "planned_at", "planned_by", "settled_by", "why"),
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to stand when: `price` in ₸, for all or in the city of this code."""

    price: Decimal
    window: Window
    city: str = ""
    note: str = ""


def plan(offers: Sequence[Offer], wish: Wish, *, by: Actor, now: datetime, confirmed: bool = False) -> UUID:
    """Plan the price for these offers; answers the number of the batch.

    Raises Refused: 403 without the right over their shops, 400 for a price, a time or a city that cannot be and for none or
    too many offers, 409 `plans_meet` when another plan of an offer stands in the way, `too_many_plans`, `no_price` when
    there is nothing to give back, and `price_guard` for a breach that nobody who may guard prices has `confirmed`.
    """
    for shop_id in {offer.shop_id for offer in offers}:
        require_whole(by, Permission.CATALOG_MANAGE, shop_id=shop_id)
    _check(offers, wish, now)
    with transaction.atomic():
        # Whoever plans, and the worker, wait here for each other.
        ids = [offer.pk for offer in offers]
        rows = list(Offer.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
        _check_others(rows, wish, now=now)
        words_needed = _words_of(rows, wish)
        if any(words_needed.values()):
            _check_word([row for row in rows if words_needed[row.pk]], wish, by=by, confirmed=confirmed)
        return _keep(rows, wish, words_needed, by=by, now=now)


def _check(offers: Sequence[Offer], wish: Wish, now: datetime) -> None:
    if not offers:
        raise Refused("required", gettext("Назовите хотя бы один товар"), status=400, field="skus")
    if len(offers) > MOST_OFFERS:
        raise too_many()
    check_price(wish.price)
    if wish.city and wish.city not in towns():
        raise Refused("unknown_city", gettext("Такого города в списке Kaspi нет"), status=400, field="city")
    fault = wish.window.fault(now)
    if fault is not None:
        raise Refused("bad_window", words.FAULTS[fault], status=400, field=words.FIELD_OF[fault])


def too_many() -> Refused:
    """The refusal of more offers than are planned at once."""
    return Refused("too_many", gettext("За раз не больше 10 000 товаров"), status=400, field="skus")


def _check_others(rows: Sequence[Offer], wish: Wish, *, now: datetime) -> None:
    """That no other plan of an offer stands in the way, and that it has not too many of them."""
    plans: defaultdict[int, list[PlannedPrice]] = defaultdict(list)
    for one in PlannedPrice.objects.filter(offer_id__in=[row.pk for row in rows], state__in=OPEN).order_by("begins_at"):
        plans[one.offer_id].append(one)
    full = [row.sku for row in rows if len(plans[row.pk]) >= MOST_PLANS]
    if full:
        sentence = gettext("У товара не больше %(most)s планов сразу: %(skus)s")
        raise Refused("too_many_plans", sentence % {"most": MOST_PLANS, "skus": named(full)}, field="skus")
    met = {row.sku: found for row in rows if (found := _met(plans[row.pk], wish)) is not None}
    if met:
        first = next(iter(met.values()))
        told = {"skus": named(met), "other": words.plan_in_words(first, now=now)}
        raise Refused("plans_meet", gettext("%(skus)s: на это время уже есть план – %(other)s") % told, field="begins")


def _met(plans: Iterable[PlannedPrice], wish: Wish) -> PlannedPrice | None:
    return clash(wish.window, [(one.window, one) for one in plans if one.city_code == wish.city])


def _words_of(rows: Sequence[Offer], wish: Wish) -> Mapping[int, Word]:
    """What has to be allowed for each offer. Raises Refused where a price would have nothing to give way to again."""
    standing, returns = prices_of(rows, wish.city), wish.window.ends is not None
    bare = [row.sku for row in rows if standing[row.pk] is None]
    if bare and returns and not wish.city:
        sentence = gettext("Цены нет, и вернуть после окончания будет нечего: %(skus)s") % {"skus": named(bare)}
        raise Refused("no_price", sentence, field="ends")
    return {row.pk: word_needed(guard_of(row), standing[row.pk], wish.price, returns=returns) for row in rows}


def _check_word(wrong: Sequence[Offer], wish: Wish, *, by: Actor, confirmed: bool) -> None:
    """That somebody who may has allowed the prices of these offers."""
    if confirmed:
        require(by, Permission.PRICES_GUARD)
        return
    row, guard = wrong[0], guard_of(wrong[0])
    standing = prices_of([row], wish.city)[row.pk]
    there = beyond_word(guard, standing, wish.price, {})
    breach = there or next(iter(word_needed(guard, standing, wish.price, returns=True)))
    told = {"skus": named([one.sku for one in wrong]), "breach": breach_in_words(breach, guard)}
    sentence = "%(skus)s: %(breach)s" if there else gettext("%(skus)s, возврат прежней цены: %(breach)s")
    raise Refused("price_guard", sentence % told, field="price")


def _keep(rows: Sequence[Offer], wish: Wish, needed: Mapping[int, Word], *, by: Actor, now: datetime) -> UUID:
    batch, window = uuid7(), wish.window
    due = due_at(PlanState.PLANNED, window)
    when = (window.begins, window.ends, wish.note)
    plans = [
        (
            *(row.company_id, uuid7(), batch, row.shop_id, row.pk, wish.city, wish.price, *when),
            *({one.value: str(tenge) for one, tenge in needed[row.pk].items()}, PlanState.PLANNED.value, due),
            *(now, by.label, "", ""),
        )
        for row in rows
    ]
    insert("catalog_plannedprice", _COLUMNS, plans)
    said = {"price": str(wish.price), "begins": _told(window.begins), "city_code": wish.city}
    said |= {"ends": _told(window.ends)} if window.ends else {}
    audit.record_all(by, "offer.price_planned", subjects=[("offer", row.sku) for row in rows], now=now, after=said)
    return batch


def _told(moment: datetime) -> str:
    """As the journal keeps it: no word of it may grow old."""
    return f"{moment.astimezone(ALMATY):%d.%m.%Y %H:%M}"


def named(skus: Iterable[str]) -> str:
    """«KTL-17, MIX-1 и ещё 12»."""
    found = list(skus)
    told = ", ".join(found[:NAMED])
    rest = len(found) - NAMED
    return gettext("%(skus)s и ещё %(rest)s") % {"skus": told, "rest": rest} if rest > 0 else told
