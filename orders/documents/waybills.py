"""Waybills, fetched when they appear and kept: a press on «Накладная» prints at once, and no page waits for Kaspi."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from integrations import accounts
from integrations.kaspi.client import KaspiClient
from integrations.kaspi.errors import KaspiError
from integrations.loop import client_for, in_database, run
from integrations.models import AccountState, KaspiAccount
from orders.models import Order, Waybill
from staff.clock import database_now
from staff.models import Shop
from staff.scoping import company_scope
from staff.sealing import CannotOpen

log = logging.getLogger(__name__)

AT_ONCE = 20
# A try that died with its worker is made again after this; one that failed waits longer each time.
TRY = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=30)


class Due(NamedTuple):
    company_id: int
    shop_id: int
    order_id: int


@dataclass(frozen=True, slots=True)
class _Try:
    due: Due
    url: str
    client: KaspiClient


def fetch_due() -> int:
    """Fetch the waybills of all companies that have appeared; answers how many were tried."""
    due = _due()
    if due:
        run(_fetch(due))
    return len(due)


def pdf_of(order: Order) -> bytes | None:
    """The stored waybill, or None while it has not been fetched. Inside the company's scope."""
    found = Waybill.objects.filter(order_id=order.pk).first()
    return bytes(found.pdf) if found is not None and found.pdf is not None else None


def _due() -> list[Due]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT company_id, shop_id, id FROM office_due_waybills(%s)", [AT_ONCE])
        return [Due(*row) for row in cursor.fetchall()]


async def _fetch(due: list[Due]) -> None:
    for problem in await asyncio.gather(*map(_fetch_one, due), return_exceptions=True):
        if isinstance(problem, BaseException):
            log.error("a waybill was not fetched", exc_info=problem)


async def _fetch_one(due: Due) -> None:
    await in_database(_note_try, due)
    attempt = await in_database(_open, due)
    if attempt is None:
        return
    try:
        pdf = await attempt.client.waybill(attempt.url)
    except KaspiError as problem:
        log.warning("waybill of order %s not fetched: %s", due.order_id, type(problem).__name__)
        return
    await in_database(_keep, attempt, pdf)


def _note_try(due: Due) -> None:
    """Committed before anything can go wrong: a waybill that kills its worker is not asked for again and again."""
    with company_scope(due.company_id):
        now = database_now()
        url = Order.objects.values_list("waybill_url", flat=True).get(pk=due.order_id)
        kept, _ = Waybill.objects.get_or_create(order_id=due.order_id, defaults={"url": url, "try_at": now})
        Waybill.objects.filter(pk=kept.pk).update(
            attempts=min(kept.attempts + 1, 1000), try_at=now + _pause(kept.attempts)
        )


def _open(due: Due) -> _Try | None:
    """Everything that the call needs; None while the shop's token is refused."""
    with company_scope(due.company_id):
        account = KaspiAccount.objects.filter(shop_id=due.shop_id).first()
        if account is None or account.state != AccountState.OK:
            return None
        order = Order.objects.only("id", "waybill_url").get(pk=due.order_id)
        shop = Shop.objects.get(pk=due.shop_id)
        try:
            token = accounts.token_of(account)
        except CannotOpen:
            # Told to the owner where orders are read. Raised here it would undo the note of the try.
            return None
        client = client_for(shop.pk, token=token, merchant_uid=shop.merchant_uid)
        return _Try(due, order.waybill_url, client)


def _pause(attempts: int) -> timedelta:
    return min(TRY * (1 << min(attempts, 10)), LONGEST_PAUSE)


def _keep(attempt: _Try, pdf: bytes) -> None:
    with company_scope(attempt.due.company_id):
        now: datetime = database_now()
        Waybill.objects.filter(order_id=attempt.due.order_id).update(
            url=attempt.url, pdf=pdf, fetched_at=now, attempts=0
        )
