"""Buyers over their orders: who they are, by which signs, what staff noted, and the texts that are sent to them.

All of it is ours and made from orders: it goes with the buyer when he is forgotten (`orders.buyers.forgetting`).
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from orders.models.order import Order
from staff.ids import public_id_field
from staff.languages import later as _
from staff.scoping import CompanyModel, SameCompanyKey


class SignKind(models.TextChoices):
    """What two orders of one buyer have in common (kaspi-api.md §2.2, customer)."""

    KASPI = "kaspi", _("номер покупателя в Kaspi")
    PHONE = "phone", _("телефон")


class BuyerCard(CompanyModel):
    """One buyer of the company. `orders` and `last_at` count all his orders and only sort the list of buyers: what
    somebody is told is counted from the orders that he may see. A card that was joined to another names it.
    """

    public_id = public_id_field()
    into = SameCompanyKey("self", null=True)
    orders = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["company", "-orders", "-last_at", "-id"], condition=Q(orders__gt=0), name="buyer_list"
            ),
            models.Index(fields=["company", "into"], condition=Q(into__isnull=False), name="buyer_joined"),
        ]


class BuyerSign(CompanyModel):
    """A sign by which orders are the buyer's: the orders that bear it stand on his card."""

    card = SameCompanyKey(BuyerCard)
    kind = models.CharField(max_length=8, choices=SignKind.choices)
    value = models.CharField(max_length=64)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "kind", "value"], name="buyer_sign_once"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["company", "card"], name="buyer_sign_of_card")]


class BuyerOrder(CompanyModel):
    """Whose an order is. `version` is that of the order when its signs were read last."""

    card = SameCompanyKey(BuyerCard)
    order = SameCompanyKey(Order)
    version = models.PositiveIntegerField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "order"], name="buyer_of_order_once"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["company", "card"], name="buyer_order_of_card")]


class BuyerParting(CompanyModel):
    """Two cards that somebody has parted: no sign joins them again. The lower id stands first."""

    one = SameCompanyKey(BuyerCard)
    other = SameCompanyKey(BuyerCard)
    at = models.DateTimeField()
    actor_label = models.CharField(max_length=160)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "one", "other"], name="buyer_parting_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="buyer_parting_in_order"),
        ]


class BuyerNote(CompanyModel):
    """What staff wrote of the buyer, for themselves."""

    card = SameCompanyKey(BuyerCard)
    text = models.TextField()
    at = models.DateTimeField()
    actor_label = models.CharField(max_length=160)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [models.Index(fields=["company", "card", "id"], name="buyer_note_of_card")]


class BuyerLedger(CompanyModel):
    """Until when the company's orders were gathered. Whoever changes its cards locks this row first."""

    gathered_to = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["company"], name="buyer_ledger_once")]


class OwnPhone(CompanyModel):
    """A phone of the shop or of its staff: orders that bear it are not of one buyer for that."""

    phone = models.CharField(max_length=16)
    at = models.DateTimeField()
    actor_label = models.CharField(max_length=160)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "phone"], name="own_phone_once"),
        ]


class MessageTemplate(CompanyModel):
    """A text for buyers with fields in braces. `key` of one that comes with us: the company's own words for it."""

    public_id = public_id_field()
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    text = models.TextField()
    changed_at = models.DateTimeField()
    actor_label = models.CharField(max_length=160)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "key"], name="message_template_once"),
        ]
