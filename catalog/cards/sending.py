"""The worker's side of an upload: sent once, then asked after until Kaspi is through with it.

Before the one call that sends, the row says `sending`; whoever finds it so with the lease run out knows that somebody died
in the call, and that nobody knows whether the cards arrived. Such an upload is never sent again by us (ADR 0041).
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from catalog.cards.contents import read
from catalog.cards.dictionaries import UNREADABLE, open_client
from catalog.cards.rules import item_of
from catalog.cards.uploads import move
from catalog.models import Card, CardLine, CardState, CardUpload, CardVersion, UploadState
from integrations import accounts
from integrations.kaspi import products
from integrations.kaspi.client import KaspiClient
from integrations.kaspi.errors import KaspiError, Rejected, UnknownOutcome
from integrations.kaspi.products import ItemResult, UploadResult
from integrations.loop import in_database, run
from staff.clock import database_now
from staff.languages import later as _
from staff.scoping import company_scope
from staff.sealing import CannotOpen

log = logging.getLogger(__name__)

AT_ONCE: Final = 4
# Ten thousand cards are some megabytes, and Kaspi looks at them before it answers.
CALL_SECONDS: Final = 60.0
LEASE: Final = timedelta(minutes=4)
# Between two questions: 10 s, 20 s, … up to half an hour; after a week nobody will answer any more.
FIRST_PAUSE: Final = timedelta(seconds=10)
LONGEST_PAUSE: Final = timedelta(minutes=30)
GIVES_UP: Final = timedelta(days=7)
DIED: Final = _("Отправка оборвалась. Дошли ли карточки, мы не знаем: Kaspi не даёт это спросить.")
SILENT: Final = _("Kaspi не сказал о карточках за неделю. Посмотрите в кабинете.")
NO_TOKEN: Final = _("У магазина нет токена Kaspi. Введите его на странице «Интеграции», отправим сами.")
NOT_NAMED: Final = _("Kaspi ничего не сказал об этой карточке")


@dataclass(frozen=True, slots=True)
class Due:
    """An upload that we hold."""

    id: int
    company_id: int
    shop_id: int
    turn: UUID
    state: str


@dataclass(frozen=True, slots=True)
class _Job:
    kaspi: KaspiClient
    code: str = ""
    items: Sequence[Mapping[str, Any]] = ()


def send_due() -> int:
    """Go on with the uploads of all companies that are due; answers how many were taken up."""
    with connection.cursor() as cursor:
        values: list[Any] = [AT_ONCE, LEASE]
        cursor.execute("SELECT id, company_id, shop_id, turn, state FROM office_claim_card_uploads(%s, %s)", values)
        due = [Due(*row) for row in cursor.fetchall()]
    if due:
        run(_go_on_with_all(due))
    return len(due)


async def _go_on_with_all(due: list[Due]) -> None:
    for problem in await asyncio.gather(*map(_go_on, due), return_exceptions=True):
        if isinstance(problem, BaseException):
            log.error("an upload of cards broke off", exc_info=problem)


async def _go_on(due: Due) -> None:
    try:
        if due.state == UploadState.SENDING:
            await in_database(_lose, due, str(DIED))
        elif due.state == UploadState.QUEUED:
            await _send(due)
        else:
            await _ask(due)
    except CannotOpen:
        await in_database(_put_off, due, str(UNREADABLE))
    except KaspiError as problem:
        log.warning("upload of cards of shop %s: %s", due.shop_id, problem.for_log)
        await in_database(_failed, due, problem)


async def _send(due: Due) -> None:
    job = await in_database(_begin, due)
    if job is None:
        return
    try:
        told = await products.upload(job.kaspi, job.items)
    except Rejected as problem:
        await in_database(_refuse, due, problem.for_user)
    except UnknownOutcome as problem:
        await in_database(_lose, due, str(DIED))
        log.warning("upload of cards of shop %s: %s", due.shop_id, problem.for_log)
    else:
        await in_database(_sent, due, told)


async def _ask(due: Due) -> None:
    job = await in_database(_open, due)
    if job is None:
        await in_database(_put_off, due, str(NO_TOKEN))
        return
    told = await products.status(job.kaspi, job.code)
    if told.finished:
        await in_database(_finish, due, await products.result(job.kaspi, job.code))
    else:
        await in_database(_still, due, told)


def _open(due: Due) -> _Job | None:
    with company_scope(due.company_id):
        upload = CardUpload.objects.get(pk=due.id)
        kaspi = open_client(due.shop_id)
        return _Job(kaspi, upload.kaspi_code) if kaspi else None


def _begin(due: Due) -> _Job | None:
    """From here on the cards may have left. None: there is no token, or the turn is no longer ours."""
    with company_scope(due.company_id):
        kaspi = open_client(due.shop_id, seconds=CALL_SECONDS)
        if kaspi is None:
            _put_off(due, str(NO_TOKEN))
            return None
        mine = CardUpload.objects.filter(pk=due.id, turn=due.turn, state=UploadState.QUEUED)
        if not mine.update(state=UploadState.SENDING, sent_at=database_now(), problem=""):
            return None
        return _Job(kaspi, items=items_of(due.id))


def items_of(upload_id: int) -> list[dict[str, Any]]:
    """The cards of an upload as they were when it was asked for."""
    lines = CardLine.objects.filter(upload_id=upload_id)
    sent = lines.filter(card_id=OuterRef("card_id"), version=OuterRef("version"))
    contents = dict(CardVersion.objects.filter(Exists(sent)).values_list("card_id", "content"))
    return [item_of(read(sku, contents[card])) for card, sku in lines.order_by("pk").values_list("card_id", "sku")]


def _with_mine(due: Due, change: Callable[[CardUpload, datetime], None]) -> None:
    """Change the upload under its lock, if the turn is still ours; the lease ends with it."""
    with company_scope(due.company_id):
        row = CardUpload.objects.select_for_update().filter(pk=due.id, turn=due.turn).first()
        if row is None:
            return
        change(row, database_now())
        row.turn, row.lease_until = None, None
        row.save()


def _sent(due: Due, told: products.UploadState) -> None:
    def change(row: CardUpload, now: datetime) -> None:
        row.state, row.kaspi_code, row.kaspi_status = UploadState.CHECKING, told.code[:200], told.status[:60]
        row.try_at, row.attempts = now + FIRST_PAUSE, 0
        move(row, CardState.CHECKING)

    _with_mine(due, change)


def _still(due: Due, told: products.UploadState) -> None:
    def change(row: CardUpload, now: datetime) -> None:
        row.kaspi_status, row.problem = told.status[:60], ""
        if row.sent_at and now - row.sent_at > GIVES_UP:
            _end(row, UploadState.UNKNOWN, now, problem=str(SILENT))
        else:
            _later(row, now)

    _with_mine(due, change)


def _failed(due: Due, problem: KaspiError) -> None:
    """The call told nothing and changed nothing: again in a while."""

    def change(row: CardUpload, now: datetime) -> None:
        accounts.note_problem(due.shop_id, problem)
        row.problem = problem.for_user[:300]
        if row.state == UploadState.SENDING:
            row.state, row.sent_at = UploadState.QUEUED, None
        if row.state == UploadState.CHECKING and row.sent_at and now - row.sent_at > GIVES_UP:
            _end(row, UploadState.UNKNOWN, now, problem=str(SILENT))
        else:
            _later(row, now)

    _with_mine(due, change)


def _put_off(due: Due, problem: str) -> None:
    def change(row: CardUpload, now: datetime) -> None:
        row.problem = problem[:300]
        _later(row, now)

    _with_mine(due, change)


def _refuse(due: Due, problem: str) -> None:
    _with_mine(due, lambda row, now: _end(row, UploadState.REFUSED, now, problem=problem))


def _lose(due: Due, problem: str) -> None:
    _with_mine(due, lambda row, now: _end(row, UploadState.UNKNOWN, now, problem=problem))


_CARDS_AFTER: Final = {UploadState.REFUSED: CardState.READY, UploadState.UNKNOWN: CardState.UNKNOWN}


def _end(row: CardUpload, state: UploadState, now: datetime, *, problem: str) -> None:
    row.state, row.ended_at, row.problem = state, now, problem[:300]
    move(row, _CARDS_AFTER[state])


def _later(row: CardUpload, now: datetime) -> None:
    row.attempts = min(row.attempts + 1, 1000)
    row.try_at = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(row.attempts - 1, 10))


def _finish(due: Due, told: UploadResult) -> None:
    def change(row: CardUpload, now: datetime) -> None:
        found = {one.sku: one for one in told.items}
        lines = list(CardLine.objects.filter(upload_id=row.pk))
        for line in lines:
            line.taken, line.words = _said(found.get(line.sku))
        CardLine.objects.bulk_update(lines, ["taken", "words"], batch_size=1000)
        row.state, row.ended_at, row.kaspi_status, row.problem = UploadState.FINISHED, now, products.FINISHED, ""
        row.errors = sum(line.taken is not True for line in lines)
        move(row, CardState.ACCEPTED, [line.sku for line in lines if line.taken])
        move(row, CardState.FAULTY, [line.sku for line in lines if not line.taken])
        _tell_problems([line for line in lines if line.words])

    _with_mine(due, change)


def _said(one: ItemResult | None) -> tuple[bool, list[str]]:
    if one is None:
        return False, [str(NOT_NAMED)]
    return one.taken, list(one.words) or ([] if one.taken else [one.state or str(NOT_NAMED)])


def _tell_problems(lines: Sequence[CardLine]) -> None:
    """Kaspi's words stand on the card as well; warnings of one that was taken too."""
    cards = Card.objects.in_bulk([line.card_id for line in lines])
    for line in lines:
        cards[line.card_id].problems = line.words
    Card.objects.bulk_update(cards.values(), ["problems"], batch_size=1000)
