"""Alerts of deadlines: what has been raised, whom it was told, and when an order is to be looked at again."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from orders.models.order import Order
from staff.models import Member, PointOfSale, Shop
from staff.scoping import CompanyModel, SameCompanyKey


class DeadlineAlert(CompanyModel):
    """One rung of the ladder of one deadline of one order: it comes once (`orders.radar.ladder`).

    `rung` in minutes before the deadline, of working time where the deadline counts that. Of rungs that came together,
    late, only the most urgent is `told`. `sending`: the state of an accept that Kaspi had not confirmed then.
    """

    shop = SameCompanyKey(Shop)
    point = SameCompanyKey(PointOfSale, null=True, on_delete=models.SET_NULL)
    order = SameCompanyKey(Order)
    due_kind = models.CharField(max_length=16)
    due_at = models.DateTimeField()
    rung = models.PositiveIntegerField()
    left_seconds = models.IntegerField()
    told = models.BooleanField(default=True)
    sending = models.CharField(max_length=8, blank=True)
    raised_at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "order", "due_kind", "due_at", "rung"], name="alert_once"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["raised_at"], name="alert_age")]


class DeadlineWatch(CompanyModel):
    """When the ladder of an order's present deadline has its next rung; None: it has no more.

    A memo, never the truth: with another deadline or another point the order is looked at anew.
    """

    point = SameCompanyKey(PointOfSale, null=True, on_delete=models.SET_NULL)
    order = SameCompanyKey(Order)
    due_kind = models.CharField(max_length=16)
    due_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "order"], name="watch_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="watch_next"),
            models.Index(fields=["due_at"], name="watch_age"),
        ]


class Notice(CompanyModel):
    """An alert as it was told to one member."""

    member = SameCompanyKey(Member)
    alert = SameCompanyKey(DeadlineAlert)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "alert", "member"], name="notice_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "member", "-id"], name="notice_of_member"),
            models.Index(fields=["company", "member", "-at"], condition=Q(seen_at__isnull=True), name="notice_unseen"),
        ]
