"""An order as the API tells it, one builder for the list and for the single order.

Three queries for any number of orders, and plain dicts from plain rows: model instances and serializers would cost
more than the queries (performance.md §2). `orders.api.answers` describes the same form for OpenAPI.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, F, Func, Value

from integrations.models import OPEN_ACTION_STATES, ActionKind, KaspiAction
from orders.lifecycle import ALLOWED, ALLOWED_OF_LINE, Stage
from orders.lines import Line, offered
from orders.models import OrderEntry
from orders.policies import RIGHTS
from staff.access import Actor
from staff.answers import moment, number
from staff.permissions import Permission
from staff.places import Places
from staff.privacy import masking

Row = dict[str, Any]

COLUMNS = (
    *("id", "public_id", "shop_id", "point_id", "code", "state", "status", "stage", "shelf", "version"),
    *("total_price", "delivery_cost", "delivery_cost_for_seller", "payment_mode", "credit_term"),
    *("is_kaspi_delivery", "delivery_mode", "express", "pre_order", "signature_required", "assembled", "imei_required"),
    *("returned_to_warehouse", "pickup_point_id", "town", "address", "waybill_url", "waybill_number"),
    *("cancellation_reason", "fault", "created_at", "approved_at", "accepted_at", "planned_delivery_at", "moved_to"),
    *("reservation_at", "courier_planned_at", "handed_at", "completed_at", "cancelled_at", "returned_at", "closed_at"),
    *("buyer_first_name", "buyer_last_name", "phone", "phone_state", "recipient_name", "recipient_phone"),
    *("entries_at", "accept_by", "due_at", "due_kind", "expired_at", "overdue_at", "return_for_quality"),
    *("mark", "mark_on", "observed_at", "first_seen_at", "changed_at", "courier__public_id", "courier__name"),
)
ENTRY_COLUMNS = (
    *("order_id", "number", "sku", "name", "master_id", "category", "unit_type", "quantity", "base_price"),
    *("total_price", "weight_grams", "imei_required"),
)
SPELLED: Mapping[str, str] = {kind.value: kind.value.replace("_", "-") for kind in ActionKind}
HIDDEN = "hidden"


def told(rows: Sequence[Row], *, by: Actor, places: Places) -> list[dict[str, Any]]:
    """Rows of `values(*COLUMNS)` as the API tells them to this actor."""
    ids = [row["id"] for row in rows]
    entries, pending = _entries(ids), _pending(ids)
    shops = {shop.pk: shop.slug for shop in places.shops}
    points = {point.pk: point.code for point in places.points}
    # A key has no orders of its own: what a courier may not see any more is no matter here.
    seen, allowed = by.may(Permission.BUYERS_SEE), allowed_spelled(by)
    return [
        {
            "id": str(row["public_id"]),
            "shop": shops[row["shop_id"]],
            "point": points.get(row["point_id"]),
            "code": row["code"],
            "shelf": row["shelf"],
            "stage": row["stage"],
            "kaspi_state": row["state"],
            "kaspi_status": row["status"],
            "total_price": number(row["total_price"]),
            "buyer": _buyer(row, seen),
            "entries": _with_actions(entries.get(row["id"], []), row, by=by, busy=row["id"] in pending),
            "entries_read_at": moment(row["entries_at"]),
            "deadlines": _deadlines(row),
            "actions": allowed[row["stage"]] if row["id"] not in pending else [],
            "pending": pending.get(row["id"]),
            "delivery": _delivery(row, seen),
            "courier": _courier(row),
            "payment": {"mode": row["payment_mode"], "credit_term": row["credit_term"]},
            "cancellation": _cancellation(row),
            "provisional": row["stage"] == Stage.EXPIRED.value,
            "return_for_quality": row["return_for_quality"],
            "mark": row["mark"],
            "marked_on": row["mark_on"] and row["mark_on"].isoformat(),
            "dates": _dates(row),
            "version": row["version"],
        }
        for row in rows
    ]


def allowed_spelled(by: Actor) -> dict[str, list[str]]:
    """By stage what this actor may do with an order there."""
    return {
        stage.value: [SPELLED[kind] for kind in kinds if by.may(RIGHTS[ActionKind(kind)])]
        for stage, kinds in ALLOWED.items()
    }


def _with_actions(told: list[dict[str, Any]], row: Row, *, by: Actor, busy: bool) -> list[dict[str, Any]]:
    """What this actor may do with each line, besides what he may do with the order."""
    stage = Stage(row["stage"])
    may = {kind for kind in ALLOWED_OF_LINE[stage] if not busy and by.may(RIGHTS[ActionKind(kind)])}
    for entry in told:
        kinds = offered(_line(entry), stage, alone=len(told) == 1) if may else ()
        entry["actions"] = [SPELLED[kind] for kind in kinds if kind in may]
    return told


def _line(entry: Mapping[str, Any]) -> Line:
    grams = entry["weight_grams"]
    return Line(
        kaspi_id="",
        number=entry["number"],
        quantity=Decimal(str(entry["quantity"])),
        unit_type=entry["unit"],
        grams=None if grams is None else Decimal(str(grams)),
        needs_imei=entry["imei_required"],
    )


def spelled(kind: str) -> str:
    """A kind of action as addresses spell it: `send-code`."""
    return SPELLED[kind]


def _buyer(row: Row, seen: bool) -> dict[str, Any]:
    return {
        "first_name": row["buyer_first_name"],
        "last_name": row["buyer_last_name"] if seen else masking.short_name("", row["buyer_last_name"]),
        "phone": (row["phone"] or None) if seen else None,
        "phone_state": row["phone_state"] if seen else HIDDEN,
    }


def _deadlines(row: Row) -> dict[str, Any]:
    return {
        "accept_by": moment(row["accept_by"]),
        "due_at": moment(row["due_at"]),
        "due_kind": row["due_kind"] or None,
        "overdue_at": moment(row["overdue_at"]),
        "expired_at": moment(row["expired_at"]),
    }


def _delivery(row: Row, seen: bool) -> dict[str, Any]:
    recipient = seen and (row["recipient_name"] or row["recipient_phone"])
    return {
        "mode": row["delivery_mode"],
        "kaspi_delivery": row["is_kaspi_delivery"],
        "express": row["express"],
        "pre_order": row["pre_order"],
        "town": row["town"],
        "address": row["address"] if seen else None,
        "recipient": {"name": row["recipient_name"], "phone": row["recipient_phone"] or None} if recipient else None,
        "pickup_point": row["pickup_point_id"] or None,
        "cost": number(row["delivery_cost"]),
        "cost_for_seller": number(row["delivery_cost_for_seller"]),
        "signature_required": row["signature_required"],
        "imei_required": row["imei_required"],
        "assembled": row["assembled"],
        "returned_to_warehouse": row["returned_to_warehouse"],
        "waybill": _waybill(row) if row["waybill_url"] and seen else None,
    }


def _courier(row: Row) -> dict[str, Any] | None:
    given = row["courier__public_id"]
    return {"id": str(given), "name": row["courier__name"]} if given else None


def _waybill(row: Row) -> dict[str, Any]:
    """The paper names the buyer."""
    return {"number": row["waybill_number"], "url": row["waybill_url"]}


def _cancellation(row: Row) -> dict[str, Any] | None:
    if not (row["cancellation_reason"] or row["fault"] or row["cancelled_at"]):
        return None
    return {
        "reason": row["cancellation_reason"] or None,
        "fault": row["fault"] or None,
        "at": moment(row["cancelled_at"]),
        "provisional": row["stage"] == Stage.EXPIRED.value,
    }


DATES: Mapping[str, str] = {
    "created_at": "created_at",
    "approved_at": "approved_at",
    "accepted_at": "accepted_at",
    "planned_delivery_at": "planned_delivery_at",
    "moved_to": "moved_to",
    "reserved_until": "reservation_at",
    "courier_planned_at": "courier_planned_at",
    "handed_over_at": "handed_at",
    "completed_at": "completed_at",
    "cancelled_at": "cancelled_at",
    "returned_at": "returned_at",
    "closed_at": "closed_at",
    "first_seen_at": "first_seen_at",
    "observed_at": "observed_at",
    "updated_at": "changed_at",
}


def _dates(row: Row) -> dict[str, str | None]:
    return {name: moment(row[column]) for name, column in DATES.items()}


class AnyOf(Func):
    """`column = ANY(array)`: one parameter; the hundred of an IN take Django longer to write than PostgreSQL to answer."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, column: str, ids: Sequence[int]) -> None:
        super().__init__(F(column), Value(list(ids)))


def _entries(ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = OrderEntry.objects.filter(AnyOf("order_id", ids)).order_by("order_id", "number").values_list(*ENTRY_COLUMNS)
    for order, no, sku, name, master, category, unit, quantity, price, total, weight, imei in rows:
        found[order].append(
            {
                "number": no,
                "sku": sku,
                "name": name,
                "master_sku": master or None,
                "category": category,
                "unit": unit,
                "quantity": number(quantity),
                "base_price": number(price),
                "total_price": number(total),
                "weight_grams": None if weight is None else number(weight),
                "imei_required": imei,
            }
        )
    return found


def _pending(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The action of each order that is on its way, the oldest if there were several."""
    rows = KaspiAction.objects.filter(AnyOf("subject_id", ids), state__in=OPEN_ACTION_STATES).order_by("-id")
    return {
        order: {"id": str(public_id), "kind": SPELLED[kind], "state": state}
        for order, public_id, kind, state in rows.values_list("subject_id", "public_id", "kind", "state")
    }
