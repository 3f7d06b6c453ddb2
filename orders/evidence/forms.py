"""The fields of a form that offer proofs: a call with its outcome and time, a file, a note."""

from datetime import datetime
from typing import Final

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from orders.evidence.keeping import LARGEST_FILE, Proof
from orders.models import CallOutcome, EvidenceKind, Purpose
from staff.access import OfficeRequest
from staff.errors import Refused
from staff.formats import ALMATY

LONGEST_MOMENT: Final = 25


def proofs_of(request: OfficeRequest, purpose: Purpose) -> tuple[Proof, ...]:
    """What the form offers, in no way checked beyond its shape; nothing when it is left empty.

    The text goes with the call, else with the file, else it is a note by itself. Raises Refused (400) with the field.
    """
    form, file = request.POST, _file(request)
    text, outcome = form.get("proof_text", "").strip(), _outcome(form.get("outcome", ""))
    happened_at = _moment(form.get("called_at", ""))
    found = []
    if outcome is not None:
        found.append(
            Proof(purpose=purpose, kind=EvidenceKind.CALL, outcome=outcome, text=text, happened_at=happened_at)
        )
    if file is not None:
        told = "" if found else text
        found.append(Proof(purpose=purpose, kind=EvidenceKind.PICTURE, text=told, file=file))
    if text and not found:
        found.append(Proof(purpose=purpose, kind=EvidenceKind.NOTE, text=text))
    return tuple(found)


def _file(request: OfficeRequest) -> bytes | None:
    upload = request.FILES.get("proof_file")
    if upload is None:
        return None
    if (upload.size or 0) > LARGEST_FILE:
        # Not even read.
        raise _refused("file", gettext("Файл больше 5 МБ. Сожмите снимок или приложите часть"))
    return bytes(upload.read())


def _outcome(text: str) -> CallOutcome | None:
    if text and text not in CallOutcome.values:
        raise _refused("outcome", gettext("Чем кончился звонок?"))
    return CallOutcome(text) if text else None


def _moment(text: str) -> datetime | None:
    """Local time of Almaty, as a browser writes it; empty: now."""
    if not text:
        return None
    try:
        moment = parse_datetime(text) if len(text) <= LONGEST_MOMENT else None
    except ValueError:
        moment = None
    if moment is None:
        raise _refused("called_at", gettext("Когда был звонок? Нужны день и время"))
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ALMATY)


def _refused(field: str, sentence: str) -> Refused:
    return Refused("bad_evidence", sentence, status=400, field=field)
