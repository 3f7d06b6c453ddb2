"""Takes in what a source tells of others' prices. This is all that a source needs: rows of `Told`, and its name.

Nothing is fetched here or anywhere in the product: a source is a file, a program, or whatever else somebody connects.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.utils.translation import gettext

from catalog.models import LinkState, Offer, PriceSource, RepricingState
from integrations.waking import wake
from staff.bulk import insert
from staff.errors import Refused
from staff.models import Shop
from staff.scoping import current_company

# Rows of one card that a source told together, within so long, are one look at it.
ONE_LOOK: Final = timedelta(minutes=10)
# A clock that is ahead of ours by more would keep old prices fresh.
AHEAD: Final = timedelta(minutes=5)
OLDEST: Final = timedelta(days=90)
NAMED: Final = 20
LONGEST_URL: Final = 500
_COLUMNS: Final = (
    *("company_id", "shop_id", "offer_id", "seen_at", "told_at", "source", "merchant_uid", "seller", "price"),
)
_KEEP_LINKS: Final = """
INSERT INTO catalog_cardlink (company_id, offer_id, url, state, told_at, added_at, added_by)
SELECT %s, one.offer_id, one.url, one.state, one.told_at, %s, %s
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[]) AS one (offer_id, url, state, told_at)
WHERE one.url <> ''
ON CONFLICT (company_id, offer_id) DO UPDATE SET url = excluded.url, state = excluded.state, told_at = excluded.told_at
WHERE catalog_cardlink.told_at IS NULL OR catalog_cardlink.told_at <= excluded.told_at
"""
_SAY_OF_LINKS: Final = """
UPDATE catalog_cardlink link SET state = one.state, told_at = one.told_at
FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS one (offer_id, state, told_at)
WHERE link.company_id = %s AND link.offer_id = one.offer_id AND (link.told_at IS NULL OR link.told_at <= one.told_at)
"""


@dataclass(frozen=True, slots=True)
class Told:
    """One seller on one card at one moment; without a seller and a price: nobody else sold there.

    The card is that of our offer with this `sku`, or of all our offers bound to this `card`. `broken`: the address of the
    card did not open, and the row tells nothing of prices. Texts are "" when empty, `price` is ₸, `seen_at` aware.
    """

    sku: str
    card: str
    seller: str
    merchant_uid: str
    price: Decimal | None
    seen_at: datetime
    url: str = ""
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """`taken`: new rows; `known`: told before; `unknown`: rows of goods that the shop does not have, some of them `named`;
    `late`: rows older than ninety days or from the future, which are not kept."""

    taken: int
    known: int
    unknown: int
    late: int
    named: tuple[str, ...] = ()


def take(shop: Shop, rows: Sequence[Told], *, source: PriceSource, by: str, now: datetime) -> Taken:
    """Keep what a source told of the shop's goods in the caller's transaction, and have the rules look at it.

    Told twice, a row is kept once. Of rows told together the look is as old as the oldest of them.
    """
    timely = [row for row in rows if now - OLDEST <= row.seen_at <= now + AHEAD]
    offers = _offers(shop, timely)
    found = [(offer_id, row) for row in timely for offer_id in offers[row.sku, row.card]]
    lost = [row.sku or row.card for row in timely if not offers[row.sku, row.card]]
    kept = list(_as_looks(found))
    company_id, fixed = current_company(), (now, source.value)
    new = insert(
        "catalog_competitorprice",
        _COLUMNS,
        (
            (company_id, shop.pk, offer_id, row.seen_at, *fixed, row.merchant_uid, row.seller, row.price)
            for offer_id, row in kept
        ),
        on_conflict="ON CONFLICT DO NOTHING",
        returning="id",
    )
    _tell_of_links(found, by=by, now=now)
    if new:
        call_rules(shop.pk, now=now)
    named = tuple(dict.fromkeys(lost))[:NAMED]
    return Taken(len(new), len(kept) - len(new), len(lost), len(rows) - len(timely), named)


def call_rules(shop_id: int, *, now: datetime) -> None:
    """Have the shop's rules run as soon as this is committed."""
    RepricingState.objects.filter(shop_id=shop_id).update(due_at=now)
    transaction.on_commit(partial(wake, "repricing"), robust=True)


def check_url(url: str) -> str:
    """The address of a card. Raises Refused (400) for what is none of Kaspi's."""
    clean = url.strip()
    try:
        parts = urlsplit(clean)
    except ValueError:
        parts = urlsplit("")
    host = parts.hostname or ""
    if len(clean) > LONGEST_URL or parts.scheme != "https" or not (host == "kaspi.kz" or host.endswith(".kaspi.kz")):
        sentence = gettext("Ссылка на карточку начинается с https://kaspi.kz/shop/")
        raise Refused("bad_url", sentence, status=400, field="url")
    return clean


def _offers(shop: Shop, rows: Sequence[Told]) -> Mapping[tuple[str, str], list[int]]:
    """For each (SKU, card) of the rows, our offers: that of the SKU, else all of the card."""
    mine = Offer.objects.filter(shop_id=shop.pk)
    by_sku = dict(mine.filter(sku__in={row.sku for row in rows if row.sku}).values_list("sku", "pk"))
    by_card: defaultdict[str, list[int]] = defaultdict(list)
    for card, pk in mine.filter(card_code__in={row.card for row in rows if row.card}).values_list("card_code", "pk"):
        by_card[card].append(pk)
    return {(row.sku, row.card): [by_sku[row.sku]] if row.sku in by_sku else by_card.get(row.card, []) for row in rows}


def _as_looks(found: Iterable[tuple[int, Told]]) -> Iterator[tuple[int, Told]]:
    """The rows with a price or with nobody, each at the moment of its look: the first of those told together."""
    by_offer: defaultdict[int, list[Told]] = defaultdict(list)
    for offer_id, row in found:
        if not row.broken:
            by_offer[offer_id].append(row)
    for offer_id, told in by_offer.items():
        start: datetime | None = None
        for row in sorted(told, key=lambda row: row.seen_at):
            if start is None or row.seen_at - start > ONE_LOOK:
                start = row.seen_at
            yield offer_id, replace(row, seen_at=start)


def _tell_of_links(found: Sequence[tuple[int, Told]], *, by: str, now: datetime) -> None:
    """Keep the addresses told, and whether those that we know opened."""
    newest = dict(sorted(found, key=lambda one: one[1].seen_at))
    if not newest:
        return
    states = [LinkState.BROKEN.value if row.broken else LinkState.ALIVE.value for row in newest.values()]
    urls = [row.url if _is_url(row.url) else "" for row in newest.values()]
    moments = [row.seen_at for row in newest.values()]
    values: list[Any] = [current_company(), now, by, list(newest), urls, states, moments]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_LINKS, values)
        cursor.execute(_SAY_OF_LINKS, [list(newest), states, moments, current_company()])


def _is_url(url: str) -> bool:
    try:
        return bool(url) and check_url(url) == url
    except Refused:
        return False
