"""What was done, what was seen and what was taken out: rows that are added and read, not changed."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from staff.ids import public_id_field
from staff.languages import later as _
from staff.models.people import ApiKey, Member
from staff.scoping import CompanyModel, SameCompanyKey


class AuditEntry(CompanyModel):
    """Who did what to which thing. Added to and read, never changed; no keys out, so that it survives what it tells of."""

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=160)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    details = models.JSONField(default=dict)
    # On whose behalf, when it was not the actor's own doing; what changed, field by field. No secrets, no phones.
    acting_for = models.CharField(max_length=160, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    request_id = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=45, blank=True)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "id"], name="audit_by_number"),
            models.Index(fields=["company", "-at", "-id"], name="audit_by_time"),
            models.Index(fields=["company", "subject_kind", "subject_id"], name="audit_by_subject"),
            # What somebody should look at: few among very many.
            models.Index(fields=["company", "-at"], condition=Q(details__has_key="hint"), name="audit_hinted"),
        ]


class AuditSeal(CompanyModel):
    """A link of the company's chain: entry `seq` of the journal, its digest, and the HMAC over the link before it
    (reliability.md §5.14).
    """

    seq = models.BigIntegerField()
    entry_id = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)
    key_id = models.CharField(max_length=20)
    sealed_at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "seq"], name="audit_seal_seq_once"),
            models.UniqueConstraint(fields=["company", "entry_id"], name="audit_seal_entry_once"),
        ]


class Door(models.TextChoices):
    """Through what personal data went out to somebody."""

    PAGE = "page", _("страница")
    API = "api", "API"
    EXPORT = "export", _("выгрузка")
    PRINT = "print", _("печать")


class Disclosure(CompanyModel):
    """Whose unmasked personal data somebody was shown, and when: what a breach report is made from
    (reliability.md §2.22, §5.15). `subjects` are numbers of orders.
    """

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=160)
    door = models.CharField(max_length=8, choices=Door.choices)
    subjects = ArrayField(models.CharField(max_length=32))
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=40, blank=True)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "-at"], name="disclosure_by_time"),
            models.Index(fields=["company", "actor_kind", "actor_id", "-at"], name="disclosure_by_actor"),
        ]


class ExportState(models.TextChoices):
    QUEUED = "queued", _("в очереди")
    RUNNING = "running", _("готовится")
    DONE = "done", _("готов")
    FAILED = "failed", _("не получился")


class ExportFile(CompanyModel):
    """A file that a worker makes of what somebody may see, kept for an hour."""

    public_id = public_id_field()
    kind = models.CharField(max_length=20)
    wanted = models.JSONField(default=dict)
    member = SameCompanyKey(Member)
    state = models.CharField(max_length=8, choices=ExportState.choices, default=ExportState.QUEUED)
    rows = models.PositiveIntegerField(default=0)
    # Buyers whose data stand in it unmasked.
    persons = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    content = models.BinaryField(null=True)
    asked_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "-asked_at"], name="export_by_time"),
            models.Index(fields=["id"], condition=Q(state__in=("queued", "running")), name="export_waiting"),
            models.Index(fields=["expires_at"], condition=Q(content__isnull=False), name="export_ending"),
        ]


class IdempotentRequest(CompanyModel):
    """A write of the REST API under an Idempotency-Key: the first answer, kept 24 h (reliability.md §5.6)."""

    api_key = SameCompanyKey(ApiKey)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "api_key", "key"], name="idempotency_key_once"),
        ]


class Letter(models.Model):
    """An e-mail on its way out, sealed: the web writes it, a worker opens and sends it. It belongs to a person, not to a
    company.
    """

    recipient = models.EmailField()
    cipher = models.BinaryField()
    created_at = models.DateTimeField()
    try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["try_at", "id"], name="letter_due")]
