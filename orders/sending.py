"""Carries decisions to Kaspi: claim, send, read the order back, settle (reliability.md §5.2, M 27).

Claiming a fresh action marks it `sending` before any call. One whose holder died comes back as `unknown` and is read first:
at its target it is done, beyond it refused, still before it sent again. The echo of a write proves nothing, so a sent action
is settled by Kaspi's own state only. The order's new facts, the settled action and the event commit together.
Actions go side by side, bounded; a tick waits a moment for its own and then claims again, so a shop that hangs delays
nobody else's decision.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_noop

from catalog import stock
from integrations import accounts, actions_out
from integrations.actions_out import Claimed
from integrations.kaspi.client import KaspiClient
from integrations.kaspi.errors import KaspiError, NotFound, Rejected, TokenRefused, Transient, UnknownOutcome
from integrations.kaspi.facts import EntryDevices, KaspiOrder
from integrations.loop import Flight, client_for, in_database
from integrations.models import ActionKind, ActionState, KaspiAccount, KaspiAction
from orders import devices
from orders.facts import sync
from orders.facts.reading import ask_lookup
from orders.facts.sync import ShopPlace
from orders.lifecycle import Progress, Stage
from orders.models import EventKind, Order, OrderEvent
from orders.turns import take_turn
from orders.witness import Testimony, testify
from staff.clock import RunningClock, database_now
from staff.models import Shop
from staff.scoping import company_scope
from staff.sealing import CannotOpen

log = logging.getLogger(__name__)

AT_ONCE: Final = 96
# Seconds that a tick waits for its actions before it looks for what else is due.
PATIENCE: Final = 1.0
# A call and what is written after it fit into this many seconds; with less of the lease left it is renewed first.
LONGEST_CALL: Final = 17.0
# A refusal of the token changes nothing in the action: it waits until the owner has mended the token.
TOKEN_WAIT: Final = 60.0
# Kaspi said yes and does not show it yet: only looked at for so long, then sent again (reliability.md §3, row 21).
RESEND_AFTER: Final = timedelta(seconds=75)
# What may have been applied is still asked about for so long after its time is over.
READ_ON: Final = timedelta(minutes=2)
# After so many tries that ended in an error of our own, a person decides.
MOST_STUMBLES: Final = 8
LOST_CODE = gettext_noop("Неизвестно, ушёл ли код покупателю. Запросите код ещё раз")
TOO_LATE = gettext_noop("Не успели до срока: Kaspi не подтвердил. Проверьте заказ в кабинете Kaspi")
CHANGED_MEANWHILE = gettext_noop("Заказ в Kaspi уже в другом состоянии")
TAKEN = gettext_noop("Kaspi принял запрос, ждём его подтверждения")
NOT_UNDERSTOOD = gettext_noop("Kaspi показал заказ в незнакомом состоянии. Проверяем дальше")
STUMBLED = gettext_noop("Не удалось выполнить из-за нашей ошибки. Проверьте заказ в кабинете Kaspi")
SEALED = gettext_noop("Данные решения не читаются: они зашифрованы другим ключом. Повторите решение")
_flight = Flight(AT_ONCE)


class LeaseLost(Exception):
    """Somebody else carries the action now."""


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
    taken_at: datetime | None
    client: KaspiClient
    place: ShopPlace
    clock: RunningClock

    def now(self) -> datetime:
        return self.clock.now()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of an action: a closed state, or back for later after `seconds`. `taken_at`: Kaspi said yes then."""

    state: ActionState
    problem: str = ""
    seconds: float = 0.0
    fact: KaspiOrder | None = None
    observed_at: datetime | None = None
    taken_at: datetime | None = None
    devices: tuple[EntryDevices, ...] | None = None


def deliver_due(*, lease: timedelta = actions_out.LEASE, patience: float = PATIENCE) -> int:
    """Start carrying what is due, as far as there are places, and wait for it so many seconds; answers how many started.

    What takes longer goes on by itself.
    """
    room = _flight.wait_for_room(patience)
    held = actions_out.claim(limit=room, lease=lease) if room else []
    if held:
        clock = RunningClock()
        _flight.launch([_carry(one, clock) for one in held], patience=patience)
    return len(held)


async def _carry(held: Claimed, clock: RunningClock) -> None:
    """One action to its end or to its next try. Whatever goes wrong, it is given back."""
    opened = False
    try:
        job = await in_database(_open_job, held, clock)
        opened = True
        settled = await in_database(_settle, job, await _verdict(job))
        if not settled:
            raise LeaseLost
    except LeaseLost:
        log.warning("action %s: the lease was lost, nothing written", held.id)
    except Exception as problem:
        log.exception("action %s was not carried through", held.id)
        await in_database(_stumbled, held, problem, maybe_sent=opened)


def _open_job(held: Claimed, clock: RunningClock) -> Job:
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
            action.taken_at,
            client_for(shop.pk, token=token, merchant_uid=shop.merchant_uid),
            sync.place_of(shop),
            clock,
        )


# --- what to do --------------------------------------------------------------------------------------------------------


async def _verdict(job: Job) -> Verdict:
    try:
        if job.state is ActionState.UNKNOWN:
            seen = await _read_back(job)
            if seen.state is not ActionState.QUEUED:
                return seen
            if job.taken_at is not None and job.now() < job.taken_at + RESEND_AFTER:
                return _later(job, ActionState.UNKNOWN, TAKEN)
        elif _is_late(job):
            return Verdict(ActionState.PARKED, TOO_LATE)
        await _hold_on(job)
        return await _send(job)
    except KaspiError as problem:
        await in_database(_note, job, problem)
        return _postponed(job, problem)


async def _hold_on(job: Job) -> None:
    """Never send on a lease that may end before the answer: a rival would read the order before our write and send too.

    Raises LeaseLost, also after a long sleep of the whole process (SIGSTOP).
    """
    if time.monotonic() + LONGEST_CALL > job.held.until and not await in_database(_renew, job):
        raise LeaseLost


def _renew(job: Job) -> bool:
    with company_scope(job.held.company_id):
        return actions_out.renew(job.held)


async def _send(job: Job) -> Verdict:
    """Send once, then believe only what the order says."""
    try:
        await SENDERS[job.kind](job)
    except Rejected as refusal:
        return await _after_refusal(job, refusal)
    if job.kind is ActionKind.SEND_CODE:
        return Verdict(ActionState.DONE)
    taken_at = job.now()
    try:
        seen = await _read_back(job)
    except KaspiError as problem:
        # Sent for sure. Whatever the look at it met, be it our own limiter, it is not to be sent again unread.
        await in_database(_note, job, problem)
        return replace(_later(job, ActionState.UNKNOWN, problem.for_user), taken_at=taken_at)
    if seen.state is ActionState.QUEUED:
        return replace(_later(job, ActionState.UNKNOWN, TAKEN), taken_at=taken_at)
    return seen


async def _after_refusal(job: Job, refusal: Rejected) -> Verdict:
    """ "Already accepted" and the like: the target is reached, whoever did it. A refusal of the thing itself ends here."""
    try:
        seen = await _read_back(job)
    except KaspiError as problem:
        await in_database(_note, job, problem)
        if job.kind is ActionKind.COMPLETE:
            # A code that Kaspi has refused is never sent a second time (reliability.md §2.12).
            return Verdict(ActionState.REFUSED, refusal.for_user)
        return _later(job, ActionState.UNKNOWN, refusal.for_user)
    if seen.state is ActionState.DONE:
        return seen
    return Verdict(ActionState.REFUSED, refusal.for_user, fact=seen.fact, observed_at=seen.observed_at)


async def _read_back(job: Job) -> Verdict:
    """DONE at the target, REFUSED when it cannot be reached any more, QUEUED when it may be sent (again)."""
    asked_at = job.now()
    try:
        seen = await testify(job.client, job.kaspi_id, job.kind, job.params)
    except NotFound as problem:
        return Verdict(ActionState.REFUSED, problem.for_user)
    return replace(_judge(job, seen), fact=seen.fact, observed_at=asked_at, devices=seen.devices)


def _judge(job: Job, seen: Testimony) -> Verdict:
    if not seen.is_understood:
        # Neither done nor impossible: nobody knows what these words mean.
        return _later(job, ActionState.UNKNOWN, NOT_UNDERSTOOD)
    if seen.progress is Progress.REACHED:
        return Verdict(ActionState.DONE)
    if seen.progress is Progress.IMPOSSIBLE:
        return Verdict(ActionState.REFUSED, CHANGED_MEANWHILE)
    if seen.progress is Progress.UNREADABLE and job.state is ActionState.UNKNOWN:
        return Verdict(ActionState.REFUSED, LOST_CODE)
    return Verdict(ActionState.PARKED, TOO_LATE) if _is_late(job) else Verdict(ActionState.QUEUED)


def _is_late(job: Job, *, by: timedelta = timedelta(0)) -> bool:
    return job.give_up_at is not None and job.give_up_at + by <= job.now()


def _postponed(job: Job, problem: KaspiError) -> Verdict:
    """After a call that told nothing, before or instead of sending: as `unknown` when something may have been applied."""
    if isinstance(problem, TokenRefused):
        return _later(job, _unsent(job), problem.for_user, TOKEN_WAIT)
    if isinstance(problem, UnknownOutcome):
        return _later(job, ActionState.UNKNOWN, problem.for_user)
    return _later(job, _unsent(job), problem.for_user, problem.retry_after if isinstance(problem, Transient) else None)


def _unsent(job: Job) -> ActionState:
    return ActionState.UNKNOWN if job.state is ActionState.UNKNOWN else ActionState.QUEUED


def _later(job: Job, state: ActionState, problem: str, seconds: float | None = None) -> Verdict:
    """Again after a pause; to a person when its time is over, for what may have been applied a little later."""
    if _is_late(job, by=READ_ON if state is ActionState.UNKNOWN else timedelta(0)):
        return Verdict(ActionState.PARKED, TOO_LATE)
    return Verdict(state, problem, seconds=seconds or actions_out.pause_after(job.attempts))


async def _cancel(job: Job) -> None:
    await job.client.cancel(job.kaspi_id, job.code, reason=job.params["reason"], comment=job.params.get("comment", ""))


async def _cancel_entry(job: Job) -> None:
    said = job.params
    await job.client.cancel_entry(
        said["entry"], remained=Decimal(said["quantity"]), reason=said["reason"], notes=said["comment"]
    )


async def _weigh(job: Job) -> None:
    said = job.params
    grams, quantity = Decimal(said["grams"]), Decimal(said["quantity"])
    await job.client.weigh(job.kaspi_id, said["entry"], grams=grams, quantity=quantity, notes=said["comment"])


SENDERS: Mapping[ActionKind, Callable[[Job], Awaitable[None]]] = {
    ActionKind.ACCEPT: lambda job: job.client.accept(job.kaspi_id, job.code),
    ActionKind.CANCEL: _cancel,
    ActionKind.ASSEMBLE: lambda job: job.client.assemble(job.kaspi_id, places=job.params["places"]),
    ActionKind.SEND_CODE: lambda job: job.client.send_code(job.kaspi_id, job.code),
    ActionKind.COMPLETE: lambda job: job.client.complete(job.kaspi_id, job.code, security_code=job.params["code"]),
    ActionKind.ARRIVED: lambda job: job.client.arrived(job.kaspi_id, job.code),
    ActionKind.RETURNED: lambda job: job.client.arrived_backward(job.kaspi_id, job.code),
    ActionKind.CANCEL_ENTRY: _cancel_entry,
    ActionKind.WEIGH: _weigh,
    ActionKind.IMEI: lambda job: job.client.set_imei(job.params["entry"], job.params["items"]),
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
        if not _keep(job.held, verdict):
            return False
        if verdict.fact is not None and verdict.observed_at is not None:
            lines = verdict.fact.entries is not None
            sync.store(job.place, [verdict.fact], observed_at=verdict.observed_at, by_id=True, lines_asked=lines)
            if verdict.devices is not None:
                devices.keep(Order.objects.get(pk=job.order_id), verdict.devices, read_at=verdict.observed_at)
        if job.kind is ActionKind.ACCEPT and verdict.state is ActionState.REFUSED:
            _give_pieces_back(job)
        if job.kind is ActionKind.ASSEMBLE and verdict.state is ActionState.DONE:
            # The waybill appears later than the packing; a person waits for it at the printer.
            ask_lookup(job.held.shop_id, [job.kaspi_id])
        _tell(job.held, verdict, now=job.now())
        return True


def _give_pieces_back(job: Job) -> None:
    """An order that could not be accepted and still waits is promised nothing; one that moved on tells by its stage."""
    if Order.objects.filter(pk=job.order_id, stage=Stage.NEW).exists():
        stock.unclaim([job.order_id], now=job.now())


def _keep(held: Claimed, verdict: Verdict) -> bool:
    if verdict.state not in OPEN:
        return actions_out.settle(held, verdict.state, problem=verdict.problem)
    return actions_out.postpone(
        held, verdict.state, seconds=verdict.seconds, problem=verdict.problem, taken_at=verdict.taken_at
    )


def _tell(held: Claimed, verdict: Verdict, *, now: datetime) -> None:
    """In the history of the order when the action is over; on the pages in any case."""
    action = KaspiAction.objects.get(pk=held.id)
    order = Order.objects.filter(pk=action.subject_id)
    stage = order.values_list("stage", flat=True).first()
    if stage is None:
        return
    if verdict.state not in OPEN:
        OrderEvent.objects.create(
            shop_id=held.shop_id,
            order_id=action.subject_id,
            kind=TOLD[verdict.state],
            learned_at=now,
            stage_before=stage,
            stage_after=stage,
            actor_kind=action.actor_kind,
            actor_label=action.actor_label,
            details={
                "action": action.kind,
                "problem": verdict.problem,
                "action_id": str(action.public_id),
                "outcome": verdict.state.value,
            },
        )
    order.update(changed_at=now)


def _stumbled(held: Claimed, problem: Exception, *, maybe_sent: bool) -> None:
    """Not Kaspi's doing: back for later, and to a person when it keeps happening or what was decided cannot be read."""
    with company_scope(held.company_id):
        take_turn(held.shop_id)
        action = KaspiAction.objects.get(pk=held.id)
        state = ActionState.UNKNOWN if maybe_sent or action.state != ActionState.SENDING else ActionState.QUEUED
        verdict = Verdict(state, STUMBLED, seconds=actions_out.pause_after(action.attempts))
        if isinstance(problem, CannotOpen) and not _token_opens(held.shop_id):
            accounts.note_sealed(held.shop_id)
            verdict = Verdict(state, accounts.SEALED_WORDS, seconds=TOKEN_WAIT)
        elif isinstance(problem, CannotOpen):
            verdict = Verdict(ActionState.PARKED, SEALED)
        elif action.attempts >= MOST_STUMBLES:
            verdict = Verdict(ActionState.PARKED, STUMBLED)
        if _keep(held, verdict):
            _tell(held, verdict, now=database_now())


def _token_opens(shop_id: int) -> bool:
    try:
        return bool(accounts.token_of(KaspiAccount.objects.get(shop_id=shop_id)))
    except CannotOpen:
        return False
