"""What an observation changed, small enough to be kept for ever. Pure.

Of the row what a person asks about; of Kaspi's answer every attribute but those of people, each as [old, new].
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from orders.buyers.persons import ATTRIBUTES

Pairs = dict[str, list[Any]]

# Columns whose past is shown. None of them is of a person.
WATCHED: Final = (
    *("state", "status", "total_price", "delivery_cost", "point_id", "delivery_mode", "express", "pre_order"),
    *("assembled", "waybill_number", "cancellation_reason", "accept_by", "due_at", "due_kind"),
    *("planned_delivery_at", "reservation_at", "courier_planned_at", "handed_at", "completed_at", "accepted_at"),
    *("cancelled_at", "returned_at", "items_count", "pieces"),
)
# The lines of the order stand among the facts by this name, as [sku, name, quantity, sum in ₸].
LINES: Final = "lines"
# The paper behind this address names the buyer.
UNTOLD: Final = ATTRIBUTES | {"waybill"}
MOST_PATHS: Final = 40
MOST_LINES: Final = 50
LONGEST_VALUE: Final = 200


@dataclass(frozen=True, slots=True)
class Diff:
    """What changed; `cut`: more than is kept."""

    facts: Pairs = field(default_factory=dict)
    raw: Pairs = field(default_factory=dict)
    cut: bool = False

    def __bool__(self) -> bool:
        return bool(self.facts or self.raw)


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> Diff:
    """Between two rows of one order with their raw answers (the columns that `orders.merging` makes)."""
    facts = {name: [plain(before[name]), plain(after[name])] for name in WATCHED if before[name] != after[name]}
    raw, cut = raw_diff(before["raw"], after["raw"])
    return Diff({name: pair for name, pair in facts.items() if pair[0] != pair[1]}, raw, cut)


def raw_diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Pairs, bool]:
    """The attributes that differ, by their path, and whether there were more or longer ones than are kept.

    Of a forgotten buyer's order the earlier answer is gone: nothing can be said of what changed in it.
    """
    if not before or not after:
        return {}, False
    told, tells = _attributes(before), _attributes(after)
    # Most of the answer is as it was, and need not be laid flat.
    names = [name for name in told.keys() | tells.keys() if told.get(name) != tells.get(name)]
    old, new = ({name: side[name] for name in names if name in side} for side in (told, tells))
    old, new = flat(old), flat(new)
    # What stands on one side only is absent on the other.
    paths = sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
    kept = {path: [_short(old.get(path)), _short(new.get(path))] for path in paths[:MOST_PATHS]}
    long = any(
        isinstance(value, str) and len(value) > LONGEST_VALUE
        for path in kept
        for value in (old.get(path), new.get(path))
    )
    return kept, len(paths) > MOST_PATHS or long


def flat(value: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """«kaspiDelivery.courierTransmissionDate» → its value, at any depth. People are left out wherever they stand."""
    return dict(_flat(value, above))


def lines(entries: Sequence[Sequence[Any]]) -> list[list[str]]:
    """Rows of (sku, name, quantity, sum) as they are kept."""
    return [
        [str(sku)[:64], str(name)[:120], plain(quantity), plain(total)]
        for sku, name, quantity, total in entries[:MOST_LINES]
    ]


def plain(value: Any) -> Any:
    """As JSON keeps it: a moment in UTC, a number without its trailing zeros."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value


def _attributes(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    found = raw.get("attributes", raw)
    return found if isinstance(found, Mapping) else {}


def _flat(value: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for name, one in value.items():
        if name in UNTOLD:
            continue
        path = f"{above}.{name}" if above else str(name)
        if isinstance(one, Mapping):
            yield from _flat(one, path)
        else:
            yield path, one


def _short(value: Any) -> Any:
    if isinstance(value, list):
        value = str(value)
    return value[:LONGEST_VALUE] if isinstance(value, str) else value
