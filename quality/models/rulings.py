"""What people say of an order and a number: that it counts or does not, and what is disputed with Kaspi."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from orders.models import Order
from staff.ids import public_id_field
from staff.languages import later as _
from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class Ruling(CompanyModel):
    """A person's word against ours: this order is, or is not, in the numerator of this number. With a reason.

    It is withdrawn, never edited, so that the past can be counted as it was known.
    """

    shop = SameCompanyKey(Shop)
    order = SameCompanyKey(Order)
    metric = models.CharField(max_length=20)
    counts = models.BooleanField()
    note = models.CharField(max_length=500)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=160)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=160, blank=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["company", "order", "metric"], condition=Q(withdrawn_at__isnull=True), name="ruling_one_holds"
            ),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["company", "shop", "metric"], name="ruling_of_shop")]


class DisputeState(models.TextChoices):
    OPEN = "open", _("Оспариваем")
    WON = "won", _("Kaspi согласился")
    LOST = "lost", _("Kaspi отказал")
    DROPPED = "dropped", _("Не оспариваем")


class Dispute(CompanyModel):
    """A case with Kaspi about an order in a number: a cancel, a delay, a return, a mark. `due_on`: until when to act."""

    public_id = public_id_field()
    shop = SameCompanyKey(Shop)
    order = SameCompanyKey(Order)
    metric = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=DisputeState.choices, default=DisputeState.OPEN)
    note = models.CharField(max_length=1000)
    due_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    actor_label = models.CharField(max_length=160)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=1000, blank=True)
    closed_by = models.CharField(max_length=160, blank=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["company", "order", "metric"], condition=Q(state="open"), name="dispute_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | ~Q(state="open") & Q(closed_at__isnull=False),
                name="dispute_closed_has_moment",
            ),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["company", "shop", "state"], name="dispute_of_shop")]
