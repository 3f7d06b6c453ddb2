"""What a shop paid beside its orders, and what Kaspi Pay took of each."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from staff.languages import later as _
from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class ExpenseKind(models.TextChoices):
    ADS = "ads", _("Реклама")
    FINE = "fine", _("Штраф")
    OTHER = "other", _("Прочее")


class Expense(CompanyModel):
    """Paid for days of Almaty, both inclusive; `amount` ₸ with VAT. Never edited.

    Each day bears the same part, and a day's part is spread over its sales by turnover: of the SKU if one is named, else
    of all goods. What was a mistake is taken back by another row, which names it in `reverses`.
    """

    shop = SameCompanyKey(Shop)
    kind = models.CharField(max_length=8, choices=ExpenseKind.choices)
    first = models.DateField()
    last = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    sku = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=200, blank=True)
    reverses = SameCompanyKey("self", null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(amount__gt=0) & Q(last__gte=F("first")), name="expense_of_some_days"),
            models.UniqueConstraint(
                fields=["company", "reverses"], condition=Q(reverses__isnull=False), name="expense_back_once"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "shop", "-last", "-id"], name="expense_of_shop"),
        ]


class PayOperation(CompanyModel):
    """A line of Kaspi Pay's sheet about an order (kaspi-api.md §6.4): ₸, as the sheet signs them, fees below zero.

    A refund turns the signs, so the sum over an order's operations is what it has cost in the end. The same line told
    again, by another sheet, is the same operation.
    """

    shop = SameCompanyKey(Shop)
    code = models.CharField(max_length=32)
    at = models.DateTimeField()
    kind = models.CharField(max_length=60, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    commission = models.DecimalField(max_digits=14, decimal_places=2)
    kaspi_pay = models.DecimalField(max_digits=14, decimal_places=2)
    delivery = models.DecimalField(max_digits=14, decimal_places=2)
    told_at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["company", "shop", "code", "at", "kind", "amount"], name="pay_operation_once"
            ),
        ]
