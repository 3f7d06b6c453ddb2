"""Reads the due slots of many shops at once and hands what is read to `orders.sync`.

Shops go side by side, the slots of one shop one after another, NEW first. A pass is clean when every page came, the counts
agree and the first page is still the same; only a clean pass may say that an order has left its shelf, and then the order
itself is asked for (reliability.md §5.3).
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F
from django.db.models.functions import Now

from integrations import accounts, slots
from integrations.kaspi.client import KaspiClient
from integrations.kaspi.errors import KaspiError, NotFound, RateLimited, TokenRefused, Transient
from integrations.kaspi.facts import KaspiOrder, OrderPage
from integrations.loop import client_for, in_database, run
from integrations.models import KaspiAccount, PollSlot, SlotKind
from integrations.slots import Held
from orders import sweeps, sync
from orders.lifecycle import TERMINAL, Shelf
from orders.models import EventKind, Order, OrderEvent
from orders.sync import ShopPlace, Stored
from orders.turns import take_turn
from staff.clock import database_now
from staff.models import Shop
from staff.scoping import company_scope

log = logging.getLogger(__name__)

SHOPS_AT_ONCE = 64
SLOTS_AT_ONCE = 256
PAGES_A_TURN = 10
MOST_PAGES = 200
LOOKUPS_A_TURN = 20
REREADS = 3
FIRST = (SlotKind.NEW, SlotKind.LOOKUP, SlotKind.ENTRIES)


@dataclass(frozen=True, slots=True)
class ShopTurn:
    """A shop whose slots we hold: its client, its points, and how far our clock is from the database's."""

    company_id: int
    shop_id: int
    client: KaspiClient
    place: ShopPlace
    skew: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) + self.skew


@dataclass(frozen=True, slots=True)
class Read:
    """The orders of one window; `clean` says that nothing can be missing from it."""

    kaspi_ids: frozenset[str]
    clean: bool


def poll_due() -> int:
    """Read everything that is due now; answers how many slots were read."""
    held = slots.claim(limit=SLOTS_AT_ONCE)
    if held:
        run(_poll(held, database_now() - datetime.now(UTC)))
    return len(held)


async def _poll(held: Sequence[Held], skew: timedelta) -> None:
    by_shop: dict[tuple[int, int], list[Held]] = defaultdict(list)
    for one in held:
        by_shop[one.company_id, one.shop_id].append(one)
    gate = asyncio.Semaphore(SHOPS_AT_ONCE)

    async def turn(key: tuple[int, int], mine: list[Held]) -> None:
        async with gate:
            await _shop_turn(key[0], key[1], sorted(mine, key=_priority), skew)

    done = await asyncio.gather(*(turn(key, mine) for key, mine in by_shop.items()), return_exceptions=True)
    for problem in done:
        if isinstance(problem, BaseException):
            log.error("a shop's turn failed", exc_info=problem)


def _priority(held: Held) -> int:
    return FIRST.index(held.kind) if held.kind in FIRST else len(FIRST) + (held.kind is SlotKind.IMPORT)


async def _shop_turn(company_id: int, shop_id: int, held: Sequence[Held], skew: timedelta) -> None:
    token, merchant_uid, place = await in_database(_open_shop, company_id, shop_id)
    client = client_for(shop_id, token=token, merchant_uid=merchant_uid)
    shop = ShopTurn(company_id, shop_id, client, place, skew)
    for one in held:
        try:
            await READERS[one.kind](shop, one)
        except KaspiError as problem:
            await in_database(_failed, shop, one, problem)
            if isinstance(problem, TokenRefused | RateLimited):
                # The other slots would fare the same; their leases end or they are due again.
                await in_database(_give_back, shop, held[held.index(one) + 1 :])
                return
        else:
            await in_database(_noted, shop)


def _open_shop(company_id: int, shop_id: int) -> tuple[str, str, ShopPlace]:
    with company_scope(company_id):
        account = KaspiAccount.objects.get(shop_id=shop_id)
        shop = Shop.objects.get(pk=shop_id)
        return accounts.token_of(account), shop.merchant_uid, sync.place_of(shop)


def _noted(shop: ShopTurn) -> None:
    with company_scope(shop.company_id):
        accounts.note_success(shop.shop_id)


def _failed(shop: ShopTurn, held: Held, problem: KaspiError) -> None:
    log.warning("shop %s, %s: %s", shop.shop_id, held.kind, problem.for_log)
    with company_scope(shop.company_id):
        failures = PollSlot.objects.filter(pk=held.id).values_list("failures", flat=True).first() or 0
        accounts.note_problem(shop.shop_id, problem)
        after = problem.retry_after if isinstance(problem, Transient) else None
        # A refused token is probed, not hammered (reliability.md §3, row 18).
        slots.retry(
            held, failures=failures, after=300 if isinstance(problem, TokenRefused) and failures >= 2 else after
        )


def _give_back(shop: ShopTurn, rest: Sequence[Held]) -> None:
    with company_scope(shop.company_id):
        for one in rest:
            slots.retry(one, failures=0, after=15)


# --- sweeps of the shelves -------------------------------------------------------------------------------------------


async def _sweep(shop: ShopTurn, held: Held) -> None:
    """Read the windows of a state; what a clean pass does not show any more is asked for by id."""
    now = shop.now()
    cursor = await in_database(_cursor, shop, held)
    passes = int(cursor.get("passes", 0))
    state = sweeps.SWEEPS[held.kind].state
    for back in sweeps.due_windows(held.kind, passes=passes):
        window = sweeps.window(back, now=now)
        read = await _read_window(shop, state, window)
        if read.clean:
            await in_database(_look_for_vanished, shop, state, window, read.kaspi_ids, now)
    await in_database(_finish, shop, held, {"passes": passes + 1})


async def _read_window(shop: ShopTurn, state: str, window: sweeps.Window) -> Read:
    """All pages of a window, again while the first page changed under our hands (page shift: reliability.md M 18)."""
    seen: set[str] = set()
    for _ in range(REREADS):
        pages, clean = await _read_pages(shop, state, window)
        for page in pages:
            seen.update(order.kaspi_id for order in page.orders)
            seen.update(bad.kaspi_id for bad in page.faulty if bad.kaspi_id)
        if clean:
            return Read(frozenset(seen), clean=True)
    return Read(frozenset(seen), clean=False)


async def _read_pages(shop: ShopTurn, state: str, window: sweeps.Window) -> tuple[list[OrderPage], bool]:
    pages: list[OrderPage] = []
    while not pages or len(pages) < min(pages[-1].page_count, MOST_PAGES):
        page = await _page(shop, state, window, len(pages))
        pages.append(page)
        await in_database(_store_page, shop, page)
        if not page.orders and not page.faulty:
            break
    ids = [order.kaspi_id for page in pages for order in page.orders] + [
        bad.kaspi_id for p in pages for bad in p.faulty
    ]
    agrees = len(ids) == len(set(ids)) == pages[0].total_count == pages[-1].total_count
    if agrees and len(pages) > 1:
        again = await _page(shop, state, window, 0)
        agrees = [order.kaspi_id for order in again.orders] == [order.kaspi_id for order in pages[0].orders]
    return pages, agrees


async def _page(shop: ShopTurn, state: str, window: sweeps.Window, number: int) -> OrderPage:
    return await shop.client.list_orders(
        state=state, created_from=window.start, created_to=window.end, page=number, size=100
    )


def _store_page(shop: ShopTurn, page: OrderPage, *, live: bool = True) -> Stored:
    with company_scope(shop.company_id):
        observed_at = page.requested_at + shop.skew
        stored = sync.store(shop.place, page.orders, observed_at=observed_at, live=live)
        if page.faulty:
            sync.park(shop.shop_id, page.faulty, now=observed_at)
        _ask_lookup(shop.shop_id, stored.doubtful)
        if stored.without_entries:
            slots.ask(shop.shop_id, SlotKind.ENTRIES)
        return stored


def _cursor(shop: ShopTurn, held: Held) -> dict[str, Any]:
    with company_scope(shop.company_id):
        return dict(PollSlot.objects.filter(pk=held.id).values_list("cursor", flat=True).first() or {})


def _finish(shop: ShopTurn, held: Held, cursor: dict[str, Any] | None = None, again_in: float | None = None) -> None:
    with company_scope(shop.company_id):
        slots.finish(held, cursor=cursor, again_in=again_in)


def _look_for_vanished(
    shop: ShopTurn, state: str, window: sweeps.Window, seen: frozenset[str], started: datetime
) -> None:
    """Orders that stand here with this state, were made in this window and known before the pass, yet were not listed."""
    with company_scope(shop.company_id):
        ours = Order.objects.filter(
            shop_id=shop.shop_id,
            state=state,
            created_at__range=(window.start, window.end),
            observed_at__lt=started,
        ).exclude(stage__in=TERMINAL)
        _ask_lookup(shop.shop_id, set(ours.values_list("kaspi_id", flat=True)) - seen)


# --- look-ups by id --------------------------------------------------------------------------------------------------


def _ask_lookup(shop_id: int, kaspi_ids: Iterable[str]) -> None:
    wanted = list(kaspi_ids)
    if not wanted:
        return
    slot = PollSlot.objects.select_for_update().get(shop_id=shop_id, kind=SlotKind.LOOKUP)
    waiting = dict.fromkeys([*slot.cursor.get("ids", ()), *wanted])
    PollSlot.objects.filter(pk=slot.pk).update(cursor={"ids": list(waiting)}, due_at=Now())


async def _look_up(shop: ShopTurn, held: Held) -> None:
    """Ask for the orders themselves: one that left its shelf, or whose list said what cannot be."""
    ids = list((await in_database(_cursor, shop, held)).get("ids", ()))[:LOOKUPS_A_TURN]
    facts: list[KaspiOrder] = []
    gone: list[str] = []
    asked_at = shop.now()
    for kaspi_id in ids:
        try:
            facts.append(await shop.client.order_by_id(kaspi_id))
        except NotFound:
            gone.append(kaspi_id)
    await in_database(_store_looked_up, shop, held, facts, gone, ids, asked_at)


def _store_looked_up(
    shop: ShopTurn, held: Held, facts: Sequence[KaspiOrder], gone: Sequence[str], ids: Sequence[str], asked_at: datetime
) -> None:
    with company_scope(shop.company_id):
        sync.store(shop.place, facts, observed_at=asked_at, by_id=True)
        _mark_vanished(shop.shop_id, gone, asked_at)
        slot = PollSlot.objects.select_for_update().get(pk=held.id)
        rest = [kaspi_id for kaspi_id in slot.cursor.get("ids", ()) if kaspi_id not in set(ids)]
        slots.finish(held, cursor={"ids": rest}, again_in=0 if rest else None)


def _mark_vanished(shop_id: int, kaspi_ids: Sequence[str], now: datetime) -> None:
    """Kaspi does not know the order any more: said once in its history, and it goes to the shelf of the unknown."""
    take_turn(shop_id)
    orders = Order.objects.filter(shop_id=shop_id, kaspi_id__in=list(kaspi_ids)).exclude(shelf=Shelf.UNKNOWN)
    for order in orders:
        OrderEvent.objects.create(
            shop_id=shop_id,
            order_id=order.pk,
            kind=EventKind.VANISHED,
            learned_at=now,
            stage_before=order.stage,
            stage_after="unknown",
            actor_kind="kaspi",
            actor_label="Kaspi",
            expected=False,
        )
    orders.update(
        stage="unknown",
        shelf=Shelf.UNKNOWN,
        changed_at=now,
        observed_at=now,
        due_at=None,
        due_kind="",
        version=F("version") + 1,
    )


# --- entries that a list did not carry ---------------------------------------------------------------------------------


async def _read_entries(shop: ShopTurn, held: Held) -> None:
    wanted = await in_database(_without_entries, shop)
    for kaspi_id in wanted:
        asked_at = shop.now()
        try:
            fact = await shop.client.order_by_id(kaspi_id)
            entries = await shop.client.entries_with_sku(kaspi_id)
        except NotFound:
            continue
        await in_database(_store_with_entries, shop, fact, entries, asked_at)
    await in_database(_finish, shop, held, None, 1 if len(wanted) == LOOKUPS_A_TURN else None)


def _without_entries(shop: ShopTurn) -> list[str]:
    with company_scope(shop.company_id):
        orders = Order.objects.filter(shop_id=shop.shop_id, entries_at=None).exclude(shelf=Shelf.UNKNOWN)
        return list(orders.order_by("-approved_at").values_list("kaspi_id", flat=True)[:LOOKUPS_A_TURN])


def _store_with_entries(shop: ShopTurn, fact: KaspiOrder, entries: tuple[Any, ...], asked_at: datetime) -> None:
    from dataclasses import replace

    with company_scope(shop.company_id):
        sync.store(shop.place, [replace(fact, entries=entries)], observed_at=asked_at, by_id=True)


# --- the first import --------------------------------------------------------------------------------------------------


async def _import(shop: ShopTurn, held: Held) -> None:
    """The archive of 90 days, newest window first, some pages a turn so that nobody else waits; goes on after a kill."""
    cursor = await in_database(_import_cursor, shop, held)
    back, number = int(cursor["window"]), int(cursor["page"])
    window = sweeps.window(back, now=datetime.fromisoformat(cursor["now"]))
    stored = 0
    for _ in range(PAGES_A_TURN):
        page = await _page(shop, "ARCHIVE", window, number)
        await in_database(_store_page, shop, page, live=False)
        stored += len(page.orders)
        number += 1
        if number >= page.page_count:
            back, number = back + 1, 0
            break
    await in_database(_import_progress, shop, held, {**cursor, "window": back, "page": number}, stored)


def _import_cursor(shop: ShopTurn, held: Held) -> dict[str, Any]:
    cursor = _cursor(shop, held)
    if "now" in cursor:
        return cursor
    with company_scope(shop.company_id):
        KaspiAccount.objects.filter(shop_id=shop.shop_id).update(
            import_windows=sweeps.IMPORT_WINDOWS, import_windows_done=0, import_orders=0, import_started_at=Now()
        )
    return {"now": shop.now().isoformat(), "window": 0, "page": 0}


def _import_progress(shop: ShopTurn, held: Held, cursor: dict[str, Any], stored: int) -> None:
    done = cursor["window"] >= sweeps.IMPORT_WINDOWS
    with company_scope(shop.company_id):
        KaspiAccount.objects.filter(shop_id=shop.shop_id).update(
            import_windows_done=cursor["window"],
            import_orders=F("import_orders") + stored,
            **({"import_finished_at": Now()} if done else {}),
        )
        slots.finish(held, cursor={} if done else cursor, again_in=None if done else 0)


READERS = {
    SlotKind.NEW: _sweep,
    SlotKind.OLD_NEW: _sweep,
    SlotKind.SIGNING: _sweep,
    SlotKind.PICKUP: _sweep,
    SlotKind.DELIVERY: _sweep,
    SlotKind.KASPI_DELIVERY: _sweep,
    SlotKind.ARCHIVE: _sweep,
    SlotKind.IMPORT: _import,
    SlotKind.LOOKUP: _look_up,
    SlotKind.ENTRIES: _read_entries,
}
