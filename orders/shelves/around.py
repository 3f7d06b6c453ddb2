"""What stands around the rows of a shelf: counters, the pulse, what burns, how fresh it is. One query."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext

from orders.filters import REACH, reach_of
from orders.lifecycle import SHELF_OF, Shelf, Stage
from staff.access import Actor, OfficeRequest
from staff.formats import almaty_moment, almaty_time, plural
from staff.models import Shop
from staff.places import Places, chosen_shop, places_of
from staff.scoping import current_company

URGENT = timedelta(minutes=15)
# NEW is read every 15 s; an answer older than this is worth a word.
STALE = timedelta(minutes=3)
# More points than this make no menu, and are counted together.
MENU_POINTS = 30

# Of the shops by their counters, where 0 is no point.
_COUNTED = """
  SELECT CASE WHEN %(by_point)s THEN point_id ELSE 0 END AS point, stage, sum(orders) AS orders FROM orders_shelfcount
  WHERE company_id = %(company)s AND shop_id = ANY(%(shops)s)
    AND (%(points)s::bigint[] IS NULL OR point_id = ANY(%(points)s::bigint[])
      OR (point_id = 0 AND shop_id = ANY(%(whole)s::bigint[])))
  GROUP BY 1, 2 HAVING sum(orders) > 0"""
PULSE = "SELECT coalesce(sum(version), 0) FROM orders_shoppulse WHERE company_id = %(company)s AND shop_id {shops}"
# A courier has a handful, and counters of a shop say nothing of him. His pulse is a digest of his orders' versions: it
# stays the same while other people's orders change.
_COUNTED_OF_COURIER = f"""
  SELECT CASE WHEN %(by_point)s THEN coalesce(point_id, 0) ELSE 0 END AS point, stage, count(*) AS orders
  FROM orders_order WHERE company_id = %(company)s AND courier_id = %(courier)s AND shelf <> 'archive'
    AND shop_id = ANY(%(shops)s) AND {REACH} GROUP BY 1, 2"""  # noqa: S608  our own constant
PULSE_OF_COURIER = f"""
  SELECT coalesce(('x' || substr(md5(string_agg(id || ':' || version, ',' ORDER BY id)), 1, 12))::bit(48)::bigint, 0)
  FROM orders_order WHERE company_id = %(company)s AND courier_id = %(courier)s AND shelf <> 'archive'
    AND {REACH} AND shop_id {{shops}}"""  # noqa: S608  our own constant
_NAMED_SHOPS = "= ANY(%(shops)s)"
_VISIBLE_SHOPS = """IN (SELECT id FROM staff_shop WHERE company_id = %(company)s AND (%(slug)s = '' OR slug = %(slug)s)
  AND (%(points)s::bigint[] IS NULL OR id = ANY(%(whole)s::bigint[]) OR id IN (
    SELECT shop_id FROM staff_pointofsale WHERE company_id = %(company)s AND id = ANY(%(points)s::bigint[]))))"""

# Orders that a member was told of, and that still wait at the deadline of that notice, newest first up to so many: the
# bell counts what he has not looked at and nobody has handled.
NOTICES = 99
_NOTICED = f"""
  SELECT count(*) FROM orders_order WHERE company_id = %(company)s AND {REACH} AND (id, due_at, due_kind) IN (
    SELECT alert.order_id, alert.due_at, alert.due_kind FROM (
      SELECT alert_id FROM orders_notice WHERE company_id = %(company)s AND member_id = %(member)s::bigint
        AND seen_at IS NULL ORDER BY at DESC LIMIT {NOTICES}) unseen
    JOIN orders_deadlinealert alert ON alert.company_id = %(company)s AND alert.id = unseen.alert_id)
"""  # noqa: S608  our own constants

_AROUND = f"""
SELECT clock_timestamp(),
  (SELECT coalesce(json_agg(json_build_array(point, stage, orders)), '[]'::json) FROM ({{counted}}) counted),
  ({{pulse}}),
  EXISTS (SELECT FROM orders_order WHERE company_id = %(company)s AND shop_id = ANY(%(shops)s) AND shelf = 'new'
    AND burns_at < now() + %(urgent)s AND {REACH}),
  (SELECT json_build_object('accounts', count(*), 'refused', count(*) FILTER (WHERE state = 'refused'),
     'resting', count(*) FILTER (WHERE quiet_until > now()), 'checked', extract(epoch FROM min(last_ok_at)),
     'importing', count(*) FILTER (WHERE import_started_at IS NOT NULL AND import_finished_at IS NULL))
   FROM integrations_kaspiaccount WHERE company_id = %(company)s AND shop_id = ANY(%(shops)s)),
  EXISTS (SELECT FROM orders_returncase WHERE company_id = %(company)s AND shop_id = ANY(%(shops)s)
    AND state = 'at_point'),
  ({_NOTICED})
"""  # noqa: S608  our own constants
_AROUND_SHOPS = _AROUND.format(counted=_COUNTED, pulse=PULSE.format(shops=_NAMED_SHOPS))
_AROUND_COURIER = _AROUND.format(counted=_COUNTED_OF_COURIER, pulse=PULSE_OF_COURIER.format(shops=_NAMED_SHOPS))


@dataclass(frozen=True, slots=True)
class Exchange:
    """How the exchange of the visible shops goes; `checked_at` is the oldest of their last good answers."""

    accounts: int
    refused: int
    resting: int
    importing: int
    checked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Around:
    """`now` is the database's clock. `counts` are orders by (point, stage); point 0 stands for none, or for all together.

    `notices`: orders of the member's unseen notices, in all of his shops.
    """

    now: datetime
    counts: Mapping[tuple[int, Stage], int]
    version: int
    urgent: bool
    exchange: Exchange
    # Returns of some point of these shops lie at its drop point, which takes no parcels then.
    blocked: bool = False
    notices: int = 0

    def on_shelf(self, shelf: Shelf, *, points: frozenset[int] | None = None) -> int:
        return sum(n for (point, stage), n in self.counts.items() if SHELF_OF[stage] is shelf and _in(point, points))

    def at_stages(self, stages: tuple[Stage, ...], *, points: frozenset[int] | None = None) -> int:
        return sum(n for (point, stage), n in self.counts.items() if stage in stages and _in(point, points))


def _in(point: int, points: frozenset[int] | None) -> bool:
    return points is None or point in points


def around_of(request: OfficeRequest) -> Around:
    """For the person and the shop of this request; asked once."""
    found: Around | None = getattr(request, "_around", None)
    if found is None:
        shop = chosen_shop(request)
        found = look_around(places_of(request), shop=shop, by=request.actor)
        request._around = found  # type: ignore[attr-defined]
    return found


def has_point_menu(places: Places, shop: Shop | None) -> bool:
    return 1 < len(places.points_of(shop)) <= MENU_POINTS


def look_around(places: Places, *, shop: Shop | None, by: Actor) -> Around:
    """Counters of the shop, or of every visible one, as far as this actor sees their orders."""
    arguments: dict[str, Any] = reach_of(by) | {
        "company": current_company(),
        "shops": [shop.pk] if shop else [one.pk for one in places.shops],
        "by_point": has_point_menu(places, shop),
        "urgent": URGENT,
        "member": by.id if by.kind == "member" else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(_AROUND_SHOPS if by.orders_of is None else _AROUND_COURIER, arguments)
        return _read(cursor.fetchone())


def version_of(actor: Actor, shop: str) -> int:
    """What `Around.version` is, in one small query: another number when an order that this actor sees has changed."""
    pulse = PULSE if actor.orders_of is None else PULSE_OF_COURIER
    with connection.cursor() as cursor:
        cursor.execute(
            pulse.format(shops=_VISIBLE_SHOPS), reach_of(actor) | {"company": current_company(), "slug": shop}
        )
        return int(cursor.fetchone()[0])


def _read(row: tuple[Any, ...]) -> Around:
    now, counts, version, urgent, exchange, blocked, notices = row
    told = exchange if isinstance(exchange, dict) else json.loads(exchange)
    listed = counts if isinstance(counts, list) else json.loads(counts)
    checked = told.pop("checked")
    return Around(
        now=now,
        counts={(int(point), Stage(stage)): int(orders) for point, stage, orders in listed},
        version=int(version),
        urgent=urgent,
        notices=notices,
        exchange=Exchange(checked_at=checked and datetime.fromtimestamp(checked, UTC), **told),
        blocked=blocked,
    )


def freshness(around: Around) -> tuple[str, str]:
    """How true the screen is: words, and their level."""
    exchange, now = around.exchange, around.now
    if not exchange.accounts:
        return gettext("Kaspi не подключён"), "warn"
    if exchange.refused:
        shops = (
            ""
            if exchange.accounts == 1
            else gettext(" у %(refused)s") % {"refused": plural(exchange.refused, "магазина", "магазинов")}
        )
        return gettext("Обмен остановлен%(shops)s: Kaspi не принимает токен") % {"shops": shops}, "danger"
    if exchange.checked_at is None:
        return gettext("Ещё не сверено с Kaspi"), "warn"
    if now - exchange.checked_at > STALE:
        return gettext("Kaspi не отвечает, сверено %(moment)s") % {
            "moment": almaty_moment(exchange.checked_at, now=now)
        }, "warn"
    return gettext("сверено с Kaspi в %(time)s") % {"time": almaty_time(exchange.checked_at)}, "ok"
