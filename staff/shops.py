"""What an owner decides about a shop."""

import re
from datetime import datetime
from typing import Final

from django.utils.text import slugify
from django.utils.translation import gettext

from staff import audit
from staff.access import Actor, require, require_whole
from staff.errors import Refused
from staff.models import ExpiryPolicy, Shop
from staff.people.turns import wait_for_turn
from staff.permissions import Permission

NAME: Final = re.compile(r"[^\x00-\x1f\x7f]{1,200}")
MERCHANT: Final = re.compile(r"[0-9]{1,30}")
SLUG: Final = 40


def set_expiry_policy(shop: Shop, policy: str, *, by: Actor, now: datetime) -> None:
    """What becomes of an order that nobody accepted in time. Raises Refused 403, and 400 for an unknown policy."""
    require_whole(by, Permission.SHOPS_MANAGE, shop_id=shop.pk)
    if policy not in ExpiryPolicy.values:
        raise Refused(
            "bad_value", gettext("Выберите, что делать с непринятым заказом"), status=400, field="expiry_policy"
        )
    if policy == shop.expiry_policy:
        return
    Shop.objects.filter(pk=shop.pk).update(expiry_policy=policy)
    audit.record(
        by,
        "shop.expiry_policy",
        subject=("shop", shop.public_id),
        now=now,
        before={"expiry_policy": shop.expiry_policy},
        after={"expiry_policy": policy},
    )


def add(name: str, merchant_uid: str, *, by: Actor, now: datetime) -> Shop:
    """Another shop of the company. Raises Refused: 403 without the right, 400 with the field, 409 for a known number."""
    require(by, Permission.SHOPS_MANAGE)
    if by.points is not None:
        raise Refused("beyond_places", gettext("Магазин подключает тот, кому видны все магазины"), status=403)
    name, uid = " ".join(name.split()), merchant_uid.strip()
    if not NAME.fullmatch(name):
        raise Refused("bad_name", gettext("Назовите магазин, до 200 знаков"), status=400, field="name")
    if not MERCHANT.fullmatch(uid):
        raise Refused("bad_uid", gettext("Номер магазина – цифры из кабинета Kaspi"), status=400, field="merchant_uid")
    wait_for_turn()
    if Shop.objects.filter(merchant_uid=uid).exists():
        raise Refused("shop_taken", gettext("Магазин с таким номером уже есть"), field="merchant_uid")
    shop: Shop = Shop.objects.create(slug=_slug(name, uid), name=name, merchant_uid=uid)
    told = {"name": name, "merchant_uid": uid}
    audit.record(by, "shop.added", subject=("shop", shop.public_id), now=now, after=told)
    return shop


def _slug(name: str, uid: str) -> str:
    """How addresses name it: by its name where that can be spelt in Latin letters, else by its number."""
    base = slugify(name)[:SLUG].strip("-") or f"shop-{uid}"
    taken = set(Shop.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return base if base not in taken else f"{base}-{uid}"
