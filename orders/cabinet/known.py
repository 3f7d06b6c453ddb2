"""What is known of orders before a file is applied: from the cabinet's earlier files, and from Kaspi's API."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet

from orders.cabinet.told import FIELDS, NOTHING, ON_ORDER, Facts, Standing
from orders.lifecycle import Stage
from orders.models import CabinetFacts, Order

OF_CABINET: Final = tuple(name for name in FIELDS if name not in ON_ORDER)
_OF_ORDER: Final = (
    *("id", "code", "stage", "total_price", "delivery_cost", "created_at", "approved_at"),
    *("mark", "mark_on", "return_for_quality", "forgotten_at"),
)


@dataclass(frozen=True, slots=True)
class Known:
    """An order of the shop as it stands. `forgotten`: nothing that its buyer said may be kept."""

    order_id: int
    code: str
    facts: Facts
    api: Standing
    forgotten: bool


def known_by_code(shop_id: int, codes: Iterable[str]) -> Mapping[str, Known]:
    """Orders of the shop by their number."""
    return {one.code: one for one in _known(Order.objects.filter(shop_id=shop_id, code__in=list(codes)))}


def known_by_id(shop_id: int, ids: Iterable[int]) -> Mapping[int, Known]:
    return {one.order_id: one for one in _known(Order.objects.filter(shop_id=shop_id, pk__in=list(ids)))}


def _known(orders: "QuerySet[Order]") -> list[Known]:
    rows = list(orders.values(*_OF_ORDER))
    found = CabinetFacts.objects.filter(order_id__in=[row["id"] for row in rows]).values("order_id", *OF_CABINET)
    earlier = {row.pop("order_id"): row for row in found}
    return [_one(row, earlier.get(row["id"], {})) for row in rows]


def _one(row: Mapping[str, Any], earlier: Mapping[str, Any]) -> Known:
    facts = NOTHING | {name: _plain(value) for name, value in earlier.items()}
    facts |= {"mark": row["mark"], "mark_on": _plain(row["mark_on"]), "for_quality": row["return_for_quality"]}
    api = Standing(Stage(row["stage"]), row["total_price"], row["delivery_cost"], row["created_at"], row["approved_at"])
    return Known(row["id"], row["code"], facts, api, row["forgotten_at"] is not None)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.2f}" if isinstance(value, Decimal) else value
