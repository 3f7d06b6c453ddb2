"""What proves that a decision about an order was right: a call, a picture, a note, kept with the order."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from orders.models.order import Order
from staff.ids import public_id_field
from staff.languages import later as _
from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class EvidenceKind(models.TextChoices):
    CALL = "call", _("Звонок")
    PICTURE = "picture", _("Снимок или файл")
    NOTE = "note", _("Заметка")


class Purpose(models.TextChoices):
    """What it is to prove. Kaspi may ask for any of these (capabilities.md §0.1, «Reason review»)."""

    CANCEL = "cancel", _("Отмена")
    RESCHEDULE = "reschedule", _("Перенос даты")
    RETURN = "return", _("Возврат")
    CLAIM = "claim", _("Претензия")
    OTHER = "other", _("Другое")


class CallOutcome(models.TextChoices):
    NO_ANSWER = "no_answer", _("не ответил")
    REFUSED = "refused", _("отказался от заказа")
    AGREED = "agreed", _("согласен")
    ASKED = "asked", _("попросил перезвонить")


class Evidence(CompanyModel):
    """One proof. `text` and the file may tell of the buyer, so they go when he is forgotten; that it was there stays."""

    public_id = public_id_field()
    shop = SameCompanyKey(Shop)
    order = SameCompanyKey(Order)
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    kind = models.CharField(max_length=8, choices=EvidenceKind.choices)
    outcome = models.CharField(max_length=10, choices=CallOutcome.choices, blank=True)
    text = models.TextField(blank=True)
    file = models.BinaryField(null=True)
    media_type = models.CharField(max_length=40, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    # When it happened, as the person says; `told_at` is when he said so.
    happened_at = models.DateTimeField()
    told_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=160)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(outcome="") | Q(kind=EvidenceKind.CALL), name="evidence_call_outcome"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["company", "order", "id"], name="evidence_of_order")]
