"""Turns of due slots: claimed with a lease, read by the reader of their kind, and given back whatever happens.

A slot is one turn. Turns of many shops go side by side, bounded; a tick waits a moment for what it has started and then
claims again, so a shop that hangs holds its own places only (reliability.md §3 row 27, §5.3).
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from django.db.models import Subquery
from django.utils.translation import gettext_noop

from integrations import accounts, slots
from integrations.kaspi.errors import KaspiError, TokenRefused, Transient
from integrations.loop import Flight, client_for, in_database
from integrations.models import AccountState, KaspiAccount, PollSlot, SlotKind
from integrations.slots import Held
from orders.facts import sync
from orders.facts.importing import read_archive
from orders.facts.lookups import look_up, read_entries
from orders.facts.reading import LeaseLost, ShopTurn, sweep
from staff.clock import RunningClock
from staff.scoping import company_scope
from staff.sealing import CannotOpen

log = logging.getLogger(__name__)

SLOTS_AT_ONCE: Final = 64
# Seconds that a tick waits for its turns before it looks for what else is due.
PATIENCE: Final = 1.0
BROKEN = gettext_noop("Обмен с Kaspi прервался из-за нашей ошибки. Мы повторим сами.")
_flight = Flight(SLOTS_AT_ONCE)

READERS: Mapping[SlotKind, Callable[[ShopTurn, Held], Awaitable[None]]] = {
    SlotKind.NEW: sweep,
    SlotKind.OLD_NEW: sweep,
    SlotKind.SIGNING: sweep,
    SlotKind.PICKUP: sweep,
    SlotKind.DELIVERY: sweep,
    SlotKind.KASPI_DELIVERY: sweep,
    SlotKind.ARCHIVE: sweep,
    SlotKind.IMPORT: read_archive,
    SlotKind.LOOKUP: look_up,
    SlotKind.ENTRIES: read_entries,
}


def poll_due(*, patience: float = PATIENCE) -> int:
    """Start what is due now, as far as there are places, and wait for it so many seconds; answers how many were started.

    What takes longer goes on by itself.
    """
    room = _flight.wait_for_room(patience)
    held = slots.claim(limit=room) if room else []
    if held:
        clock = RunningClock()
        _flight.launch([_turn(one, clock) for one in held], patience=patience)
    return len(held)


async def _turn(held: Held, clock: RunningClock) -> None:
    """Read one slot. Whatever goes wrong is noted and the slot given back, due again later."""
    try:
        shop = await in_database(_open_shop, held, clock)
        await READERS[held.kind](shop, held)
    except LeaseLost:
        log.warning("shop %s, %s: the lease was lost, somebody else reads on", held.shop_id, held.kind)
    except KaspiError as problem:
        await in_database(_failed, held, problem)
    except Exception as problem:
        log.exception("shop %s, %s: the pass broke off", held.shop_id, held.kind)
        await in_database(_broken, held, problem)


def _open_shop(held: Held, clock: RunningClock) -> ShopTurn:
    with company_scope(held.company_id):
        left = PollSlot.objects.filter(pk=held.id).values("cursor")
        accounts_of_shop = KaspiAccount.objects.select_related("shop").annotate(left=Subquery(left))
        account = accounts_of_shop.get(shop_id=held.shop_id)
        place = sync.place_of(account.shop)
    client = client_for(held.shop_id, token=accounts.token_of(account), merchant_uid=account.shop.merchant_uid)
    return ShopTurn(held.company_id, held.shop_id, client, place, clock, account.left or {})


def _failed(held: Held, problem: KaspiError) -> None:
    log.warning("shop %s, %s: %s", held.shop_id, held.kind, problem.for_log)
    with company_scope(held.company_id):
        accounts.note_problem(held.shop_id, problem)
        after = problem.retry_after if isinstance(problem, Transient) else None
        if isinstance(problem, TokenRefused) and _is_paused(held.shop_id):
            # A refused token is probed, not hammered (reliability.md §3, row 18).
            after = accounts.PROBE_EVERY.total_seconds()
        slots.retry(held, failures=_failures(held), after=after)


def _broken(held: Held, problem: Exception) -> None:
    """Not Kaspi's doing: our own mistake, or a token that the key ring does not open."""
    with company_scope(held.company_id):
        if isinstance(problem, CannotOpen):
            accounts.note_sealed(held.shop_id)
        else:
            accounts.note_trouble(held.shop_id, BROKEN)
        slots.retry(held, failures=_failures(held))


def _is_paused(shop_id: int) -> bool:
    return bool(KaspiAccount.objects.filter(shop_id=shop_id, state=AccountState.REFUSED).exists())


def _failures(held: Held) -> int:
    return PollSlot.objects.filter(pk=held.id).values_list("failures", flat=True).first() or 0
