"""Cards of goods: what Kaspi is told of a good itself. Kaspi's dictionaries, cards with their versions, uploads of cards."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from catalog.models.offers import Offer
from staff.ids import uuid7
from staff.languages import later as _
from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class KaspiCategory(models.Model):
    """A category of Kaspi's catalogue. Kaspi's, the same for every seller: so it is kept once and not for each company.

    `read_at`: when its attributes were read; None: never. One that Kaspi has dropped stays, for the cards that are in it.
    """

    code = models.CharField(max_length=512, unique=True)
    title = models.CharField(max_length=512)
    seen_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["title", "id"], name="kaspi_category_by_title")]


class KaspiAttribute(models.Model):
    """What a card of a category may say, in Kaspi's order. `choices`: [code, name] of each value of an enum."""

    category = models.ForeignKey(KaspiCategory, on_delete=models.CASCADE, related_name="attributes", db_index=False)
    code = models.CharField(max_length=256)
    kind = models.CharField(max_length=8)
    multiple = models.BooleanField(default=False)
    mandatory = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    choices = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["category", "code"], name="kaspi_attribute_once")
        ]


class LookupState(models.TextChoices):
    QUEUED = "queued", _("в очереди")
    DONE = "done", _("прочитано")
    FAILED = "failed", _("не прочитано")


class CardLookup(CompanyModel):
    """A question about Kaspi's dictionaries, asked with the shop's own token; what is learned is there for everybody.

    `category_code` empty: which categories there are.
    """

    shop = SameCompanyKey(Shop)
    category_code = models.CharField(max_length=512, blank=True)
    state = models.CharField(max_length=8, choices=LookupState.choices, default=LookupState.QUEUED)
    asked_at = models.DateTimeField()
    try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    turn = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop", "category_code"], name="card_lookup_once")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["try_at"], condition=Q(state="queued"), name="card_lookup_due")
        ]


class CardState(models.TextChoices):
    """How far a card is. Which may follow which: `catalog.cards.states`."""

    DRAFT = "draft", _("черновик")
    READY = "ready", _("готова")
    SENT = "sent", _("отправлена")
    CHECKING = "checking", _("на проверке")
    ACCEPTED = "accepted", _("принята")
    FAULTY = "faulty", _("с ошибками")
    UNKNOWN = "unknown", _("исход неизвестен")


class Card(CompanyModel):
    """A card as the seller writes it. `content` is the whole of it (`catalog.cards.rules.Draft`); the columns beside it are
    for lists. `score`: completeness, 0–100. `problems`: what Kaspi said of it, in Kaspi's words.
    """

    public_id = models.UUIDField(default=uuid7, editable=False, unique=True)
    shop = SameCompanyKey(Shop)
    offer = SameCompanyKey(Offer, null=True)
    sku = models.CharField(max_length=64)
    title = models.CharField(max_length=1024, blank=True)
    category_code = models.CharField(max_length=512, blank=True)
    content = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=CardState.choices, default=CardState.DRAFT)
    score = models.PositiveSmallIntegerField(default=0)
    problems = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200, blank=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop", "sku"], name="card_once"),
            models.CheckConstraint(condition=Q(score__lte=100), name="card_score_to_hundred"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "shop", "-changed_at", "-id"], name="card_by_change"),
            models.Index(
                fields=["company", "shop", "offer"],
                condition=Q(state__in=("sent", "checking", "unknown")),
                name="card_under_way",
            ),
        ]


class CardVersion(CompanyModel):
    """A card as it was saved once. Never changed."""

    card = SameCompanyKey(Card)
    version = models.PositiveIntegerField()
    content = models.JSONField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200, blank=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "card", "version"], name="card_version_once")
        ]


class UploadState(models.TextChoices):
    QUEUED = "queued", _("в очереди")
    SENDING = "sending", _("отправляем")
    CHECKING = "checking", _("на проверке у Kaspi")
    FINISHED = "finished", _("проверена")
    REFUSED = "refused", _("не отправлена")
    UNKNOWN = "unknown", _("исход неизвестен")


UNDER_WAY = (UploadState.QUEUED, UploadState.SENDING, UploadState.CHECKING)


class CardUpload(CompanyModel):
    """One upload of cards of a shop. Kaspi does not know a second one from the first, so it is sent once: whoever finds it
    in the midst of being sent makes it `unknown`, and a person says what became of it.
    """

    public_id = models.UUIDField(default=uuid7, editable=False, unique=True)
    shop = SameCompanyKey(Shop)
    state = models.CharField(max_length=8, choices=UploadState.choices, default=UploadState.QUEUED)
    # Kaspi's own name of the upload, and its latest word of how far it is.
    kaspi_code = models.CharField(max_length=200, blank=True)
    kaspi_status = models.CharField(max_length=60, blank=True)
    total = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    actor_label = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)
    try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    turn = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            # Kaspi checks one upload of a shop at a time.
            models.UniqueConstraint(
                fields=["company", "shop"], condition=Q(state__in=UNDER_WAY), name="card_upload_one_at_a_time"
            )
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["try_at"], condition=Q(state__in=UNDER_WAY), name="card_upload_due"),
            models.Index(fields=["company", "shop", "-id"], name="card_upload_of_shop"),
        ]


class CardLine(CompanyModel):
    """A card in an upload, in the version that went, and what Kaspi answered. `taken` None: not yet said."""

    upload = SameCompanyKey(CardUpload)
    card = SameCompanyKey(Card)
    sku = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    taken = models.BooleanField(null=True)
    words = models.JSONField(default=list)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "upload", "sku"], name="card_line_once")
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["company", "card", "-id"], name="card_line_of_card")]
