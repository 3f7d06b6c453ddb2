"""Returns of orders, and claims on the courier service."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from orders.models.order import Order
from orders.returns.claim_states import ClaimKind, ClaimState
from orders.returns.reasons import ReturnReason
from orders.returns.states import OPEN, ReturnKind, ReturnState
from staff.ids import public_id_field
from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey

GOES_ON = Q(state__in=sorted(OPEN))


class ReturnCase(CompanyModel):
    """One return of an order. Of all the returns of an order one at most goes on. Times in UTC.

    `sources` tells of each value whose word it is: column → {"by": a `Mover`, "at": moment, "instead": the other's value
    that it has replaced, if it has}. `due_at` and `due_kind` follow from the rest (orders.returns.deadlines) and are kept
    so that the list is one index range: `burns_at` sorts it.
    """

    public_id = public_id_field()
    shop = SameCompanyKey(Shop)
    order = SameCompanyKey(Order)
    kind = models.CharField(max_length=12, choices=ReturnKind.choices)
    state = models.CharField(max_length=12, choices=ReturnState.choices)
    reason = models.CharField(max_length=20, choices=ReturnReason.choices, blank=True)
    opened_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    disputed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    inspected_at = models.DateTimeField(null=True)
    sources = models.JSONField(default=dict)
    due_at = models.DateTimeField(null=True)
    due_kind = models.CharField(max_length=16, blank=True)
    burns_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "order"], condition=GOES_ON, name="return_goes_on_once"),
            models.CheckConstraint(
                condition=Q(GOES_ON, closed_at__isnull=True) | Q(~GOES_ON, closed_at__isnull=False),
                name="return_closed_has_moment",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "order", "id"], name="return_of_order"),
            models.Index(fields=["company", "shop", "burns_at", "id"], condition=GOES_ON, name="return_open"),
            models.Index(fields=["company", "shop", "-closed_at", "-id"], condition=~GOES_ON, name="return_closed"),
            models.Index(fields=["company", "shop"], condition=Q(state=ReturnState.AT_POINT), name="return_at_point"),
            models.Index(
                fields=["company", "shop", "received_at", "id"],
                condition=Q(received_at__isnull=False, inspected_at__isnull=True),
                name="return_to_inspect",
            ),
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="return_due"),
        ]


class Claim(CompanyModel):
    """A claim on the courier service for goods lost or damaged. `amount` in ₸, `share` in per cent of it.

    `since`: the last movement of lost goods, or when the damaged ones came. `far`: it went to another city.
    """

    public_id = public_id_field()
    shop = SameCompanyKey(Shop)
    order = SameCompanyKey(Order)
    kind = models.CharField(max_length=8, choices=ClaimKind.choices)
    state = models.CharField(max_length=10, choices=ClaimState.choices)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    far = models.BooleanField(default=False)
    since = models.DateTimeField()
    filed_at = models.DateTimeField(null=True)
    number = models.CharField(max_length=40, blank=True)
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    share = models.PositiveSmallIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    due_kind = models.CharField(max_length=16, blank=True)
    burns_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "order", "kind"], name="claim_once"),
            models.CheckConstraint(condition=Q(share__isnull=True) | Q(share__in=(10, 30, 100)), name="claim_share"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "shop", "burns_at", "id"], name="claim_by_due"),
        ]
