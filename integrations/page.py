"""The page of the exchange in words: tokens, what is read and when, what could not be read, what waits for a person."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from integrations.check_page import check_card
from integrations.key_page import key_form, key_lines
from integrations.models import (
    AccountState,
    ActionKind,
    ActionState,
    KaspiAccount,
    KaspiAction,
    ParkedOrder,
    PollSlot,
    SlotKind,
    TokenCheck,
)
from integrations.page_models import (
    ExpiryChoice,
    ImportProgress,
    IntegrationsPage,
    MadeKey,
    ParkedLine,
    ShopAccount,
    ShopForm,
    SlotLine,
    WaitingAction,
)
from integrations.slots import PERIODS
from staff.access import Actor
from staff.formats import DAY, HOUR, MINUTE, ago, almaty_moment, initials, plural
from staff.languages import kept
from staff.languages import later as _
from staff.models import ExpiryPolicy, PointOfSale, Shop
from staff.page_parts import Chip
from staff.permissions import Permission

SHOWN = 50
PARKED_ACTIONS_SHOWN = timedelta(days=7)
# An answer older than three turns of the fastest slot, or a slot later than three of its own, is worth a colour.
LATE_TURNS = 3
STALE = timedelta(minutes=3)
ANSWERED = _("последний ответ ")

EXPIRY: Mapping[ExpiryPolicy, str] = {
    ExpiryPolicy.MIRROR: _(
        "Kaspi отменяет такой заказ сам. Мы ничего не отправляем: отмечаем, освобождаем остаток и ждём"
        " подтверждения. Если Kaspi скажет иное, отметка снимется."
    ),
    ExpiryPolicy.PUSH: _("Мы сами отправим Kaspi отмену с причиной «Нет в наличии». Она войдёт в долю отмен."),
    ExpiryPolicy.OFF: _("Заказ останется на полке с отметкой «просрочен», пока Kaspi не отменит его."),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What the page answers to a form: what is wrong with a token (by the shop's slug), with a key or a new shop; a key
    that was made.
    """

    tokens: Mapping[str, str] = field(default_factory=dict)
    key: Mapping[str, Sequence[str]] = field(default_factory=dict)
    key_error: str = ""
    shop: ShopForm = field(default_factory=ShopForm)
    made: MadeKey | None = None


def exchange_page(shops: Sequence[Shop], *, by: Actor, now: datetime, said: Said) -> IntegrationsPage:
    """Everything that `templates/integrations/integrations.html` prints."""
    ids = [shop.pk for shop in shops]
    accounts = {account.shop_id: account for account in KaspiAccount.objects.filter(shop_id__in=ids)}
    slots = defaultdict(list)
    for slot in PollSlot.objects.filter(shop_id__in=ids).order_by("id"):
        slots[slot.shop_id].append(slot)
    checks = {check.shop_id: check for check in TokenCheck.objects.filter(shop_id__in=ids)}
    known = defaultdict(set)
    for shop_id, code in PointOfSale.objects.filter(shop_id__in=ids).values_list("shop_id", "code"):
        known[shop_id].add(code)
    lines = tuple(
        replace(
            _shop(shop, accounts.get(shop.pk), slots[shop.pk], by=by, now=now, error=said.tokens.get(shop.slug, "")),
            check=check_card(shop, checks.get(shop.pk), known=known[shop.pk], now=now),
        )
        for shop in shops
    )
    names = {shop.pk: shop.name for shop in shops}
    return IntegrationsPage(
        note=plural(len(shops), "магазин", "магазинов"),
        shops=lines,
        parked=_parked(names, now=now),
        waiting=_waiting(ids, now=now),
        poll=any(line.progress or (line.check and line.check.waiting) for line in lines),
        **(_managing(shops, by=by, now=now, said=said) if by.may(Permission.SHOPS_MANAGE) else {"keys": ()}),
    )


def _managing(shops: Sequence[Shop], *, by: Actor, now: datetime, said: Said) -> dict[str, Any]:
    """What only who manages shops is shown."""
    return {
        "manages": True,
        "keys": key_lines(now=now),
        "made": said.made,
        "key_form": key_form(shops, said.key, by=by, error=said.key_error),
        "shop_form": said.shop if by.points is None else None,
        "leak_url": "/integrations/leak/" if by.may(Permission.COMPANY_MANAGE) else "",
    }


def _shop(
    shop: Shop, account: KaspiAccount | None, slots: Sequence[PollSlot], *, by: Actor, now: datetime, error: str
) -> ShopAccount:
    state, note = state_of(account, now=now)
    manages = by.may(Permission.SHOPS_MANAGE)
    connected = account is not None and account.state != AccountState.FORGOTTEN
    return ShopAccount(
        slug=shop.slug,
        name=shop.name,
        monogram=initials(shop.name),
        state=state,
        token=account.token_tail if account else "",
        note=note,
        problem=_problem(account, now=now),
        progress=_progress(account),
        slots=tuple(_slot(slot, now=now) for slot in slots if PERIODS.get(SlotKind(slot.kind))),
        token_url=f"/integrations/{shop.slug}/token/" if manages else "",
        resume_url=f"/integrations/{shop.slug}/resume/" if manages and connected else "",
        check_url=f"/integrations/{shop.slug}/check/" if manages and connected else "",
        gaps_url=f"/integrations/{shop.slug}/gaps/" if manages and connected else "",
        fingerprint=account.token_print[:8] if account else "",
        error=error,
        expiry_url=f"/integrations/{shop.slug}/expiry/" if manages else "",
        expiry_choices=tuple(
            ExpiryChoice(policy.value, policy.label, EXPIRY[policy], chosen=policy == shop.expiry_policy)
            for policy in ExpiryPolicy
        ),
    )


def state_of(account: KaspiAccount | None, *, now: datetime) -> tuple[Chip, str]:
    """The exchange of one shop in a chip and a note: «Подключён», «последний ответ 12 с назад»."""
    if account is None:
        return Chip(gettext("Не подключён"), "warn"), gettext("токена ещё нет")
    if account.state == AccountState.FORGOTTEN:
        return Chip(gettext("Не подключён"), "danger"), gettext("токен удалён")
    answered = f"{ANSWERED}{_ago(account.last_ok_at, now)}" if account.last_ok_at else gettext("ответов ещё не было")
    if account.state == AccountState.REFUSED:
        return Chip(gettext("Не принят"), "danger"), answered
    if account.quiet_until and account.quiet_until > now:
        return Chip(gettext("Пауза"), "warn"), gettext("%(answered)s, снова спросим %(moment)s") % {
            "answered": answered,
            "moment": almaty_moment(account.quiet_until, now=now),
        }
    if account.last_ok_at and now - account.last_ok_at > STALE:
        return Chip(gettext("Нет ответа"), "warn"), answered
    return Chip(gettext("Подключён"), "ok"), answered


def _problem(account: KaspiAccount | None, *, now: datetime) -> str:
    """What went wrong, while it is still wrong."""
    if account is None or not account.last_problem or account.last_problem_at is None:
        return ""
    resting = account.quiet_until is not None and account.quiet_until > now
    over = account.last_ok_at is not None and account.last_ok_at > account.last_problem_at
    if account.state == AccountState.OK and not resting and over:
        return ""
    return f"{kept(account.last_problem)} ({almaty_moment(account.last_problem_at, now=now)})"


def _progress(account: KaspiAccount | None) -> ImportProgress | None:
    if account is None or account.state != AccountState.OK or account.import_finished_at is not None:
        return None
    if account.import_started_at is None:
        return ImportProgress(gettext("Загружаем заказы за 90 дней"), gettext("сейчас начнём"), 0, 1)
    done, total = account.import_windows_done, account.import_windows
    note = gettext("%(done)s из %(total)s, %(orders)s") % {
        "done": plural(done, "окно", "окон"),
        "total": total,
        "orders": plural(account.import_orders, "заказ", "заказов"),
    }
    return ImportProgress(gettext("Загружаем заказы за 90 дней"), note, done, max(total, 1))


def _slot(slot: PollSlot, *, now: datetime) -> SlotLine:
    kind = SlotKind(slot.kind)
    period = PERIODS[kind]
    if slot.last_clean_at is None:
        return SlotLine(kind.label, gettext("%(every)s, ещё не читали") % {"every": _every(period)}, "warn")
    late = now - slot.last_clean_at > timedelta(seconds=LATE_TURNS * period)
    return SlotLine(kind.label, f"{_every(period)}, {_ago(slot.last_clean_at, now)}", "warn" if late else "ok")


def _every(seconds: float) -> str:
    if seconds >= DAY:
        return gettext("раз в сутки")
    if seconds >= HOUR:
        return gettext("каждые %(hours)s ч") % {"hours": int(seconds // HOUR)}
    return (
        gettext("каждые %(minutes)s мин") % {"minutes": int(seconds // MINUTE)}
        if seconds >= 2 * MINUTE
        else gettext("каждые %(seconds)s с") % {"seconds": int(seconds)}
    )


def _parked(names: Mapping[int, str], *, now: datetime) -> tuple[ParkedLine, ...]:
    found = ParkedOrder.objects.filter(shop_id__in=list(names), resolved_at=None).defer("raw_text")
    return tuple(
        ParkedLine(
            code=one.code,
            shop=names[one.shop_id],
            problem=kept(one.problem),
            seen=almaty_moment(one.last_seen_at, now=now),
            times=str(one.times),
        )
        for one in found.order_by("-last_seen_at")[:SHOWN]
    )


def _waiting(shop_ids: Sequence[int], *, now: datetime) -> tuple[WaitingAction, ...]:
    since = now - PARKED_ACTIONS_SHOWN
    found = KaspiAction.objects.filter(shop_id__in=shop_ids, state=ActionState.PARKED, settled_at__gt=since)
    return tuple(
        WaitingAction(
            code=one.code,
            url=f"/orders/{one.code}/",
            kind=ActionKind(one.kind).label,
            problem=kept(one.problem),
            since=almaty_moment(one.settled_at or one.created_at, now=now),
            state=Chip(ActionState(one.state).label, "warn"),
        )
        for one in found.order_by("-settled_at")[:SHOWN]
    )


def _ago(moment: datetime, now: datetime) -> str:
    return ago(int((now - moment).total_seconds()))
