"""A turn's reading of a shelf: its windows, page by page, swept whole.

A pass is clean when every page came, the counts agree and the first page is still the same; only a clean pass may say
that an order has left its shelf, and then the order itself is asked for (reliability.md §5.3). Each page commits by
itself and renews the lease. Transactions lock in one order: the shop's turn, its account, its slots.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models.functions import Now

from integrations import accounts, slots
from integrations.kaspi.client import KaspiClient
from integrations.kaspi.facts import OrderPage
from integrations.loop import in_database
from integrations.models import PollSlot, SlotKind
from integrations.slots import Held
from orders.facts import sweeps, sync
from orders.facts.sync import ShopPlace, Stored
from orders.lifecycle import Shelf, Stage
from orders.models import ON_SHELVES, Order
from orders.turns import take_turn
from staff.clock import RunningClock
from staff.scoping import company_scope

MOST_PAGES: Final = 200
MOST_LOOKUPS: Final = 1000
REREADS: Final = 3
# Kaspi confirms an expiry within minutes; one that it never does is found by the sweep of its archive.
UNCONFIRMED: Final = timedelta(days=3)
# Longer than this no order stays within reach of the sweeps of its shelf.
REACH: Final = timedelta(days=30)


class LeaseLost(Exception):
    """Somebody else holds the slot now."""


@dataclass(frozen=True, slots=True)
class ShopTurn:
    """A shop one of whose slots we hold: its client, its points, and the database's time."""

    company_id: int
    shop_id: int
    client: KaspiClient
    place: ShopPlace
    clock: RunningClock
    # What the slot's last turn left for this one.
    cursor: Mapping[str, Any]

    def now(self) -> datetime:
        return self.clock.now()


@dataclass(frozen=True, slots=True)
class Read:
    """The orders of one window; `clean` says that nothing can be missing from it."""

    window: sweeps.Window
    kaspi_ids: frozenset[str]
    clean: bool


async def sweep(shop: ShopTurn, held: Held) -> None:
    """Read the windows of a state; what a clean pass does not show any more is asked for by id.

    Most turns read one page that holds all there is: it is stored in the transaction that ends the turn.
    """
    started = shop.now()
    passes = int(shop.cursor.get("passes", 0))
    windows = [sweeps.window(back, now=started) for back in sweeps.due_windows(held.kind, passes=passes)]
    if len(windows) > 1:
        reads = [await _read_window(shop, held, window) for window in windows]
        return await in_database(_finish_sweep, shop, held, started, passes + 1, reads)
    (newest,) = windows
    page = await _ask_page(shop, held, newest, 0)
    if _is_whole(page):
        read = Read(newest, frozenset(_named(page)), clean=True)
        return await in_database(_finish_sweep, shop, held, started, passes + 1, [read], page=page)
    await in_database(_store_page, shop, held, page, started)
    read = await _read_window(shop, held, newest, first=page)
    await in_database(_finish_sweep, shop, held, started, passes + 1, [read])


def _is_whole(page: OrderPage) -> bool:
    """One page, nothing told twice, nothing missing."""
    return page.page_count <= 1 and len(_named(page)) == _length(page) == page.total_count


async def _read_window(shop: ShopTurn, held: Held, window: sweeps.Window, *, first: OrderPage | None = None) -> Read:
    """All pages of a window, again while they changed under our hands (page shift: reliability.md M 18)."""
    seen: set[str] = set()
    for _ in range(REREADS):
        first = first or await read_page(shop, held, window, 0)
        ids, clean = await _read_pages(shop, held, window, first)
        first = None
        seen |= ids
        if clean:
            return Read(window, frozenset(seen), clean=True)
    return Read(window, frozenset(seen), clean=False)


async def _read_pages(shop: ShopTurn, held: Held, window: sweeps.Window, first: OrderPage) -> tuple[set[str], bool]:
    """The ids on all pages, and whether the pages stood still. A page that shows nothing new ends the reading: Kaspi
    may repeat one for ever (reliability.md §3, row 23)."""
    page, seen, listed, number = first, _named(first), _length(first), 1
    while number < min(page.page_count, MOST_PAGES):
        page = await read_page(shop, held, window, number)
        number, listed = number + 1, listed + _length(page)
        if not _named(page) - seen:
            break
        seen |= _named(page)
    agrees = len(seen) == listed == first.total_count == page.total_count
    if agrees and number > 1:
        agrees = _named(await read_page(shop, held, window, 0)) == _named(first)
    return seen, agrees


def _length(page: OrderPage) -> int:
    return len(page.orders) + len(page.faulty)


def _named(page: OrderPage) -> set[str]:
    """The ids on a page; an order that came without one is told apart by its text."""
    return {order.kaspi_id for order in page.orders} | {bad.kaspi_id or bad.raw_text for bad in page.faulty}


async def read_page(shop: ShopTurn, held: Held, window: sweeps.Window, number: int, *, live: bool = True) -> OrderPage:
    """Read a page and store it. Observed is what Kaspi says from the moment we ask on, the wait for a turn included."""
    asked_at = shop.now()
    page = await _ask_page(shop, held, window, number)
    await in_database(_store_page, shop, held, page, asked_at, live=live)
    return page


async def _ask_page(shop: ShopTurn, held: Held, window: sweeps.Window, number: int) -> OrderPage:
    return await shop.client.list_orders(
        state=sweeps.SWEEPS[held.kind].state, created_from=window.start, created_to=window.end, page=number, size=100
    )


def _store_page(shop: ShopTurn, held: Held, page: OrderPage, asked_at: datetime, *, live: bool = True) -> None:
    with company_scope(shop.company_id):
        stored = _store(shop, page, asked_at, live=live)
        _ask_after(shop, stored, ())
        kept = slots.renew(held)
    if not kept:
        raise LeaseLost


def _store(shop: ShopTurn, page: OrderPage, asked_at: datetime, *, live: bool) -> Stored:
    stored = sync.store(shop.place, page.orders, observed_at=asked_at, live=live)
    if page.faulty:
        take_turn(shop.shop_id)
        sync.park(shop.shop_id, page.faulty, now=asked_at)
    return stored


def _ask_after(shop: ShopTurn, stored: Stored, missing: Iterable[str]) -> None:
    """Have asked for what the list told nonsense of, what it does not show any more, and what lacks its entries."""
    ask_lookup(shop.shop_id, {*stored.doubtful, *missing})
    if stored.without_entries:
        slots.ask(shop.shop_id, SlotKind.ENTRIES)


def _finish_sweep(
    shop: ShopTurn, held: Held, started: datetime, passes: int, reads: Sequence[Read], *, page: OrderPage | None = None
) -> None:
    """End the turn. `page`: all that was read, still to be stored."""
    state = sweeps.SWEEPS[held.kind].state
    with company_scope(shop.company_id):
        stored = Stored() if page is None else _store(shop, page, started, live=True)
        accounts.note_success(shop.shop_id)
        vanished = set()
        for read in reads:
            if read.clean:
                vanished |= _standing(shop.shop_id, state, read.window, started) - read.kaspi_ids
        _ask_after(shop, stored, vanished | _out_of_reach(shop.shop_id, held.kind, started))
        kept = slots.finish(held, cursor={"passes": passes}, clean=all(read.clean for read in reads))
    if not kept:
        raise LeaseLost


def _standing(shop_id: int, state: str, window: sweeps.Window, started: datetime) -> set[str]:
    """Orders that stand here with this state, were made in this window and known before the pass."""
    ours = Order.objects.filter(
        shop_id=shop_id, state=state, created_at__range=(window.start, window.end), observed_at__lt=started
    )
    found = set(ours.filter(ON_SHELVES).values_list("kaspi_id", flat=True))
    if state == "NEW":
        expired = ours.filter(shelf=Shelf.ARCHIVE, stage=Stage.EXPIRED, closed_at__gt=started - UNCONFIRMED)
        found |= set(expired.values_list("kaspi_id", flat=True))
    return found


def _out_of_reach(shop_id: int, kind: SlotKind, started: datetime) -> set[str]:
    """Orders that no sweep of a state can find: on the shelf of the unknown, and older than the windows read."""
    ours = Order.objects.filter(ON_SHELVES, shop_id=shop_id).order_by("-created_at")
    lost = {
        SlotKind.OLD_NEW: ours.filter(shelf=Shelf.UNKNOWN, created_at__gt=started - 2 * REACH),
        SlotKind.ARCHIVE: ours.filter(created_at__lt=started - REACH),
    }.get(kind)
    return set() if lost is None else set(lost.values_list("kaspi_id", flat=True)[:MOST_LOOKUPS])


def ask_lookup(shop_id: int, kaspi_ids: Iterable[str]) -> None:
    """Have these orders asked for by id. More than MOST_LOOKUPS need not wait: the next pass names them again."""
    wanted = list(kaspi_ids)
    if not wanted:
        return
    slot = PollSlot.objects.select_for_update().get(shop_id=shop_id, kind=SlotKind.LOOKUP)
    waiting = list(dict.fromkeys([*slot.cursor.get("ids", ()), *wanted]))[:MOST_LOOKUPS]
    PollSlot.objects.filter(pk=slot.pk).update(cursor={"ids": waiting}, due_at=Now())
