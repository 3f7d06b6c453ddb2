"""What a merchant may ask of an order: the table of writes (kaspi-api §2.6) with their checks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from . import steps, titles
from .steps import ACCEPTED, APPROVED, CANCELLED, CANCELLING, COMPLETED, DELIVERY, KASPI, PICKUP, RETURN_REQUESTED, SIGN
from .titles import invented
from .world import Order, World

CANCEL_REASONS = ("BUYER_CANCELLATION_BY_MERCHANT", "BUYER_NOT_REACHABLE", "MERCHANT_OUT_OF_STOCK")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a merchant asks for: attributes and the two headers of a completion."""

    attributes: Mapping[str, object]
    send_code: bool = False
    security_code: str = ""


@dataclass(frozen=True, slots=True)
class Write:
    """`sources` are the statuses it is allowed from (§2.6); `check` raises Rejected; `do` changes the order."""

    sources: tuple[str, ...]
    check: Callable[[Order, Wish], None]
    do: Callable[[World, Order, int, Wish], None]


def _no_check(order: Order, wish: Wish) -> None:
    return None


def _check_cancel(order: Order, wish: Wish) -> None:
    if order.courier_taken is not None:
        raise invented("handed_over")
    if wish.attributes.get("cancellationReason") not in CANCEL_REASONS:
        raise invented("reason")
    if len(str(wish.attributes.get("cancellationComment") or "")) > 1000:
        raise invented("comment")


def _check_assemble(order: Order, wish: Wish) -> None:
    if order.state != KASPI:
        raise invented("delivery", wanted="ASSEMBLE")
    if order.pre_order:
        raise invented("not_arrived")
    if order.assembled:
        raise invented("assembled")
    places_of(wish)


def places_of(wish: Wish) -> int:
    """`numberOfSpace` is a string in the guide, an integer works as well (§4)."""
    raw = wish.attributes.get("numberOfSpace", 1)
    text = str(raw) if isinstance(raw, int | str) and not isinstance(raw, bool) else ""
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 3 and 1 <= int(text) <= 100):
        raise invented("places")
    return int(text)


def _check_complete(order: Order, wish: Wish) -> None:
    if order.state == SIGN:
        raise titles.Rejected(titles.UNSIGNED_ORDER)
    if order.state not in (PICKUP, DELIVERY):
        raise invented("delivery", wanted=COMPLETED)
    if order.pre_order:
        raise invented("not_arrived")
    asks_for_code = wish.send_code and not wish.security_code
    if not asks_for_code and (order.security_code is None or wish.security_code != order.security_code):
        raise titles.Rejected(titles.WRONG_CODE)


def _do_complete(world: World, order: Order, now: int, wish: Wish) -> None:
    if wish.security_code:
        steps.complete(world, order, now)
        return
    order.security_code = buyer_code(world, order)
    world.touch(order)


def buyer_code(world: World, order: Order) -> str:
    """Four digits. The demo says them aloud: the last four of the order's number."""
    if world.settings.plain_codes:
        return order.code[-4:]
    return order.security_code or f"{world.rng.randrange(10_000):04d}"


def _check_arrived(order: Order, wish: Wish) -> None:
    if not order.pre_order:
        raise invented("transition", present=order.status, wanted="ARRIVED")


WRITES: dict[str, Write] = {
    ACCEPTED: Write((APPROVED,), _no_check, lambda world, order, now, wish: steps.accept(world, order, now)),
    CANCELLED: Write(
        (APPROVED, ACCEPTED),
        _check_cancel,
        lambda world, order, now, wish: steps.cancel(
            world, order, now, reason=str(wish.attributes["cancellationReason"])
        ),
    ),
    "ASSEMBLE": Write(
        (ACCEPTED,),
        _check_assemble,
        lambda world, order, now, wish: steps.assemble(world, order, now, places=places_of(wish)),
    ),
    COMPLETED: Write((ACCEPTED,), _check_complete, _do_complete),
    "ARRIVED": Write((ACCEPTED,), _check_arrived, lambda world, order, now, wish: steps.arrive(world, order, now)),
    "ARRIVED_BACKWARD": Write(
        (CANCELLING, RETURN_REQUESTED), _no_check, lambda world, order, now, wish: steps.come_back(world, order, now)
    ),
}
_COMPLETION_REFUSALS = {CANCELLED: titles.CANCELLED_ORDER, COMPLETED: titles.COMPLETED_ORDER}


def check_write(order: Order, status: str, wish: Wish) -> None:
    """Raises Rejected when the order's present status forbids the write."""
    write = WRITES.get(status)
    if write is None:
        raise invented("body", what=f"status {status[:60]}")
    if order.status not in write.sources:
        if status == COMPLETED and order.status in _COMPLETION_REFUSALS:
            raise titles.Rejected(_COMPLETION_REFUSALS[order.status])
        raise invented("transition", present=order.status, wanted=status)
    write.check(order, wish)
