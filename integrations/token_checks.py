"""A token is tried on Kaspi by a worker before it takes the place of the one in force.

The web stores the new token sealed and cannot read it; the page asks the row how far the look is. While it lasts, and when
it fails, the exchange goes on with the token that was there.
"""

import asyncio
import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from integrations import accounts
from integrations.kaspi.client import KaspiClient
from integrations.kaspi.errors import KaspiError, TokenRefused
from integrations.kaspi_look import Look, look
from integrations.loop import client_for, in_database, run
from integrations.models import AccountState, CheckState, KaspiAccount, TokenCheck
from integrations.waking import wake
from staff import audit
from staff.access import Actor, require_whole
from staff.clock import database_now
from staff.errors import Refused
from staff.models import Shop
from staff.permissions import Permission
from staff.scoping import company_scope
from staff.sealing import CannotOpen, open_for_workers, seal_for_workers

log = logging.getLogger(__name__)

TABLE, COLUMN = "integrations_tokencheck", "cipher"
AT_ONCE: Final = 8
# Six calls of 15 s at most; whoever died in one is followed after this.
LEASE: Final = timedelta(seconds=100)
PAUSE: Final = timedelta(seconds=10)
MOST_ATTEMPTS: Final = 5
# How a check failed: codes, for the words are chosen in the reader's language.
NOT_TAKEN, OTHER_SHOP, NO_ANSWER, UNREADABLE = "not_taken", "other_shop", "no_answer", "unreadable"


@dataclass(frozen=True, slots=True)
class Due:
    """A check that we hold."""

    id: int
    company_id: int
    shop_id: int
    turn: uuid.UUID


@dataclass(frozen=True, slots=True)
class _Job:
    client: KaspiClient
    merchant_uid: str
    now: datetime


def propose(shop: Shop, token: str, *, by: Actor, now: datetime) -> None:
    """Have this token tried; when it opens the shop, it takes the place of the present one.

    Raises Refused 403 without the right, 400 (field `token`) when the text cannot be a token.
    """
    require_whole(by, Permission.SHOPS_MANAGE, shop_id=shop.pk)
    token = accounts.checked(token)
    cipher = seal_for_workers(token, table=TABLE, column=COLUMN, company=shop.company_id, owner=shop.pk)
    _ask(shop, by=by, now=now, cipher=cipher, tail=token[-4:])
    audit.record(by, "shop.token_proposed", subject=("shop", shop.public_id), now=now, after={"tail": token[-4:]})


def look_again(shop: Shop, *, by: Actor, now: datetime) -> None:
    """Look with the token in force: what it opens today. Raises Refused 403, and 409 when the shop has none."""
    require_whole(by, Permission.SHOPS_MANAGE, shop_id=shop.pk)
    account = KaspiAccount.objects.filter(shop_id=shop.pk).exclude(state=AccountState.FORGOTTEN).first()
    if account is None:
        raise Refused("no_token", _("У магазина нет токена"))
    _ask(shop, by=by, now=now, cipher=None, tail=account.token_tail)
    audit.record(by, "shop.token_checked", subject=("shop", shop.public_id), now=now)


def check_due() -> int:
    """Try the tokens of all companies that wait for it; answers how many were tried."""
    with connection.cursor() as cursor:
        values: list[Any] = [AT_ONCE, LEASE]
        cursor.execute("SELECT id, company_id, shop_id, turn FROM office_claim_token_checks(%s, %s)", values)
        due = [Due(*row) for row in cursor.fetchall()]
    if due:
        run(_check_all(due))
    return len(due)


def _ask(shop: Shop, *, by: Actor, now: datetime, cipher: bytes | None, tail: str) -> None:
    asked: dict[str, Any] = {
        "turn": uuid.uuid4(),
        "cipher": cipher,
        "tail": tail,
        "state": CheckState.QUEUED,
        "found": {},
        "problem": "",
        "actor_kind": by.kind,
        "actor_id": by.id,
        "actor_label": by.label,
        "asked_at": now,
        "try_at": now,
        "attempts": 0,
        "lease_until": None,
        "ended_at": None,
    }
    TokenCheck.objects.update_or_create(shop_id=shop.pk, defaults=asked)
    transaction.on_commit(lambda: wake("check tokens"))


async def _check_all(due: list[Due]) -> None:
    for problem in await asyncio.gather(*map(_check, due), return_exceptions=True):
        if isinstance(problem, BaseException):
            log.error("a token was not checked", exc_info=problem)


async def _check(due: Due) -> None:
    try:
        job = await in_database(_open, due)
        seen = None
        async for seen in look(job.client, now=job.now):
            await in_database(_note, due, seen)
        assert seen is not None
    except TokenRefused:
        await in_database(_end, due, CheckState.REFUSED, NOT_TAKEN)
    except KaspiError as problem:
        log.warning("token of shop %s not checked: %s", due.shop_id, problem.for_log)
        await in_database(_postpone, due)
    except CannotOpen:
        await in_database(_end, due, CheckState.FAILED, UNREADABLE)
    else:
        if seen.of_another_shop(job.merchant_uid):
            await in_database(_end, due, CheckState.REFUSED, OTHER_SHOP)
        else:
            await in_database(_adopt, due)


def _open(due: Due) -> _Job:
    with company_scope(due.company_id):
        check = TokenCheck.objects.get(pk=due.id)
        shop = Shop.objects.get(pk=due.shop_id)
        token = _token(check) if check.cipher else accounts.token_of(KaspiAccount.objects.get(shop_id=shop.pk))
        client = client_for(shop.pk, token=token, merchant_uid=shop.merchant_uid)
        return _Job(client, shop.merchant_uid, database_now())


def _token(check: TokenCheck) -> str:
    blob = bytes(check.cipher or b"")
    return open_for_workers(blob, table=TABLE, column=COLUMN, company=check.company_id, owner=check.shop_id)


def _note(due: Due, seen: Look) -> None:
    with company_scope(due.company_id):
        TokenCheck.objects.filter(pk=due.id, turn=due.turn).update(found=seen.to_json())


def _adopt(due: Due) -> None:
    """The token is good: from now on it is the one in force. Nothing happens when another one was proposed meanwhile."""
    with company_scope(due.company_id):
        check = TokenCheck.objects.select_for_update().filter(pk=due.id, turn=due.turn).first()
        if check is None or check.state != CheckState.QUEUED:
            return
        now = database_now()
        if check.cipher:
            accounts.connect(Shop.objects.get(pk=check.shop_id), _token(check), by=_asker(check), now=now)
        TokenCheck.objects.filter(pk=check.pk).update(
            state=CheckState.PROVEN, cipher=None, lease_until=None, ended_at=now
        )


def _end(due: Due, state: CheckState, problem: str) -> None:
    """The token is not taken, and forgotten; the one in force stays."""
    with company_scope(due.company_id):
        TokenCheck.objects.filter(pk=due.id, turn=due.turn, state=CheckState.QUEUED).update(
            state=state, problem=problem, cipher=None, lease_until=None, ended_at=database_now()
        )


def _postpone(due: Due) -> None:
    """Kaspi did not answer: again in a while, and after some tries it is said so."""
    with company_scope(due.company_id):
        check = TokenCheck.objects.filter(pk=due.id, turn=due.turn, state=CheckState.QUEUED).first()
        if check is None:
            return
        if check.attempts < MOST_ATTEMPTS:
            again = database_now() + PAUSE * check.attempts
            TokenCheck.objects.filter(pk=check.pk, turn=due.turn).update(try_at=again, lease_until=None)
            return
    _end(due, CheckState.FAILED, NO_ANSWER)


def _asker(check: TokenCheck) -> Actor:
    """Who proposed it, with the right that he had then."""
    rights = frozenset({Permission.SHOPS_MANAGE})
    return Actor(check.actor_kind, check.actor_id, check.actor_label, check.company_id, rights, None)
