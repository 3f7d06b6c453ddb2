"""What happens to an order without the merchant: deeds of Kaspi, the courier and the buyer (kaspi-api §2.5).

The agenda and the control door call them by the same names.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass

from . import steps
from .steps import (
    ACCEPTED,
    APPROVED,
    ARCHIVE,
    CANCELLING,
    COMPLETED,
    DELIVERY,
    KASPI,
    PICKUP,
    RETURN_ACCEPTED,
    RETURN_REQUESTED,
    RETURNED,
    SIGN,
)
from .world import Order, World


@dataclass(frozen=True, slots=True)
class Deed:
    may: Callable[[Order], bool]
    do: Callable[[World, Order, int], None]


def _open(order: Order) -> bool:
    return order.status in (APPROVED, ACCEPTED)


def _on_the_way(order: Order) -> bool:
    return order.status == ACCEPTED and order.courier_taken is not None


def _buyer_cancels(world: World, order: Order, now: int) -> None:
    if _on_the_way(order):
        steps.turn_back(world, order, now, reason="BUYER_CANCELLATION_HIMSELF")
    else:
        steps.cancel(world, order, now, reason="BUYER_CANCELLATION_HIMSELF")


def _kaspi_cancels(world: World, order: Order, now: int) -> None:
    if _on_the_way(order):
        steps.turn_back(world, order, now, reason="TIMEOUT_KASPI_DELIVERY")
        return
    reason = "MERCHANT_OUT_OF_STOCK" if order.status == APPROVED else "TECHNICAL_PROBLEM_CANCELLATION"
    steps.cancel(world, order, now, reason=reason)


def _cancel_for(reason: str) -> Callable[[World, Order, int], None]:
    return lambda world, order, now: steps.cancel(world, order, now, reason=reason)


def _appear(world: World, order: Order, now: int) -> None:
    order.visible = True
    world.touch(order)


def _make_waybill(world: World, order: Order, now: int) -> None:
    make_waybill_number(order)
    world.touch(order)


def make_waybill_number(order: Order) -> None:
    order.waybill_number = f"{zlib.crc32(order.code.encode()) % 90_000_000 + 10_000_000}"


def _goods_back(world: World, order: Order, now: int) -> None:
    order.returned_to_warehouse = True
    world.touch(order)


def _decide_return(world: World, order: Order, now: int) -> None:
    order.state, order.status = ARCHIVE, RETURNED
    steps.settle(world, order, now)


def _refuse(world: World, order: Order, now: int) -> None:
    steps.turn_back(world, order, now, reason="BUYER_CANCELLATION_BY_COURIER")


def _in(state: str, *, pre_order: bool | None = None) -> Callable[[Order], bool]:
    return lambda order: order.state == state and order.status == ACCEPTED and pre_order in (None, order.pre_order)


def _to_pack(order: Order) -> bool:
    return order.state == KASPI and order.status == ACCEPTED and not order.assembled and not order.pre_order


def _to_collect(order: Order) -> bool:
    return order.state == KASPI and order.status == ACCEPTED and order.assembled and order.courier_taken is None


DEEDS: dict[str, Deed] = {
    "appears": Deed(lambda order: not order.visible, _appear),
    "kaspi_accepts": Deed(lambda order: order.status == APPROVED, steps.accept),
    "expires": Deed(lambda order: order.status == APPROVED, _cancel_for("MERCHANT_OUT_OF_STOCK")),
    "kaspi_cancels": Deed(_open, _kaspi_cancels),
    "buyer_cancels": Deed(_open, _buyer_cancels),
    "signed": Deed(_in(SIGN), steps.sign),
    "signature_expires": Deed(_in(SIGN), _cancel_for("TIMEOUT_BUYER_SIGNATURE")),
    "pre_order_expires": Deed(
        lambda order: order.pre_order and order.status == ACCEPTED, _cancel_for("MERCHANT_OUT_OF_STOCK")
    ),
    "pickup_expires": Deed(_in(PICKUP), _cancel_for("TIMEOUT_BUYER_PICKUP")),
    "delivery_expires": Deed(_in(DELIVERY), _cancel_for("TIMEOUT_MERCHANT_DELIVERY")),
    "packed": Deed(_to_pack, steps.assemble),
    "arrived": Deed(lambda order: order.pre_order and order.status == ACCEPTED, steps.arrive),
    "waybill_made": Deed(lambda order: order.assembled and order.waybill_number is None, _make_waybill),
    "courier_collects": Deed(_to_collect, steps.take),
    "delivered": Deed(_on_the_way, steps.complete),
    "refused": Deed(_on_the_way, _refuse),
    "buyer_collected": Deed(
        lambda order: order.state in (PICKUP, DELIVERY) and order.status == ACCEPTED, steps.complete
    ),
    "return_requested": Deed(lambda order: order.status == COMPLETED and order.kaspi_delivery, steps.ask_return),
    "returned_to_shop": Deed(lambda order: order.status == COMPLETED and not order.kaspi_delivery, _decide_return),
    "goods_came_back": Deed(lambda order: order.status in (CANCELLING, RETURN_REQUESTED), _goods_back),
    "scanned_back": Deed(lambda order: order.status in (CANCELLING, RETURN_REQUESTED), steps.come_back),
    "return_decided": Deed(lambda order: order.status == RETURN_ACCEPTED, _decide_return),
}
