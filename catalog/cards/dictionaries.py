"""Kaspi's dictionaries: asked for on demand with the token of the shop that needs them, kept once for everybody.

What a category asks for does not differ from seller to seller, so an answer serves all of them (ADR 0041); a day old, it
is asked for again by the next one who opens such a card.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from catalog.cards.editing import judge_again
from catalog.models import CardLookup, KaspiAttribute, KaspiCategory, LookupState
from integrations import accounts
from integrations.kaspi import products
from integrations.kaspi.client import KaspiClient
from integrations.kaspi.errors import KaspiError
from integrations.kaspi.products import Attribute, Category, Kind, Value
from integrations.loop import client_for, in_database, run
from integrations.models import AccountState, KaspiAccount
from integrations.waking import wake
from staff.clock import database_now
from staff.languages import later as _
from staff.models import Shop
from staff.scoping import company_scope
from staff.sealing import CannotOpen

log = logging.getLogger(__name__)

FRESH: Final = timedelta(days=1)
AT_ONCE: Final = 4
# A category may have fifty enums, each a call within the shop's rate.
LEASE: Final = timedelta(minutes=5)
PAUSE: Final = timedelta(seconds=20)
MOST_ATTEMPTS: Final = 5
MOST_FOUND: Final = 30
NO_TOKEN: Final = _("У магазина нет токена Kaspi: категории спросить нечем. Введите токен на странице «Интеграции».")
UNREADABLE: Final = _("Токен магазина не читается. Введите его ещё раз на странице «Интеграции».")


@dataclass(frozen=True, slots=True)
class Due:
    """A question that we hold."""

    id: int
    company_id: int
    shop_id: int
    turn: UUID


def search(q: str) -> "QuerySet[KaspiCategory]":
    """Categories whose title holds every word of `q`, by title; at most thirty."""
    found = KaspiCategory.objects.order_by("title", "pk")
    for word in q.split():
        found = found.filter(title__icontains=word)
    return found[:MOST_FOUND]


def title_of(code: str) -> str:
    """How Kaspi calls a category; its code where it is not known."""
    return KaspiCategory.objects.filter(code=code).values_list("title", flat=True).first() or code


def want(shop: Shop, category: str, *, now: datetime) -> CardLookup | None:
    """Have the categories read (`category` empty), or what a category asks for, unless that is fresh.

    Answers the question that is open or has failed; None when all is known and fresh.
    """
    if _is_fresh(category, now=now):
        return None
    asked: CardLookup
    asked, made = CardLookup.objects.select_for_update().get_or_create(
        shop=shop, category_code=category, defaults={"asked_at": now, "try_at": now}
    )
    if not made and asked.state != LookupState.QUEUED and asked.asked_at < now - PAUSE * MOST_ATTEMPTS:
        asked.state, asked.asked_at, asked.try_at = LookupState.QUEUED, now, now
        asked.attempts, asked.lease_until, asked.problem = 0, None, ""
        asked.save()
    if asked.state == LookupState.QUEUED:
        transaction.on_commit(partial(wake, "card dictionaries"), robust=True)
    return asked


def question_of(shop: Shop, category: str) -> CardLookup | None:
    """What was asked about this category (empty: about all) and has no answer yet, or none at all."""
    found: CardLookup | None = (
        CardLookup.objects.filter(shop=shop, category_code=category).exclude(state=LookupState.DONE).first()
    )
    return found


def read_due() -> int:
    """Ask Kaspi what waits to be asked, for all companies; answers how many questions were taken up."""
    with connection.cursor() as cursor:
        values: list[Any] = [AT_ONCE, LEASE]
        cursor.execute("SELECT id, company_id, shop_id, turn FROM office_claim_card_lookups(%s, %s)", values)
        due = [Due(*row) for row in cursor.fetchall()]
    if due:
        run(_read_all(due))
    return len(due)


async def _read_all(due: list[Due]) -> None:
    for problem in await asyncio.gather(*map(_read, due), return_exceptions=True):
        if isinstance(problem, BaseException):
            log.error("a dictionary was not read", exc_info=problem)


async def _read(due: Due) -> None:
    try:
        kaspi, category = await in_database(_open, due)
        if kaspi is None:
            await in_database(_fail, due, str(NO_TOKEN))
        elif category:
            asked = await _attributes(kaspi, category)
            await in_database(_keep_attributes, due, category, asked)
        else:
            await in_database(_keep_categories, due, await products.categories(kaspi))
    except CannotOpen:
        await in_database(_fail, due, str(UNREADABLE))
    except KaspiError as problem:
        log.warning("dictionary for shop %s not read: %s", due.shop_id, problem.for_log)
        await in_database(_postpone, due, problem)


async def _attributes(kaspi: KaspiClient, category: str) -> list[tuple[Attribute, Sequence[Value]]]:
    found: list[tuple[Attribute, Sequence[Value]]] = []
    for one in await products.attributes(kaspi, category):
        choices = await products.values(kaspi, category, one.code) if one.kind is Kind.ENUM else ()
        found.append((one, choices))
    return found


def _open(due: Due) -> tuple[KaspiClient | None, str]:
    with company_scope(due.company_id):
        category = CardLookup.objects.values_list("category_code", flat=True).get(pk=due.id)
        return open_client(due.shop_id), category


def open_client(shop_id: int, *, seconds: float | None = None) -> KaspiClient | None:
    """A client of this shop, inside its company's scope; None without a token. Raises CannotOpen."""
    account = KaspiAccount.objects.filter(shop_id=shop_id).exclude(state=AccountState.FORGOTTEN).first()
    if account is None:
        return None
    uid = Shop.objects.values_list("merchant_uid", flat=True).get(pk=shop_id)
    token = accounts.token_of(account)
    limit = {} if seconds is None else {"total_timeout": seconds}
    return client_for(shop_id, token=token, merchant_uid=uid, **limit)


def _is_fresh(category: str, *, now: datetime) -> bool:
    if category:
        return KaspiCategory.objects.filter(code=category, read_at__gt=now - FRESH).exists()
    return KaspiCategory.objects.filter(seen_at__gt=now - FRESH).exists()


def _keep_categories(due: Due, found: Sequence[Category]) -> None:
    with company_scope(due.company_id):
        now = database_now()
        # By code, so that two readers never wait for each other in a ring.
        rows = {one.code: KaspiCategory(code=one.code[:512], title=one.title[:512], seen_at=now) for one in found}
        KaspiCategory.objects.bulk_create(
            [rows[code] for code in sorted(rows)],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["title", "seen_at"],
        )
        _done(due)


def _keep_attributes(due: Due, category: str, asked: Sequence[tuple[Attribute, Sequence[Value]]]) -> None:
    with company_scope(due.company_id):
        row, _made = KaspiCategory.objects.select_for_update().get_or_create(
            code=category, defaults={"title": category, "seen_at": database_now()}
        )
        kept = KaspiAttribute.objects.filter(category=row)
        kept.exclude(code__in=[one.code for one, _values in asked]).delete()
        KaspiAttribute.objects.bulk_create(
            [_row(row, place, one, choices) for place, (one, choices) in enumerate(asked)],
            update_conflicts=True,
            unique_fields=["category", "code"],
            update_fields=["kind", "multiple", "mandatory", "position", "choices"],
        )
        row.read_at = database_now()
        row.save(update_fields=["read_at"])
        judge_again(category)
        _done(due)


def _row(category: KaspiCategory, place: int, one: Attribute, choices: Sequence[Value]) -> KaspiAttribute:
    told = {"kind": one.kind.value, "multiple": one.multiple, "mandatory": one.mandatory, "position": place}
    return KaspiAttribute(category=category, code=one.code, choices=[[v.code, v.name] for v in choices], **told)


def _done(due: Due) -> None:
    mine = CardLookup.objects.filter(pk=due.id, turn=due.turn)
    mine.update(state=LookupState.DONE, lease_until=None, problem="")


def _fail(due: Due, problem: str) -> None:
    with company_scope(due.company_id):
        mine = CardLookup.objects.filter(pk=due.id, turn=due.turn)
        mine.update(state=LookupState.FAILED, lease_until=None, problem=problem[:300])


def _postpone(due: Due, problem: KaspiError) -> None:
    """Kaspi did not answer: again in a while, and after some tries it is said so."""
    with company_scope(due.company_id):
        accounts.note_problem(due.shop_id, problem)
        asked = CardLookup.objects.filter(pk=due.id, turn=due.turn).first()
        if asked is None:
            return
        if asked.attempts >= MOST_ATTEMPTS:
            asked.state = LookupState.FAILED
        asked.try_at = database_now() + PAUSE * asked.attempts
        asked.lease_until, asked.problem = None, problem.for_user[:300]
        asked.save()
