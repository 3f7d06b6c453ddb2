"""Carries decisions to Kaspi: claim, send, read the order back, settle (reliability.md §5.2, M 27).

Claiming a fresh action marks it `sending` before any call. One whose holder died comes back as `unknown` and is read first:
at its target it is done, beyond it refused, still before it sent again. The echo of a write proves nothing, so a sent action
is settled by Kaspi's own state only. The order's new facts, the settled action and the event commit together.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from integrations import accounts, actions_out
from integrations.actions_out import Claimed
from integrations.kaspi.client import KaspiClient
from integrations.kaspi.errors import KaspiError, NotFound, Rejected, TokenRefused, Transient, UnknownOutcome
from integrations.kaspi.facts import KaspiOrder
from integrations.loop import client_for, in_database, run
from integrations.models import ActionKind, ActionState, KaspiAccount, KaspiAction
from orders import sync
from orders.lifecycle import Progress, progress, stage_of
from orders.merging import flags_of
from orders.models import EventKind, Order, OrderEvent
from orders.sync import ShopPlace
from orders.turns import take_turn
from staff.clock import database_now
from staff.models import Shop
from staff.scoping import company_scope

log = logging.getLogger(__name__)

AT_ONCE = 20
# A refusal of the token changes nothing in the action: it waits until the owner has mended the token.
TOKEN_WAIT = 60.0
LOST_CODE = "Неизвестно, ушёл ли код покупателю. Запросите код ещё раз"
TOO_LATE = "Не успели до срока: Kaspi не подтвердил. Проверьте заказ в кабинете Kaspi"
CHANGED_MEANWHILE = "Заказ в Kaspi уже в другом состоянии"


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed action with all that is needed to carry it, read in one short transaction."""

    held: Claimed
    kind: ActionKind
    state: ActionState
    kaspi_id: str
    code: str
    params: Mapping[str, Any]
    attempts: int
    order_id: int
    give_up_at: datetime | None
    client: KaspiClient
    place: ShopPlace
    skew: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) + self.skew


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of an action: a closed state, or back for later after `seconds`."""

    state: ActionState
    problem: str = ""
    seconds: float = 0.0
    fact: KaspiOrder | None = None
    observed_at: datetime | None = None


def deliver_due(*, lease: timedelta = actions_out.LEASE) -> int:
    """Carry every action that is due now; answers how many were claimed."""
    held = actions_out.claim(limit=AT_ONCE, lease=lease)
    if held:
        run(_deliver(held, database_now() - datetime.now(UTC)))
    return len(held)


async def _deliver(held: Sequence[Claimed], skew: timedelta) -> None:
    done = await asyncio.gather(*(_carry(one, skew) for one in held), return_exceptions=True)
    for one, problem in zip(held, done, strict=True):
        if isinstance(problem, BaseException):
            # The lease ends by itself and the action comes back as unknown.
            log.error("action %s was not carried through", one.id, exc_info=problem)


async def _carry(held: Claimed, skew: timedelta) -> None:
    job = await in_database(_open_job, held, skew)
    verdict = await _verdict(job)
    settled = await in_database(_settle, job, verdict)
    if not settled:
        log.warning("action %s: the lease was lost, nothing written", held.id)


def _open_job(held: Claimed, skew: timedelta) -> Job:
    with company_scope(held.company_id):
        action = KaspiAction.objects.get(pk=held.id)
        shop = Shop.objects.get(pk=held.shop_id)
        token = accounts.token_of(KaspiAccount.objects.get(shop_id=held.shop_id))
        return Job(
            held,
            ActionKind(action.kind),
            ActionState(action.state),
            action.kaspi_id,
            action.code,
            actions_out.params_of(action),
            action.attempts,
            action.subject_id,
            action.give_up_at,
            client_for(shop.pk, token=token, merchant_uid=shop.merchant_uid),
            sync.place_of(shop),
            skew,
        )


# --- what to do --------------------------------------------------------------------------------------------------------


async def _verdict(job: Job) -> Verdict:
    try:
        if job.state is ActionState.UNKNOWN:
            seen = await _read_back(job)
            if seen.state is not ActionState.QUEUED:
                return seen
        elif _is_late(job):
            return Verdict(ActionState.PARKED, TOO_LATE)
        return await _send(job)
    except KaspiError as problem:
        await in_database(_note, job, problem)
        return _postponed(job, problem)


async def _send(job: Job) -> Verdict:
    """Send once, then believe only what the order says."""
    try:
        await SENDERS[job.kind](job)
    except Rejected as refusal:
        seen = await _read_back(job)
        # "Already accepted" and the like: the target is reached, whoever did it. A refusal of the thing itself ends here.
        if seen.state is ActionState.DONE:
            return seen
        return Verdict(ActionState.REFUSED, refusal.for_user, fact=seen.fact, observed_at=seen.observed_at)
    if job.kind is ActionKind.SEND_CODE:
        return Verdict(ActionState.DONE)
    seen = await _read_back(job)
    if seen.state is ActionState.QUEUED:
        # Taken, but not to be seen yet: ask again before anything is sent again.
        return _later(job, ActionState.UNKNOWN, "Kaspi принял запрос, ждём его подтверждения")
    return seen


async def _read_back(job: Job) -> Verdict:
    """DONE at the target, REFUSED when it cannot be reached any more, QUEUED when it may be sent (again)."""
    asked_at = job.now()
    try:
        fact = await job.client.order_by_id(job.kaspi_id)
    except NotFound as problem:
        return Verdict(ActionState.REFUSED, problem.for_user)
    state, problem_text = _judge(job, fact)
    return Verdict(state, problem_text, fact=fact, observed_at=asked_at)


def _judge(job: Job, fact: KaspiOrder) -> tuple[ActionState, str]:
    reached = progress(job.kind, stage_of(fact.state, fact.status, flags_of(fact)))
    if reached is Progress.REACHED:
        return ActionState.DONE, ""
    if reached is Progress.IMPOSSIBLE:
        return ActionState.REFUSED, CHANGED_MEANWHILE
    if reached is Progress.UNREADABLE and job.state is ActionState.UNKNOWN:
        return ActionState.REFUSED, LOST_CODE
    if _is_late(job):
        return ActionState.PARKED, TOO_LATE
    return ActionState.QUEUED, ""


def _is_late(job: Job) -> bool:
    return job.give_up_at is not None and job.give_up_at <= job.now()


def _postponed(job: Job, problem: KaspiError) -> Verdict:
    """After a call that told nothing: later, as `unknown` when something may have been applied."""
    if isinstance(problem, TokenRefused):
        return Verdict(_unsent_state(job), problem.for_user, seconds=TOKEN_WAIT)
    if isinstance(problem, UnknownOutcome) or job.state is ActionState.UNKNOWN:
        return _later(job, ActionState.UNKNOWN, problem.for_user)
    if isinstance(problem, Transient) and problem.maybe_applied:
        # A read-back after sending broke.
        return _later(job, ActionState.UNKNOWN, problem.for_user)
    seconds = problem.retry_after if isinstance(problem, Transient) else None
    return _later(job, ActionState.QUEUED, problem.for_user, seconds)


def _unsent_state(job: Job) -> ActionState:
    return ActionState.UNKNOWN if job.state is ActionState.UNKNOWN else ActionState.QUEUED


def _later(job: Job, state: ActionState, problem: str, seconds: float | None = None) -> Verdict:
    return Verdict(state, problem, seconds=seconds or actions_out.pause_after(job.attempts))


async def _cancel(job: Job) -> None:
    await job.client.cancel(job.kaspi_id, job.code, reason=job.params["reason"], comment=job.params.get("comment", ""))


SENDERS: Mapping[ActionKind, Callable[[Job], Awaitable[None]]] = {
    ActionKind.ACCEPT: lambda job: job.client.accept(job.kaspi_id, job.code),
    ActionKind.CANCEL: _cancel,
    ActionKind.ASSEMBLE: lambda job: job.client.assemble(job.kaspi_id, places=job.params["places"]),
    ActionKind.SEND_CODE: lambda job: job.client.send_code(job.kaspi_id, job.code),
    ActionKind.COMPLETE: lambda job: job.client.complete(job.kaspi_id, job.code, security_code=job.params["code"]),
    ActionKind.ARRIVED: lambda job: job.client.arrived(job.kaspi_id, job.code),
    ActionKind.RETURNED: lambda job: job.client.arrived_backward(job.kaspi_id, job.code),
}


# --- writing it down ---------------------------------------------------------------------------------------------------


def _note(job: Job, problem: KaspiError) -> None:
    log.warning("action %s, %s: %s", job.held.id, job.kind, problem.for_log)
    with company_scope(job.held.company_id):
        accounts.note_problem(job.held.shop_id, problem)


OPEN = (ActionState.QUEUED, ActionState.UNKNOWN)
TOLD = {
    ActionState.DONE: EventKind.CONFIRMED,
    ActionState.REFUSED: EventKind.REFUSED,
    ActionState.PARKED: EventKind.REFUSED,
}


def _settle(job: Job, verdict: Verdict) -> bool:
    """The fact that was read, the action's end and its event, in one transaction. False: the lease was lost."""
    with company_scope(job.held.company_id):
        take_turn(job.held.shop_id)
        if verdict.state in OPEN:
            kept = actions_out.postpone(job.held, verdict.state, seconds=verdict.seconds, problem=verdict.problem)
        else:
            kept = actions_out.settle(job.held, verdict.state, problem=verdict.problem)
        if not kept:
            return False
        if verdict.fact is not None and verdict.observed_at is not None:
            sync.store(job.place, [verdict.fact], observed_at=verdict.observed_at, by_id=True)
        if verdict.state not in OPEN:
            _tell(job, verdict)
        Order.objects.filter(pk=job.order_id).update(changed_at=job.now())
        return True


def _tell(job: Job, verdict: Verdict) -> None:
    stage = Order.objects.filter(pk=job.order_id).values_list("stage", flat=True).get()
    actor = KaspiAction.objects.filter(pk=job.held.id).values_list("actor_kind", "actor_label").get()
    OrderEvent.objects.create(
        shop_id=job.held.shop_id,
        order_id=job.order_id,
        kind=TOLD[verdict.state],
        learned_at=job.now(),
        stage_before=stage,
        stage_after=stage,
        actor_kind=actor[0],
        actor_label=actor[1],
        details={"action": job.kind.value, "problem": verdict.problem},
    )
