"""Orders accepted by a rule: the rules as they were, where they work, what stops them, and what they decided of an order."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from orders.auto_accept.rules import Reason, Verdict
from orders.models.order import Order
from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class AutoAcceptRules(CompanyModel):
    """One version of a shop's rules (`orders.auto_accept.rules.Rules` as JSON). Added to, never changed."""

    shop = SameCompanyKey(Shop)
    version = models.PositiveIntegerField()
    rules = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop", "version"], name="auto_accept_version_once"),
        ]


class AutoAcceptSwitch(CompanyModel):
    """Whether orders of the shop are accepted by the rule, and which version is in force. Off while there is no row."""

    shop = SameCompanyKey(Shop)
    is_on = models.BooleanField(default=False)
    version = models.PositiveIntegerField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop"], name="auto_accept_switch_once"),
        ]


class AutoAcceptStop(CompanyModel):
    """The kill switch of the whole company. Pressed or not, it leaves the switches of the shops as they stand."""

    is_stopped = models.BooleanField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company"], name="auto_accept_stop_once"),
        ]


class AutoAcceptDecision(CompanyModel):
    """What a version of the rules decided of an order, once for each reason; `is_latest` marks the one that holds.

    `seen`: what was looked at. `look_at`: when it is to be decided anew; None: not before the order or the rules change.
    """

    shop = SameCompanyKey(Shop)
    order = SameCompanyKey(Order)
    version = models.PositiveIntegerField()
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    reason = models.CharField(max_length=16, choices=Reason.choices)
    seen = models.JSONField(default=dict)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    look_at = models.DateTimeField(null=True)
    is_latest = models.BooleanField(default=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "order", "version", "reason"], name="auto_accept_decision_once"),
            models.UniqueConstraint(
                fields=["company", "order"], condition=Q(is_latest=True), name="auto_accept_latest_once"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["company", "shop", "-last_at", "-id"],
                condition=Q(is_latest=True),
                name="auto_accept_lately",
            ),
        ]
