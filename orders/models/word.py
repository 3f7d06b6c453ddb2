"""The company's own Word templates, their versions, and the numbers that papers got."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from orders.models.order import Order
from staff.ids import public_id_field
from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class WordTemplate(CompanyModel):
    """A kind of paper, «Гарантийный талон». `shop` None: of all shops of the company.

    `in_service` is the number of the version that orders are given, None while it is switched off. A removed one keeps
    its row, for its papers have numbers.
    """

    public_id = public_id_field()
    shop = SameCompanyKey(Shop, null=True)
    name = models.CharField(max_length=80)
    # Months of warranty; 0: none.
    months = models.PositiveSmallIntegerField(default=0)
    in_service = models.PositiveSmallIntegerField(null=True)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(in_service__isnull=True), name="word_template_removed_is_off"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WordVersion(CompanyModel):
    """A file of a template, checked when it came. It goes into service after somebody has looked at it filled."""

    template = SameCompanyKey(WordTemplate)
    number = models.PositiveSmallIntegerField()
    file = models.BinaryField()
    digest = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=160)
    previewed_at = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "template", "number"], name="word_version_once"),
        ]


class PaperNumber(CompanyModel):
    """The number of an order's paper of a template, in the series of the shop: given once, printed again the same."""

    shop = SameCompanyKey(Shop)
    order = SameCompanyKey(Order)
    template = SameCompanyKey(WordTemplate)
    number = models.PositiveIntegerField()
    given_at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop", "number"], name="paper_number_once"),
            models.UniqueConstraint(fields=["company", "order", "template"], name="paper_of_order_once"),
        ]
