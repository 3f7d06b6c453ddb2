"""What an owner decides about a shop."""

from datetime import datetime

from django.utils.translation import gettext

from staff import audit
from staff.access import Actor, require_whole
from staff.errors import Refused
from staff.models import ExpiryPolicy, Shop
from staff.permissions import Permission


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
