"""The price list that Kaspi pulls: a shop's address, the files made for it, and who fetched them."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from staff.ids import public_id_field
from staff.languages import later as _
from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class Feed(CompanyModel):
    """The price list of a shop at an address of its own.

    Of the secret in the address a SHA-256 `digest` is kept to find it by, and the secret itself, sealed, to show it again.
    `looked_at`: when a worker last set about making the file; None: it is to be made at once. `checked_at`: when the
    published file was last found to say what the goods say. `left_out`: the offers that no price list takes, as
    [reason, count, first SKUs]. `problem`: a code of why the last making failed.
    """

    shop = SameCompanyKey(Shop)
    digest = models.CharField(max_length=64, unique=True)
    secret_cipher = models.BinaryField()
    is_on = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    renewed_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    left_out = models.JSONField(default=list)
    problem = models.CharField(max_length=20, blank=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop"], name="feed_once"),
        ]


class FeedMark(CompanyModel):
    """Something of a shop's price list has changed since its file was made. Written by triggers, taken away by the worker."""

    shop = SameCompanyKey(Shop)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [models.Index(fields=["company", "shop", "id"], name="feed_mark_of_shop")]


class VersionState(models.TextChoices):
    """What became of a file: one is handed out, one may wait for a person's word."""

    PUBLISHED = "published", _("отдаём Kaspi")
    HELD = "held", _("придержана")
    PAST = "past", _("отдавали раньше")
    DROPPED = "dropped", _("не выпущена")


class HeldFor(models.TextChoices):
    """Why a file is not handed out by itself."""

    SHORTER = "shorter", _("пропали предложения")
    EMPTY = "empty", _("ни одного предложения в наличии")


class FeedVersion(CompanyModel):
    """A file as it was made: gzip in `content`, which the older ones have lost; `size` bytes and `digest` of the plain text.

    `available`: offers that are sold at some point at least. `changes`: what differs from the file handed out at that
    time (`catalog.feed.comparing`). `baseline`: of how many available offers it was not to fall short by more than the
    guard allows.
    """

    public_id = public_id_field()
    feed = SameCompanyKey(Feed)
    state = models.CharField(max_length=10, choices=VersionState.choices)
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    content = models.BinaryField(null=True)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    offers = models.PositiveIntegerField()
    available = models.PositiveIntegerField()
    left_out = models.PositiveIntegerField(default=0)
    changes = models.JSONField(default=dict)
    held_for = models.CharField(max_length=10, choices=HeldFor.choices, blank=True)
    baseline = models.PositiveIntegerField(default=0)
    confirmed_by = models.CharField(max_length=200, blank=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["company", "feed"],
                condition=Q(state=VersionState.PUBLISHED),
                name="feed_version_published_once",
            ),
            models.UniqueConstraint(
                fields=["company", "feed"], condition=Q(state=VersionState.HELD), name="feed_version_held_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(VersionState.PUBLISHED, VersionState.HELD)) | Q(content__isnull=False),
                name="feed_version_whole",
            ),
            models.CheckConstraint(
                condition=Q(available__lte=models.F("offers")), name="feed_version_available_of_offers"
            ),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["company", "feed", "-id"], name="feed_version_newest")]


class FeedFetch(CompanyModel):
    """Somebody who knows the address came for the file. `digest`: what he was given or already had; empty: nothing."""

    feed = SameCompanyKey(Feed)
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [models.Index(fields=["company", "feed", "-id"], name="feed_fetch_newest")]
