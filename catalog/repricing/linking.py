"""The registry of links: which card is watched for which offer."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from catalog.models import CardLink, LinkState, Offer
from catalog.repricing.intake import check_url
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import Refused
from staff.models import Shop
from staff.permissions import Permission


def put(shop: Shop, sku: str, url: str, *, by: Actor, now: datetime) -> CardLink:
    """Say where the card of a good is; another link takes the place of the former and was not looked at yet.

    Raises Refused: 403 without the right over the whole shop, 400 for a good that the shop does not have or an address
    that is none of Kaspi's.
    """
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=shop.pk)
    clean = check_url(url)
    offer = Offer.objects.filter(shop_id=shop.pk, sku=sku.strip().replace("\x00", "")).first()
    if offer is None:
        raise Refused("unknown_sku", gettext("В этом магазине нет такого артикула"), status=400, field="sku")
    with transaction.atomic():
        told = {"url": clean, "state": LinkState.UNKNOWN, "told_at": None, "added_at": now, "added_by": by.label}
        row, _ = CardLink.objects.update_or_create(offer=offer, defaults=told)
        audit.record(by, "offer.linked", subject=("offer", offer.sku), now=now, details={"url": clean})
    found: CardLink = row
    return found
