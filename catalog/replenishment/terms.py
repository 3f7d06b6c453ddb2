"""How a shop orders: its terms, and those of single items that differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext

from catalog.models import SupplySetting
from catalog.replenishment.ordering import Terms
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import Refused
from staff.models import Shop
from staff.permissions import Permission

LONGEST_LEAD, LONGEST_REVIEW = 180, 90


@dataclass(frozen=True, slots=True)
class ShopTerms:
    """The terms of a shop, and the items that have their own."""

    common: Terms = field(default_factory=Terms)
    own: Mapping[str, Terms] = field(default_factory=dict)

    def of(self, sku: str) -> Terms:
        return self.own.get(sku, self.common)


def of_shop(shop: Shop) -> ShopTerms:
    rows = SupplySetting.objects.filter(shop_id=shop.pk).values_list("sku", "lead_days", "review_days", "level")
    found = {sku: Terms(lead, review, float(level)) for sku, lead, review, level in rows}
    return ShopTerms(found.pop("", Terms()), found)


def put(shop: Shop, sku: str, terms: Terms, *, by: Actor, now: datetime) -> None:
    """These are the shop's terms, or an item's. Raises Refused: 403 without the right, 400 for what cannot be."""
    require_whole(by, Permission.STOCK_MANAGE, shop_id=shop.pk)
    _check(sku, terms)
    with transaction.atomic():
        before = of_shop(shop).of(sku)
        SupplySetting.objects.update_or_create(
            shop_id=shop.pk,
            sku=sku,
            defaults={
                "lead_days": terms.lead_days,
                "review_days": terms.review_days,
                "level": Decimal(str(terms.level)),
                "changed_at": now,
                "changed_by": by.label,
            },
        )
        audit.record(
            by,
            "supply.set",
            subject=("item", sku) if sku else ("shop", shop.slug),
            now=now,
            before=_told(before),
            after=_told(terms),
        )


def _told(terms: Terms) -> dict[str, object]:
    return {"lead_days": terms.lead_days, "review_days": terms.review_days, "level": terms.level}


def _check(sku: str, terms: Terms) -> None:
    wrong = {
        "sku": (len(sku) > 64, gettext("Артикул не длиннее 64 знаков")),
        "lead_days": (
            not 0 <= terms.lead_days <= LONGEST_LEAD,
            gettext("Срок поставки – от 0 до 180 дней"),
        ),
        "review_days": (
            not 1 <= terms.review_days <= LONGEST_REVIEW,
            gettext("Заказываете раз в сколько дней? От 1 до 90"),
        ),
        "level": (not 0.5 <= terms.level <= 0.999, gettext("Надёжность – от 50 до 99,9 %")),
    }
    for name, (is_wrong, sentence) in wrong.items():
        if is_wrong:
            raise Refused("bad_value", sentence, status=400, field=name)
