"""Which file is handed out: a new one, or the last good one while the new one lacks too much (promise 13a).

Everything here happens inside the company's scope, with the feed's row held, in the caller's transaction: whoever asks
for the file finds the one or the other.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from catalog.models import Feed, FeedFetch, FeedVersion, HeldFor, VersionState

# Of ten available offers seven must be left.
LEFT_OF_TEN: Final = 7
# A fall in many small steps is a fall too.
REMEMBERED: Final = timedelta(days=1)
KEPT_WHOLE: Final = 24
KEPT: Final = timedelta(days=7)
MOST_FETCHES: Final = 500


def judged(available: int, *, baseline: int) -> HeldFor | None:
    """Why a file with so many available offers is held back; None when it may go. `baseline` 0: nothing to compare with.

    Nothing at all in stock is never said by itself: Kaspi would take every good off sale.
    """
    if not available:
        return HeldFor.EMPTY
    return HeldFor.SHORTER if available * 10 < baseline * LEFT_OF_TEN else None


def baseline_of(feed: Feed, *, now: datetime) -> int:
    """The most available offers that were handed out within a day or last, since a person confirmed a fall; 0: never any."""
    handed_out = _handed_out(feed)
    last = handed_out.values_list("pk", flat=True)[:1]
    confirmed = handed_out.exclude(confirmed_by="").values_list("published_at", flat=True).first()
    late = handed_out.filter(
        Q(pk__in=list(last)) | Q(state=VersionState.PUBLISHED) | Q(replaced_at__gt=now - REMEMBERED)
    )
    if confirmed is not None:
        late = late.filter(published_at__gte=confirmed)
    return max(late.values_list("available", flat=True), default=0)


def _handed_out(feed: Feed) -> "QuerySet[FeedVersion]":
    """Files that were ever handed out, the newest first."""
    found: QuerySet[FeedVersion] = FeedVersion.objects.filter(feed=feed, published_at__isnull=False)
    return found.order_by("-published_at", "-pk")


def published(feed: Feed) -> "QuerySet[FeedVersion]":
    """The file that is handed out, if there is one."""
    found: QuerySet[FeedVersion] = FeedVersion.objects.filter(feed=feed, state=VersionState.PUBLISHED)
    return found


def publish(version: FeedVersion, *, now: datetime) -> None:
    """Hand this one out from now on."""
    withdraw(version.feed, now=now)
    version.state, version.published_at = VersionState.PUBLISHED, now
    version.save()


def withdraw(feed: Feed, *, now: datetime) -> None:
    """Hand out nothing."""
    published(feed).update(state=VersionState.PAST, replaced_at=now)


def hold(version: FeedVersion, reason: HeldFor, *, baseline: int) -> None:
    """Keep it for a person's word, in place of one that waited."""
    waiting = FeedVersion.objects.filter(feed=version.feed, state=VersionState.HELD)
    if waiting.filter(digest=version.digest).exists():
        return
    waiting.delete()
    version.state, version.held_for, version.baseline = VersionState.HELD, reason, baseline
    version.save()


def drop_held(feed: Feed) -> None:
    """What it was held for is mended."""
    FeedVersion.objects.filter(feed=feed, state=VersionState.HELD).update(state=VersionState.DROPPED)


def forget(feed: Feed, *, now: datetime) -> None:
    """Throw away old files, then what is known of them, and old fetches."""
    over = FeedVersion.objects.filter(feed=feed, state__in=(VersionState.PAST, VersionState.DROPPED))
    whole = over.exclude(content=None).order_by("-pk").values_list("pk", flat=True)
    over.filter(pk__in=list(whole[KEPT_WHOLE:])).update(content=None)
    last = _handed_out(feed).values_list("pk", flat=True)[:1]
    over.filter(made_at__lt=now - KEPT).exclude(pk__in=list(last)).delete()
    fetches = FeedFetch.objects.filter(feed=feed)
    old = list(fetches.order_by("-pk").values_list("pk", flat=True)[MOST_FETCHES:])
    fetches.filter(Q(pk__in=old) | Q(at__lt=now - KEPT)).delete()
