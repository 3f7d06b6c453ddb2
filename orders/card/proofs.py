"""Proofs on the card: what is kept, the form that keeps more, and another planned date with the buyer's consent."""

from collections.abc import Sequence

from django.utils.translation import gettext

from orders.card.known import Known
from orders.card.page_models import (
    EvidenceCard,
    EvidenceDialog,
    EvidenceRow,
    Option,
    ProofFields,
    RescheduleDialog,
)
from orders.card.reading import RESCHEDULE
from orders.models import CallOutcome, Evidence, EvidenceKind, MovedBy, Purpose
from orders.rescheduling import MOST_DAYS, may_move, planned_of
from staff.formats import ALMATY, WEEKDAYS, almaty_moment, almaty_weekday, calendar_day

_ICONS = {EvidenceKind.CALL: "phone", EvidenceKind.PICTURE: "file-check", EvidenceKind.NOTE: "message-square-text"}


def evidence_card(known: Known) -> EvidenceCard | None:
    """For whoever sees the buyer whole: proofs are about him."""
    if not known.sees_proofs:
        return None
    url = f"{known.url}evidence/"
    rows = tuple(_row(known, proof) for proof in known.evidence)
    return EvidenceCard(rows, add_url=url if known.order.forgotten_at is None else "", pack_url=f"{url}pack/")


def _row(known: Known, proof: Evidence) -> EvidenceRow:
    kind = EvidenceKind(proof.kind)
    outcome = f", {CallOutcome(proof.outcome).label}" if proof.outcome else ""
    when = almaty_moment(proof.happened_at, now=known.now)
    return EvidenceRow(
        title=f"{kind.label}{outcome}",
        note=" · ".join((str(Purpose(proof.purpose).label), when, proof.actor_label)),
        text=proof.text,
        icon=_ICONS[kind],
        url=f"{known.url}evidence/{proof.public_id}/" if proof.media_type and known.order.forgotten_at is None else "",
    )


def evidence_dialog(known: Known) -> EvidenceDialog | None:
    if known.asked != "evidence":
        return None
    chosen = known.filled.get("purpose", Purpose.CANCEL)
    return EvidenceDialog(
        url=f"{known.url}evidence/",
        purposes=tuple(Option(one.value, str(one.label), one == chosen) for one in Purpose),
        proof=proof_fields(known),
        error=known.errors.get("evidence", ""),
    )


def proof_fields(known: Known, *, kept: Sequence[Evidence] = ()) -> ProofFields:
    """Empty, or as they were typed. `kept`: proofs that are there already and will do."""
    chosen = known.filled.get("outcome", "")
    times = ", ".join(almaty_moment(proof.happened_at, now=known.now) for proof in reversed(kept))
    return ProofFields(
        outcomes=tuple(Option(one.value, str(one.label), one == chosen) for one in CallOutcome),
        called_at=known.filled.get("called_at", f"{known.now.astimezone(ALMATY):%Y-%m-%dT%H:%M}"),
        text=known.filled.get("proof_text", ""),
        kept=gettext("Уже приложено: %(times)s. Этого достаточно.") % {"times": times} if kept else "",
    )


def can_move(known: Known) -> bool:
    return may_move(known.order, by=known.actor)


def reschedule_dialog(known: Known) -> RescheduleDialog | None:
    planned = planned_of(known.order)
    if known.asked != RESCHEDULE or planned is None or not can_move(known) or not known.move_days:
        return None
    chosen, asked_by = known.filled.get("to", ""), known.filled.get("asked_by", MovedBy.BUYER)
    told = {"code": known.order.code, "day": almaty_weekday(planned)}
    first, last = known.move_days[0], known.move_days[-1]
    return RescheduleDialog(
        url=f"{known.url}{RESCHEDULE}/",
        lead=gettext("Заказ %(code)s, сейчас на %(day)s") % told,
        planned=planned.isoformat(),
        days=tuple(
            Option(day.isoformat(), f"{WEEKDAYS[day.weekday()]}, {calendar_day(day)}", day.isoformat() == chosen)
            for day in known.move_days
        ),
        hint=gettext("Доступны %(first)s – %(last)s: не больше %(most)s дней от обещанной даты за все переносы.")
        % {"first": calendar_day(first), "last": calendar_day(last), "most": MOST_DAYS},
        asked_by=tuple(Option(one.value, str(one.label), one == asked_by) for one in MovedBy),
        proof=proof_fields(known),
        error=known.errors.get(RESCHEDULE, ""),
    )
