"""The worker's duty: make the price lists of which something has changed, and hand out those that are good.

A feed is leased, its file made outside of any lock, and put down only if the lease is still ours. Marks of changes are
read at the same moment as the goods: what is changed meanwhile has a mark that stays, and the file is made again.
"""

import logging
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection

from catalog.feed.checking import NotWhole
from catalog.feed.comparing import Comparison, lines_of
from catalog.feed.packing import Labels, Packed, pack
from catalog.feed.publishing import baseline_of, drop_held, forget, hold, judged, publish, published
from catalog.feed.reading import Leftovers, moment_of, offers_of, points_of
from catalog.models import Feed, FeedMark, FeedVersion
from staff.clock import database_now
from staff.formats import ALMATY
from staff.memory import uncollected
from staff.models import Company
from staff.scoping import company_scope, current_company

log = logging.getLogger(__name__)

AT_ONCE: Final = 1
LEASE: Any = timedelta(minutes=3)


class Leased(NamedTuple):
    company_id: int
    id: int
    lease_until: datetime


def make_due() -> int:
    """Make the files of all companies that are due; answers how many were taken up."""
    with connection.cursor() as cursor:
        values: list[Any] = [AT_ONCE, LEASE]
        cursor.execute("SELECT company_id, id, lease_until FROM office_claim_feeds(%s, %s)", values)
        leased = [Leased(*row) for row in cursor.fetchall()]
    for one in leased:
        _make(one)
    return len(leased)


def _make(one: Leased) -> None:
    try:
        with uncollected(), moment_of(one.company_id):
            marks = list(FeedMark.objects.filter(shop=_shop_id(one)).values_list("pk", flat=True))
            packed = packed_of(Feed.objects.select_related("shop").get(pk=one.id))
        _put_down(one, packed, marks)
    except NotWhole:
        log.exception("price list %s is not whole and stays unpublished", one.id)
        _give_up(one, "not_whole")
    except Exception:
        log.exception("price list %s was not made", one.id)
        _give_up(one, "failed")


def packed_of(feed: Feed) -> Packed:
    """The file of a shop as its goods are now, compared with the one that is handed out. Raises `checking.NotWhole`."""
    former = published(feed).values_list("content", flat=True).first()
    shop, points, left_out = feed.shop, points_of(feed.shop), Leftovers()
    company = Company.objects.values_list("name", flat=True).get(pk=current_company())
    return pack(
        offers_of(shop, points, left_out),
        [point.code for point in points],
        Labels(company, shop.merchant_uid, database_now().astimezone(ALMATY).date()),
        left_out=left_out,
        comparison=Comparison(lines_of(former)),
    )


def _shop_id(one: Leased) -> int:
    found: int = Feed.objects.values_list("shop_id", flat=True).get(pk=one.id)
    return found


def _put_down(one: Leased, packed: Packed, marks: list[int]) -> None:
    with company_scope(one.company_id):
        feed = Feed.objects.select_for_update().filter(pk=one.id, lease_until=one.lease_until, is_on=True).first()
        if feed is None:
            return
        now = database_now()
        _decide(feed, packed, now=now)
        feed.looked_at, feed.lease_until, feed.problem = now, None, ""
        feed.left_out = packed.left_out.told()
        feed.save(update_fields=["looked_at", "checked_at", "lease_until", "problem", "left_out"])
        FeedMark.objects.filter(pk__in=marks).delete()
        forget(feed, now=now)


def _decide(feed: Feed, packed: Packed, *, now: datetime) -> None:
    """Publish the file, hold it back, or find that it is the one that is handed out."""
    present = published(feed).defer("content").first()
    baseline = baseline_of(feed, now=now)
    reason = judged(packed.available, baseline=baseline)
    if present is not None and present.digest == packed.digest:
        drop_held(feed)
        feed.checked_at = now
    elif reason is not None:
        log.error("price list %s is held back: %s of %s offers are left", feed.pk, packed.available, baseline)
        hold(_version(feed, packed, now), reason, baseline=baseline)
    else:
        drop_held(feed)
        publish(_version(feed, packed, now), now=now)
        feed.checked_at = now


def _version(feed: Feed, packed: Packed, now: datetime) -> FeedVersion:
    """Not stored yet."""
    return FeedVersion(
        company_id=feed.company_id,
        feed=feed,
        made_at=now,
        left_out=packed.left_out.total,
        **{name: value for name, value in packed._asdict().items() if name != "left_out"},
    )


def _give_up(one: Leased, problem: str) -> None:
    """The last good file stays; tried again in a minute."""
    with company_scope(one.company_id):
        mine = Feed.objects.filter(pk=one.id, lease_until=one.lease_until)
        mine.update(problem=problem, looked_at=database_now(), lease_until=None)
