"""The first import of a shop: its archive of 90 days in windows of 14, newest first; goes on after a kill."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import F
from django.db.models.functions import Now

from integrations import accounts, slots
from integrations.loop import in_database
from integrations.models import KaspiAccount, PollSlot
from integrations.slots import Held
from orders.facts import sweeps
from orders.facts.reading import ShopTurn, read_page
from staff.scoping import company_scope

PAGES_A_TURN: Final = 10


async def read_archive(shop: ShopTurn, held: Held) -> None:
    """The archive of 90 days, newest window first, some pages a turn so that nobody else waits; goes on after a kill."""
    cursor = await in_database(_begun, shop, held)
    back, number = int(cursor["window"]), int(cursor["page"])
    window = sweeps.window(back, now=datetime.fromisoformat(cursor["now"]))
    stored = 0
    for _ in range(PAGES_A_TURN):
        page = await read_page(shop, held, window, number, live=False)
        stored += len(page.orders)
        number += 1
        if number >= page.page_count:
            back, number = back + 1, 0
            break
    await in_database(_progress, shop, held, {**cursor, "window": back, "page": number}, stored)


def _begun(shop: ShopTurn, held: Held) -> dict[str, Any]:
    if "now" in shop.cursor:
        return dict(shop.cursor)
    with company_scope(shop.company_id):
        KaspiAccount.objects.filter(shop_id=shop.shop_id).update(
            import_windows=sweeps.IMPORT_WINDOWS, import_windows_done=0, import_orders=0, import_started_at=Now()
        )
        cursor = {"now": shop.now().isoformat(), "window": 0, "page": 0}
        PollSlot.objects.filter(pk=held.id, lease_token=held.lease_token).update(cursor=cursor)
    return cursor


def _progress(shop: ShopTurn, held: Held, cursor: Mapping[str, Any], stored: int) -> None:
    done = cursor["window"] >= sweeps.IMPORT_WINDOWS
    with company_scope(shop.company_id):
        accounts.note_success(shop.shop_id)
        if not slots.finish(held, cursor={} if done else cursor, again_in=None if done else 0):
            return
        KaspiAccount.objects.filter(shop_id=shop.shop_id).update(
            import_windows_done=cursor["window"],
            import_orders=F("import_orders") + stored,
            **({"import_finished_at": Now()} if done else {}),
        )
