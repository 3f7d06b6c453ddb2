"""The page of a return in words: where it stands, whose word each value is, what may be told, what came back."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from integrations.models import ActionKind
from orders.actions import allowed, pending
from orders.hours import calendar_of
from orders.models import Claim, Purpose, ReturnCase
from orders.returns import parts
from orders.returns.claim_states import ClaimKind, ClaimState
from orders.returns.deadlines import dispute_until, return_due
from orders.returns.goods import Line, is_here, lines_of
from orders.returns.page_models import CasePage, Choice, ClaimLine, GoodsLine, Laid, Press, Told
from orders.returns.reasons import OF_QUALITY, ReturnReason, is_for_quality
from orders.returns.states import OPEN, RIGHTS, TAB_OF, Mover, ReturnKind, ReturnState, deeds_of
from orders.returns.words import CLAIM_LEVELS, COLUMNS, DEEDS, LEVELS, VERDICTS
from orders.returns.writing import facts_of
from staff import page_parts
from staff.access import Actor
from staff.formats import almaty_moment, tenge
from staff.page_parts import Chip, Notice
from staff.permissions import Permission


def case_page(
    case: ReturnCase,
    actor: Actor,
    *,
    now: datetime,
    errors: Mapping[str, str] | None = None,
    filled: Mapping[str, str] | None = None,
) -> CasePage:
    """Everything that `templates/orders/returns/case.html` prints."""
    order, state = case.order, ReturnState(case.state)
    url, kind = f"/returns/{case.public_id}/", ReturnKind(case.kind)
    calendar = calendar_of(order.point)
    may = [(deed.value, DEEDS[deed]) for deed in deeds_of(kind, state) if actor.may(RIGHTS[deed])]
    here, tab = is_here(case), TAB_OF[state]
    errors, filled = dict(errors or {}), dict(filled or {})
    return CasePage(
        url=url,
        order=parts.head_of(order, now=now),
        chip=Chip(state.label, LEVELS.get(state, "")),
        lead=gettext("%(kind)s, %(moment)s") % {"kind": kind.label, "moment": almaty_moment(case.opened_at, now=now)},
        back=page_parts.Tab(gettext("Возвраты"), f"/returns/?tab={tab.value}"),
        seen=state.value,
        told=tuple(_told(case, now=now)),
        presses=parts.presses(may, url=url),
        reasons=_reasons(filled.get("reason") or case.reason),
        history=parts.history(order, now=now),
        due=parts.clock_of(return_due(facts_of(case), calendar), now=now, calendar=calendar),
        notices=tuple(_notices(case, now=now)),
        **_kaspi(case, actor),
        needs_note=bool(case.reason or order.return_for_quality),
        may_decide=actor.may(Permission.RETURNS_DECIDE),
        may_inspect=here and order.point_id is not None and actor.may(Permission.ORDERS_TAKE_BACK),
        lines=tuple(_line(line, errors, filled) for line in lines_of(order)) if here else (),
        inspected=almaty_moment(case.inspected_at, now=now) if case.inspected_at else "",
        proofs=parts.proofs_of(order, Purpose.RETURN, now=now),
        outcomes=parts.outcomes(),
        claims=tuple(map(_claim, Claim.objects.filter(order_id=order.pk).order_by("-id"))),
        claim_url=f"/orders/{order.code}/claim/",
        errors=errors,
        filled=filled,
    )


def _kaspi(case: ReturnCase, actor: Actor) -> dict[str, Any]:
    """What Kaspi itself may be told: that the goods are here. Its answer moves the return."""
    if ActionKind.RETURNED not in allowed(case.order, by=actor, open_action=pending(case.order)):
        return {}
    press = Press("returned", gettext("Сообщить Kaspi: товар вернулся"), "send", f"/orders/{case.order.code}/returned/")
    return {"kaspi": press, "kaspi_version": case.order.stage}


def _told(case: ReturnCase, *, now: datetime) -> Iterator[Told]:
    for column, label in COLUMNS.items():
        value, source = getattr(case, column), case.sources.get(column)
        if value in (None, "") or source is None:
            continue
        instead = source.get("instead")
        former = ""
        if instead:
            said = {"who": Mover(instead["by"]).label, "value": _value(column, instead["value"], now=now)}
            former = gettext("до этого %(who)s: %(value)s") % said
        yield Told(str(label), _value(column, value, now=now), _source(source, now=now), former)


def _source(source: Mapping[str, Any], *, now: datetime) -> str:
    moment = parse_datetime(source["at"])
    when = almaty_moment(moment, now=now) if moment else ""
    return f"{Mover(source['by']).label}, {when}"


def _value(column: str, value: Any, *, now: datetime) -> str:
    if column == "state":
        return str(ReturnState(value).label)
    if column == "reason":
        return str(ReturnReason(value).label)
    moment = value if isinstance(value, datetime) else parse_datetime(value)
    return almaty_moment(moment, now=now) if moment else ""


def _reasons(chosen: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(one.value, one.label, one == chosen, gettext("качество") if one in OF_QUALITY else "")
        for one in ReturnReason
    )


def _line(line: Line, errors: Mapping[str, str], filled: Mapping[str, str]) -> GoodsLine:
    number = line.entry.number
    fields = {name: f"{name}-{number}" for name in line.laid}
    return GoodsLine(
        name=line.entry.name or line.entry.sku,
        sku=line.entry.sku,
        most=line.most,
        laid=tuple(
            Laid(fields[name], str(VERDICTS[name]), filled.get(fields[name], str(count)))
            for name, count in line.laid.items()
        ),
        error=errors.get(f"line-{number}", ""),
    )


def _claim(claim: Claim) -> ClaimLine:
    state = ClaimState(claim.state)
    note = f"{tenge(claim.amount)}{f' · № {claim.number}' if claim.number else ''}"
    chip = Chip(state.label, CLAIM_LEVELS.get(state, ""))
    return ClaimLine(f"/returns/claims/{claim.public_id}/", ClaimKind(claim.kind).label, note, chip)


def _notices(case: ReturnCase, *, now: datetime) -> Iterator[Notice]:
    state = ReturnState(case.state)
    if state is ReturnState.SILENT:
        text = gettext(
            "Решения не было в срок, Kaspi считает это согласием. Если вы решили вовремя в кабинете, отметьте."
        )
        yield Notice(gettext("Принят молчанием"), text, "warn", "alarm-clock")
    if state is ReturnState.REJECTED and case.decided_at and now < dispute_until(case.decided_at):
        until = almaty_moment(dispute_until(case.decided_at), now=now)
        yield Notice(gettext("Покупатель может открыть спор до %(until)s") % {"until": until}, "", "", "info")
    if state is ReturnState.MISSING:
        text = gettext("Заведите претензию к службе доставки: по городу на это 10 дней, по стране 45.")
        yield Notice(gettext("Товар потерян в пути"), text, "danger", "package-x")
    if not case.reason and case.kind == ReturnKind.APPLICATION:
        text = gettext("От неё зависит, войдёт ли заказ в возвраты по качеству.")
        yield Notice(gettext("Причина не указана"), text, "warn", "circle-help")
    if is_for_quality(case.reason) and state in OPEN:
        text = gettext("Приложите фото и переписку: причину Kaspi проверяет и может изменить.")
        yield Notice(gettext("Возврат по качеству"), text, "", "info")
