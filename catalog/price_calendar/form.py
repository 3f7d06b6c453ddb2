"""The form of a planned price: read strictly, and the offers that it names.

Every reader raises Refused (400) with the field and a sentence that says what to type.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext

from catalog import typed
from catalog.models import Offer
from catalog.offers.finding import LONGEST
from catalog.price_calendar.planning import MOST_OFFERS, Wish, named, too_many
from catalog.price_calendar.rules import Window
from staff.errors import Refused
from staff.formats import ALMATY
from staff.models import Shop

# As a browser's field says it, and as people write it.
_FORMS: Final = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M")
LONGEST_NOTE: Final = 200


def read(form: Mapping[str, str]) -> Wish:
    """What is to stand when. Moments are of Almaty."""
    begins = _moment(form, "begins")
    if begins is None:
        raise Refused("required", gettext("Когда начать: день и время"), status=400, field="begins")
    return Wish(
        typed.price(form.get("price", "")),
        Window(begins, _moment(form, "ends")),
        form.get("city", ""),
        typed.words(form.get("note", ""), most=LONGEST_NOTE, field="note"),
    )


def skus_of(text: str) -> list[str]:
    """The SKUs of a list, each once: a line each, or parted by spaces, commas and semicolons."""
    found = list(dict.fromkeys(filter(None, re.split(r"[\s,;]+", text))))
    if not found:
        raise Refused("required", gettext("Назовите хотя бы один товар"), status=400, field="skus")
    if len(found) > MOST_OFFERS:
        raise too_many()
    return found


def offers_of(shop: Shop, skus: Sequence[str]) -> list[Offer]:
    """The offers of these SKUs. What another shop has is as unknown here as what nobody has."""
    asked = [sku for sku in skus if len(sku) <= LONGEST and sku.isprintable()]
    offers = {offer.sku: offer for offer in Offer.objects.filter(shop_id=shop.pk, sku__in=asked)}
    unknown = [sku[:LONGEST] for sku in skus if sku not in offers]
    if unknown:
        told = {"shop": shop.name, "skus": named(unknown)}
        sentence = gettext("В магазине %(shop)s нет таких артикулов: %(skus)s") % told
        raise Refused("unknown_sku", sentence, status=400, field="skus")
    return [offers[sku] for sku in skus]


def written(moment: datetime) -> str:
    """A moment as the form's field takes it."""
    return f"{moment.astimezone(ALMATY):%Y-%m-%dT%H:%M}"


def _moment(form: Mapping[str, str], name: str) -> datetime | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    for known in _FORMS:
        try:
            return datetime.strptime(text[:40], known).replace(tzinfo=ALMATY)
        except ValueError:
            continue
    sentence = gettext("День и время по Алматы, например 01.12.2026 10:00")
    raise Refused("bad_moment", sentence, status=400, field=name)
