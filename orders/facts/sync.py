"""Facts in: the only module that knows both Kaspi's orders and ours.

A fact is never refused. Each page commits by itself; an order that the database does not take is parked with its raw text
while its neighbours go on; what Kaspi says is written only if it is newer than what we know.
"""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, OperationalError, transaction
from django.db.models import F, Q

from integrations.kaspi.facts import Faulty, KaspiOrder
from integrations.models import ParkedOrder
from orders.deadlines import WorkingCalendar
from orders.facts.storing import Write, glances, known_rows, write
from orders.figures import ORDER_TO_SHELF
from orders.hours import USUAL_HOURS, calendar_of
from orders.lifecycle import Stage
from orders.merging import NOTHING, Merged, Observation, Row, is_news, merge
from orders.models import Order
from orders.turns import let_disk_follow, take_turn
from staff.models import PointOfSale, Shop

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShopPlace:
    """A shop as sync sees it: its points by code, each with its calendar."""

    shop_id: int
    points: Mapping[str, tuple[int, WorkingCalendar]]
    fallback: WorkingCalendar = USUAL_HOURS

    def point_of(self, fact: KaspiOrder) -> tuple[int | None, WorkingCalendar]:
        """Kaspi names a point `PP1` or `30000001_PP1` (kaspi-api.md §2.2)."""
        for name in (fact.origin_point, fact.pickup_point_id):
            found = self.points.get(name.rpartition("_")[2]) if name else None
            if found:
                return found
        return None, self.fallback


@dataclass(slots=True)
class Stored:
    """What became of a batch: how many were new or changed, which want a look by id, which still lack their entries."""

    fresh: int = 0
    changed: int = 0
    unchanged: int = 0
    parked: int = 0
    doubtful: list[str] = field(default_factory=list)
    without_entries: list[str] = field(default_factory=list)


def place_of(shop: Shop) -> ShopPlace:
    """Read the shop's points and hours, inside the company's scope."""
    points = {
        point.code: (point.pk, calendar_of(point))
        for point in PointOfSale.objects.filter(shop_id=shop.pk).order_by("id")
    }
    fallback = next((calendar for _, calendar in points.values()), USUAL_HOURS)
    return ShopPlace(shop.pk, points, fallback)


def store(
    place: ShopPlace,
    facts: Sequence[KaspiOrder],
    *,
    observed_at: datetime,
    by_id: bool = False,
    lines_asked: bool = False,
    live: bool = True,
) -> Stored:
    """Write a page of observations, inside the company's scope. `live` False: history, which says nothing of our speed;
    `by_id` and `lines_asked` as in `orders.merging.Observation`.
    """
    result = Stored()
    if not by_id:
        let_disk_follow()
    seen = {fact.kaspi_id: _observation(place, fact, observed_at, by_id, lines_asked) for fact in facts}
    known = glances(place.shop_id, seen)
    news = {name for name, one in seen.items() if is_news(known.get(name), one)}
    for name in seen.keys() - news:
        _count(result, NOTHING, known[name], seen[name].fact)
    bad: set[str] = set()
    if news:
        take_turn(place.shop_id)
        writes = _merged(place, [seen[name] for name in seen if name in news], result)
        bad = _write_or_park(place, writes, result, observed_at)
        if live:
            _observe_speed(writes, observed_at)
    _resolve_parked(place.shop_id, seen.keys() - bad, observed_at)
    return result


def _merged(place: ShopPlace, news: Sequence[Observation], result: Stored) -> list[Write]:
    """What to write. The rows are read anew: a rival may have written them before it was our turn."""
    known = known_rows(place.shop_id, [one.fact.kaspi_id for one in news])
    writes = []
    for one in news:
        row = known.get(one.fact.kaspi_id)
        merged = merge(row, one)
        _count(result, merged, row, one.fact)
        if merged.row is not None:
            writes.append(Write(merged.row, merged.events, one.fact.entries, row is not None, row))
    return writes


def _observation(place: ShopPlace, fact: KaspiOrder, at: datetime, by_id: bool, lines_asked: bool) -> Observation:
    point_id, calendar = place.point_of(fact)
    return Observation(fact, at, point_id, calendar, by_id, lines_asked)


def _count(result: Stored, merged: Merged, known: Row | None, fact: KaspiOrder) -> None:
    if merged.doubtful:
        result.doubtful.append(fact.kaspi_id)
    elif merged.row is None:
        result.unchanged += 1
    elif known is None:
        result.fresh += 1
    else:
        result.changed += 1
    now = merged.row or known
    if fact.entries is None and (now is None or now["entries_at"] is None):
        result.without_entries.append(fact.kaspi_id)


def _write_or_park(place: ShopPlace, writes: Sequence[Write], result: Stored, now: datetime) -> set[str]:
    """All at once; if the database refuses one of them, each by itself, and the bad ones aside. Answers the bad ids."""
    if not writes:
        return set()
    try:
        with transaction.atomic():
            write(place.shop_id, writes, now=now)
        return set()
    except OperationalError:
        # Not a matter of one order: the database is away, or a rival holds its locks. The page is read again.
        raise
    except (DatabaseError, ValueError) as problem:
        log.warning("a batch of %d orders did not fit (%s), storing one by one", len(writes), type(problem).__name__)
    bad = set()
    for one in writes:
        try:
            with transaction.atomic():
                write(place.shop_id, [one], now=now)
        except OperationalError:
            raise
        except (DatabaseError, ValueError) as problem:
            result.parked += 1
            bad.add(one.row["kaspi_id"])
            raw = json.dumps(one.row["raw"], ensure_ascii=True, default=str)
            park(place.shop_id, [Faulty(one.row["kaspi_id"], one.row["code"], _sentence(problem), raw)], now=now)
    return bad


def _sentence(problem: Exception) -> str:
    # The message may quote the row, which holds a phone; the class and the column are enough.
    column = getattr(getattr(problem.__cause__, "diag", None), "column_name", None)
    return f"Не удалось записать заказ: {type(problem).__name__}" + (f", поле {column}" if column else "")


def park(shop_id: int, faulty: Iterable[Faulty], *, now: datetime) -> None:
    """Keep what could not be read or stored, raw and counted, for a person to see."""
    for bad in faulty:
        name = (bad.kaspi_id or bad.code or "?")[:120].replace("\x00", "")
        code = (bad.code or "")[:32].replace("\x00", "")
        values = {
            "code": code,
            "problem": bad.problem[:500],
            "raw_text": "" if _is_forgotten(shop_id, name, code) else bad.raw_text.replace("\x00", ""),
            "last_seen_at": now,
            "resolved_at": None,
        }
        changed = ParkedOrder.objects.filter(shop_id=shop_id, kaspi_id=name).update(times=F("times") + 1, **values)
        if not changed:
            ParkedOrder.objects.create(shop_id=shop_id, kaspi_id=name, first_seen_at=now, **values)


def _is_forgotten(shop_id: int, kaspi_id: str, code: str) -> bool:
    named = Q(kaspi_id=kaspi_id) | Q(code=code) if code else Q(kaspi_id=kaspi_id)
    return bool(Order.objects.filter(named, shop_id=shop_id, forgotten_at__isnull=False).exists())


def _resolve_parked(shop_id: int, kaspi_ids: Iterable[str], now: datetime) -> None:
    """These can be read and stored, or stand here already as they are."""
    ParkedOrder.objects.filter(shop_id=shop_id, kaspi_id__in=list(kaspi_ids), resolved_at=None).update(resolved_at=now)


def _observe_speed(writes: Iterable[Write], now: datetime) -> None:
    for one in writes:
        if not one.known and one.row["stage"] == Stage.NEW:
            ORDER_TO_SHELF.observe(max(0.0, (now - one.row["approved_at"]).total_seconds()))
