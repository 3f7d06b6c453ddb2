"""Orders asked for by id: those that left their shelf, those a list told nonsense of, and the entries a list left out.

Each answer commits by itself. One order that cannot be read is put aside and never stands in the way of the others.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F

from integrations import accounts, slots
from integrations.kaspi.errors import NotFound
from integrations.kaspi.facts import Faulty, KaspiEntry, KaspiOrder
from integrations.kaspi.fields import Flaw
from integrations.loop import in_database
from integrations.models import ActionKind, ActionState, KaspiAction, PollSlot, SlotKind
from integrations.slots import Held
from orders.facts import sync
from orders.facts.reading import LeaseLost, ShopTurn
from orders.lifecycle import Shelf, Stage
from orders.models import EventKind, Order, OrderEvent
from orders.turns import take_turn
from staff.scoping import company_scope

LOOKUPS_A_TURN: Final = 10
# Seconds between looks for a waybill, and how long it is worth looking; afterwards the sweep of the shelf finds it.
WAYBILL_PAUSE: Final = 4.0
WAYBILL_PATIENCE: Final = timedelta(minutes=10)


async def look_up(shop: ShopTurn, held: Held) -> None:
    """Ask for the orders themselves: one that left its shelf, or whose list said what cannot be."""
    ids = list(shop.cursor.get("ids", ()))[:LOOKUPS_A_TURN]
    kept = set()
    for kaspi_id in ids:
        asked_at = shop.now()
        try:
            fact = await shop.client.order_by_id(kaspi_id)
        except NotFound:
            await in_database(_store_looked_up, shop, held, kaspi_id, None, asked_at)
        except Flaw as flaw:
            # This one only; it must not stand in the way of those behind it.
            await in_database(_park, shop, held, kaspi_id, flaw, asked_at)
        else:
            if await in_database(_store_looked_up, shop, held, kaspi_id, fact, asked_at):
                kept.add(kaspi_id)
    await in_database(_finish_lookups, shop, held, kept)


def _store_looked_up(shop: ShopTurn, held: Held, kaspi_id: str, fact: KaspiOrder | None, asked_at: datetime) -> bool:
    """True: the order is worth another look soon."""
    with company_scope(shop.company_id):
        take_turn(shop.shop_id)
        if fact is None:
            _mark_vanished(shop.shop_id, kaspi_id, asked_at)
        else:
            stored = sync.store(shop.place, [fact], observed_at=asked_at, by_id=True)
            if stored.without_entries:
                slots.ask(shop.shop_id, SlotKind.ENTRIES)
            if _awaits_waybill(fact, asked_at):
                slots.renew(held)
                return True
        _strike(held, kaspi_id)
        return False


def _awaits_waybill(fact: KaspiOrder, now: datetime) -> bool:
    """Packed by us just now, and the waybill is not there yet: Kaspi makes it seconds to minutes later (kaspi-api.md §2.5)."""
    packed = KaspiAction.objects.filter(
        kaspi_id=fact.kaspi_id, kind=ActionKind.ASSEMBLE, state=ActionState.DONE, settled_at__gt=now - WAYBILL_PATIENCE
    )
    return fact.assembled and not fact.waybill_url and fact.courier_handed_at is None and packed.exists()


def _park(shop: ShopTurn, held: Held, kaspi_id: str, flaw: Flaw, asked_at: datetime) -> None:
    with company_scope(shop.company_id):
        take_turn(shop.shop_id)
        code = Order.objects.filter(shop_id=shop.shop_id, kaspi_id=kaspi_id).values_list("code", flat=True).first()
        sync.park(shop.shop_id, [Faulty(kaspi_id, code or "", flaw.problem, "")], now=asked_at)
        if held.kind is SlotKind.LOOKUP:
            _strike(held, kaspi_id)
        else:
            _entries_tried(shop.shop_id, kaspi_id, asked_at)


def _strike(held: Held, kaspi_id: str) -> None:
    """Done with this id, and holding on for the next."""
    slot = PollSlot.objects.select_for_update().get(pk=held.id)
    rest = [waiting for waiting in slot.cursor.get("ids", ()) if waiting != kaspi_id]
    PollSlot.objects.filter(pk=held.id).update(cursor={"ids": rest})
    slots.renew(held)


def _finish_lookups(shop: ShopTurn, held: Held, kept: set[str]) -> None:
    with company_scope(shop.company_id):
        accounts.note_success(shop.shop_id)
        # Locked, so that nobody adds an id between the look and the end of the turn.
        slot = PollSlot.objects.select_for_update().get(pk=held.id)
        waiting = set(slot.cursor.get("ids", ()))
        slots.finish(held, again_in=0 if waiting - kept else WAYBILL_PAUSE if waiting else None)


def _mark_vanished(shop_id: int, kaspi_id: str, now: datetime) -> None:
    """Kaspi does not know the order any more: said once in its history, and it goes to the shelf of the unknown.

    What was closed stays where it is: Kaspi keeps its archive for a limited time.
    """
    orders = Order.objects.filter(shop_id=shop_id, kaspi_id=kaspi_id)
    order = orders.exclude(shelf__in=(Shelf.UNKNOWN, Shelf.ARCHIVE)).first()
    if order is None:
        return
    OrderEvent.objects.create(
        shop_id=shop_id,
        order_id=order.pk,
        kind=EventKind.VANISHED,
        learned_at=now,
        stage_before=order.stage,
        stage_after=Stage.UNKNOWN,
        actor_kind="kaspi",
        actor_label="Kaspi",
        expected=False,
    )
    gone = {"stage": Stage.UNKNOWN, "shelf": Shelf.UNKNOWN, "due_at": None, "due_kind": "", "digest": b""}
    orders.update(changed_at=now, observed_at=now, version=F("version") + 1, **gone)


# --- entries ------------------------------------------------------------------------------------------------------


async def read_entries(shop: ShopTurn, held: Held) -> None:
    for kaspi_id in await in_database(_without_entries, shop):
        asked_at = shop.now()
        try:
            fact = await shop.client.order_by_id(kaspi_id)
            entries = await shop.client.entries_with_sku(kaspi_id)
        except NotFound:
            await in_database(_give_up_entries, shop, kaspi_id, asked_at)
        except Flaw as flaw:
            await in_database(_park, shop, held, kaspi_id, flaw, asked_at)
        else:
            await in_database(_store_with_entries, shop, held, fact, entries, asked_at)
    await in_database(_finish_entries, shop, held)


def _without_entries(shop: ShopTurn) -> list[str]:
    """Newest first, those on the shelves before the archive."""
    with company_scope(shop.company_id):
        return list(_lacking(shop.shop_id).values_list("kaspi_id", flat=True)[:LOOKUPS_A_TURN])


def _lacking(shop_id: int) -> Any:
    lacking = Order.objects.filter(shop_id=shop_id, entries_at=None).exclude(shelf=Shelf.UNKNOWN)
    return lacking.order_by("-approved_at")


def _store_with_entries(
    shop: ShopTurn, held: Held, fact: KaspiOrder, entries: tuple[KaspiEntry, ...], asked_at: datetime
) -> None:
    with company_scope(shop.company_id):
        sync.store(shop.place, [replace(fact, entries=entries)], observed_at=asked_at, by_id=True)
        # Whatever came of it, it was tried: an order that is put aside must not be asked for again and again.
        _entries_tried(shop.shop_id, fact.kaspi_id, asked_at)
        kept = slots.renew(held)
    if not kept:
        raise LeaseLost


def _give_up_entries(shop: ShopTurn, kaspi_id: str, asked_at: datetime) -> None:
    with company_scope(shop.company_id):
        take_turn(shop.shop_id)
        _entries_tried(shop.shop_id, kaspi_id, asked_at)


def _entries_tried(shop_id: int, kaspi_id: str, asked_at: datetime) -> None:
    Order.objects.filter(shop_id=shop_id, kaspi_id=kaspi_id, entries_at=None).update(entries_at=asked_at)


def _finish_entries(shop: ShopTurn, held: Held) -> None:
    with company_scope(shop.company_id):
        accounts.note_success(shop.shop_id)
        # Locked, so that an order stored meanwhile is either seen here or makes the slot due again afterwards.
        PollSlot.objects.select_for_update().get(pk=held.id)
        slots.finish(held, again_in=0 if _lacking(shop.shop_id).exists() else None)
