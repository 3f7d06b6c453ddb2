"""The verbs of people: give a shop an address, change it, switch it, have the file made now, let a shorter one go.

The address is the business of who manages the catalogue of the whole shop: it tells what he sees anyway, and it is he who
puts it into Kaspi's cabinet. A file that lacks a third of the offers goes by the word of who guards prices.
"""

import hashlib
import secrets
from datetime import datetime
from typing import NamedTuple, TypedDict

from django.db import connection, transaction
from django.utils.translation import gettext

from catalog.feed.publishing import publish, withdraw
from catalog.models import Feed, FeedVersion, VersionState
from integrations.waking import wake
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import NotVisible, Refused
from staff.models import Shop
from staff.permissions import Permission
from staff.sealing import CannotOpen, seal, unseal

# Twice the 128 bits that are asked for: so long a word is cut out of every log line (kaspi_office.log).
SECRET_BYTES = 32
DUTY = "feeds"


class Found(NamedTuple):
    """The feed behind an address."""

    id: int
    company_id: int


class _Place(TypedDict):
    table: str
    column: str
    company: int
    owner: int


def find(secret: str) -> Found | None:
    """Whose feed this is, whichever company's; None for an unknown secret and for one that is switched off."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, company_id FROM office_feed(%s)", [digest_of(secret)])
        row = cursor.fetchone()
    return Found(*row) if row else None


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def secret_of(feed: Feed) -> str:
    """What the address consists of; empty when no key opens it."""
    try:
        return unseal(bytes(feed.secret_cipher), **_place(feed.company_id, feed.shop_id))
    except CannotOpen:
        return ""


def feed_of(shop: Shop) -> Feed | None:
    """The shop's feed, if it was ever given an address."""
    found: Feed | None = Feed.objects.filter(shop_id=shop.pk).first()
    return found


def open_feed(shop: Shop, *, by: Actor, now: datetime) -> Feed:
    """Give the shop an address; one that has it keeps it. Raises Refused 403."""
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=shop.pk)
    fresh = {"opened_at": now, **_sealed(by.company_id, shop.pk)}
    feed, made = Feed.objects.get_or_create(shop_id=shop.pk, defaults=fresh)
    if made:
        _tell(by, "feed.opened", shop, now)
        _wake()
    return feed


def renew(shop: Shop, *, by: Actor, now: datetime) -> None:
    """Another address; the old one is unknown from now on. Raises Refused 403, NotVisible without a feed."""
    feed = _held(shop, by)
    for name, value in _sealed(by.company_id, shop.pk).items():
        setattr(feed, name, value)
    feed.renewed_at = now
    feed.save(update_fields=["digest", "secret_cipher", "renewed_at"])
    _tell(by, "feed.renewed", shop, now)


def switch(shop: Shop, on: bool, *, by: Actor, now: datetime) -> None:
    """Hand the file out, or nothing. What was handed out before is old when it is switched on again, and made anew.

    Raises Refused 403, NotVisible without a feed.
    """
    feed = _held(shop, by)
    if feed.is_on == on:
        return
    feed.is_on, feed.looked_at = on, None
    feed.save(update_fields=["is_on", "looked_at"])
    if on:
        _wake()
    else:
        withdraw(feed, now=now)
    _tell(by, "feed.switched_on" if on else "feed.switched_off", shop, now)


def make_now(shop: Shop, *, by: Actor, now: datetime) -> None:
    """Have the file made without waiting for the minute. Raises Refused 403, NotVisible without a feed that is on."""
    feed = _held(shop, by)
    if not feed.is_on:
        raise NotVisible(shop.slug)
    feed.looked_at = None
    feed.save(update_fields=["looked_at"])
    _tell(by, "feed.asked", shop, now)
    _wake()


def confirm(shop: Shop, available: int, *, by: Actor, now: datetime) -> None:
    """Let the held file go, though it lacks many offers. `available`: how many the person has seen that it has left.

    Raises Refused: 403 without the right, 409 when none is held by now or it has fewer; NotVisible without a feed.
    """
    feed = _held(shop, by, Permission.PRICES_GUARD)
    held = FeedVersion.objects.filter(feed=feed, state=VersionState.HELD).first()
    if held is None or held.available < available:
        raise Refused("stale_version", gettext("Файл уже собрали заново. Посмотрите, чего не хватает теперь"))
    held.confirmed_by = by.label
    publish(held, now=now)
    feed.checked_at = now
    feed.save(update_fields=["checked_at"])
    counts = {"available": held.available, "baseline": held.baseline}
    audit.record(by, "feed.confirmed", subject=("shop", shop.slug), now=now, details=counts)


def _held(shop: Shop, by: Actor, right: Permission = Permission.CATALOG_MANAGE) -> Feed:
    """The shop's feed, held until the end of the transaction."""
    require_whole(by, right, shop_id=shop.pk)
    feed: Feed | None = Feed.objects.select_for_update().filter(shop_id=shop.pk).first()
    if feed is None:
        raise NotVisible(shop.slug)
    return feed


def _sealed(company_id: int, shop_id: int) -> dict[str, str | bytes]:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return {"digest": digest_of(secret), "secret_cipher": seal(secret, **_place(company_id, shop_id))}


def _place(company_id: int, shop_id: int) -> _Place:
    return {"table": "catalog_feed", "column": "secret_cipher", "company": company_id, "owner": shop_id}


def _tell(by: Actor, action: str, shop: Shop, now: datetime) -> None:
    audit.record(by, action, subject=("shop", shop.slug), now=now)


def _wake() -> None:
    transaction.on_commit(lambda: wake(DUTY))
