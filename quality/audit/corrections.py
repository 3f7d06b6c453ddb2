"""What changed of days that were over: Kaspi's second thoughts, late news, people's corrections, newest first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.dateparse import parse_date, parse_datetime

from orders.models import Order
from quality.asof import COLUMNS
from quality.audit.changes import Change, Effect, Facts, changes, effects
from quality.models import FactChange

MOST: Final = 20
_KINDS: Final[Mapping[str, Any]] = {field.name: field.type for field in fields(Facts)}


@dataclass(frozen=True, slots=True)
class Correction:
    """One change of the past of one order. `told`: the facts that became others; `effects`: the numbers that did."""

    order_id: int
    code: str
    shop_id: int
    known_at: datetime
    told: tuple[Change, ...]
    effects: tuple[Effect, ...]


def corrections(shop_ids: Sequence[int], *, since: datetime, limit: int = MOST) -> list[Correction]:
    """The newest changes of the past of these shops, at most `limit`."""
    newest = FactChange.objects.filter(shop_id__in=shop_ids, known_at__gte=since).order_by("-known_at", "-id")
    return _told(list(newest[:limit]))


def corrections_of(order_ids: Iterable[int], *, after: datetime) -> dict[int, list[Correction]]:
    """All changes of the past of these orders after a moment, by order, oldest first."""
    found: defaultdict[int, list[Correction]] = defaultdict(list)
    kept = FactChange.objects.filter(order_id__in=list(order_ids), known_at__gt=after).order_by("known_at", "id")
    for one in _told(list(kept)):
        found[one.order_id].append(one)
    return found


def _told(kept: Sequence[FactChange]) -> list[Correction]:
    """A change keeps how it was; how it became stands in the next change of the order, or in the order."""
    if not kept:
        return []
    ids = {one.order_id for one in kept}
    later = FactChange.objects.filter(order_id__in=ids, known_at__gte=min(one.known_at for one in kept))
    present = {values["pk"]: values for values in _present(Order.objects.filter(pk__in=ids))}
    after = {order_id: _facts(values) for order_id, values in present.items()}
    found: dict[int, Correction] = {}
    for one in later.order_by("-known_at", "-id"):
        before, became = _facts(one.before), after[one.order_id]
        after[one.order_id] = before
        told, done = changes(before, became), effects(before, became)
        code = present[one.order_id]["code"]
        found[one.pk] = Correction(one.order_id, code, one.shop_id, one.known_at, told, done)
    return [found[one.pk] for one in kept]


def _present(orders: "QuerySet[Order]") -> Iterable[dict[str, Any]]:
    found: Iterable[dict[str, Any]] = orders.order_by().values("pk", "code", *COLUMNS)
    return found


def _facts(values: Mapping[str, Any]) -> Facts:
    return Facts(**{name: _read(name, values[name]) for name in COLUMNS if values.get(name) is not None})


def _read(name: str, value: Any) -> Any:
    """Columns as JSON keeps them are texts."""
    if not isinstance(value, str):
        return value
    kind = _KINDS[name]
    return parse_datetime(value) if kind == datetime | None else parse_date(value) if kind == date | None else value
