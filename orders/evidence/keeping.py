"""Takes a proof in. A file is judged by its first bytes, never by its name or what the browser says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.utils.translation import gettext

from orders.models import CallOutcome, EventKind, Evidence, EvidenceKind, Order, OrderEvent, Purpose
from staff import audit
from staff.access import Actor
from staff.errors import Refused

LARGEST_FILE: Final = 5_000_000
LONGEST_TEXT: Final = 2000
MOST_OF_ORDER: Final = 40
PROVES_CANCEL: Final = (Purpose.CANCEL, Purpose.OTHER)
# Clocks of people and of the server may differ a little.
AHEAD: Final = timedelta(minutes=5)
KINDS: Final[Mapping[bytes, str]] = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"%PDF-": "application/pdf",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a person offers. `happened_at` None: now."""

    purpose: Purpose
    kind: EvidenceKind
    text: str = ""
    outcome: CallOutcome | None = None
    happened_at: datetime | None = None
    file: bytes | None = None


def attach(order: Order, proof: Proof, *, by: Actor, now: datetime) -> Evidence:
    """Keep the proof with the order, in the caller's transaction. Raises Refused (400) with the field that is wrong."""
    text, media_type = _text(proof), media_type_of(proof.file) if proof.file is not None else ""
    happened_at = proof.happened_at or now
    if happened_at > now + AHEAD:
        raise _refused("happened_at", gettext("Время звонка ещё не наступило"))
    if Evidence.objects.filter(order_id=order.pk).count() >= MOST_OF_ORDER:
        raise Refused("too_many", gettext("У заказа уже сорок подтверждений, больше не сохранить"))
    kept: Evidence = Evidence.objects.create(
        shop_id=order.shop_id,
        order_id=order.pk,
        purpose=proof.purpose,
        kind=proof.kind,
        outcome=proof.outcome or "",
        text=text,
        file=proof.file,
        media_type=media_type,
        digest=sha256(proof.file).hexdigest() if proof.file is not None else "",
        happened_at=happened_at,
        told_at=now,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_label=by.label,
    )
    _tell(kept, order, by=by, now=now)
    return kept


def is_proven(order: Order) -> bool:
    """Whether anything is kept with the order that may prove why it is cancelled."""
    kept = Evidence.objects.filter(order_id=order.pk, purpose__in=PROVES_CANCEL)
    return bool(kept.exists())


def media_type_of(file: bytes) -> str:
    """PNG, JPEG or PDF. Raises Refused (400) for anything else, and for a file that is too large."""
    if len(file) > LARGEST_FILE:
        raise _refused("file", gettext("Файл больше 5 МБ. Сожмите снимок или приложите часть"))
    found = next((kind for mark, kind in KINDS.items() if file.startswith(mark)), None)
    if found is None:
        raise _refused("file", gettext("Подходят снимки PNG и JPEG и файлы PDF"))
    return found


def _text(proof: Proof) -> str:
    text = proof.text.strip()
    if len(text) > LONGEST_TEXT or "\x00" in text:
        raise _refused("text", gettext("Текст длиннее 2000 знаков"))
    if proof.kind is EvidenceKind.NOTE and not text:
        raise _refused("text", gettext("Напишите, что было"))
    if proof.kind is EvidenceKind.CALL and proof.outcome is None:
        raise _refused("outcome", gettext("Чем кончился звонок?"))
    if proof.kind is EvidenceKind.PICTURE and proof.file is None:
        raise _refused("file", gettext("Приложите снимок или файл"))
    return text


def _refused(field: str, sentence: str) -> Refused:
    return Refused("bad_evidence", sentence, status=400, field=field)


def _tell(kept: Evidence, order: Order, *, by: Actor, now: datetime) -> None:
    told = {"kind": kept.kind, "purpose": kept.purpose} | ({"outcome": kept.outcome} if kept.outcome else {})
    OrderEvent.objects.create(
        shop_id=order.shop_id,
        order_id=order.pk,
        kind=EventKind.EVIDENCE,
        kaspi_at=None,
        learned_at=now,
        stage_before=order.stage,
        stage_after=order.stage,
        actor_kind=by.kind,
        actor_label=by.label,
        details=told | {"evidence": str(kept.public_id)} | ({"text": kept.text} if kept.text else {}),
    )
    audit.record(by, "order.evidence", subject=("order", order.code), now=now, details=told)
