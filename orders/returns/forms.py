"""What the forms of returns bring, read: moments, sums, pieces, proofs. Each refusal names its field."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from orders.evidence.keeping import LARGEST_FILE, Proof
from orders.models import CallOutcome, EvidenceKind, Purpose
from orders.returns.goods import VERDICTS
from staff.access import OfficeRequest
from staff.errors import Refused
from staff.formats import ALMATY

MOST_LINES = 500
_PIECES = re.compile(rf"({'|'.join(VERDICTS)})-(\d{{1,5}})", re.ASCII)


def moment(form: QueryDict, field: str) -> datetime | None:
    """A moment of Almaty as the browser's own field writes it; None when nothing is said. Raises Refused (400)."""
    text = form.get(field, "").strip()
    if not text:
        return None
    try:
        found = parse_datetime(text[:40])
    except ValueError:
        found = None
    if found is None:
        raise Refused("bad_moment", gettext("Время пишут так: 2026-11-22 12:05"), status=400, field=field)
    return found if found.tzinfo else found.replace(tzinfo=ALMATY)


def amount(form: QueryDict) -> Decimal:
    """A sum in ₸; spaces between thousands are allowed. Raises Refused (400)."""
    text = "".join(form.get("amount", "").split())
    try:
        if len(text) > 12 or not text.isascii():
            raise InvalidOperation
        found = Decimal(text)
        if not found.is_finite():
            raise InvalidOperation
    except InvalidOperation as problem:
        raise Refused("bad_amount", gettext("Сумма: целые тенге, больше нуля"), status=400, field="amount") from problem
    return found


def pieces(form: QueryDict) -> Mapping[int, Mapping[str, int]]:
    """Fields «restocked-0» as entry number → verdict → pieces; an empty one is none. Raises Refused (400)."""
    found: dict[int, dict[str, int]] = {}
    for name, text in form.items():
        named = _PIECES.fullmatch(name)
        if named is None:
            continue
        said = str(text).strip() or "0"
        if not (said.isascii() and said.isdigit()) or len(said) > 6 or len(found) > MOST_LINES:
            field = f"line-{int(named[2])}"
            raise Refused("bad_pieces", gettext("Сколько штук? Нужно целое число"), status=400, field=field)
        found.setdefault(int(named[2]), {})[named[1]] = int(said)
    return found


def proof(request: OfficeRequest, purpose: Purpose) -> Proof:
    """What somebody offers as a proof. Raises Refused (400) with the field that is wrong."""
    form, upload = request.POST, request.FILES.get("file")
    kind, outcome = form.get("kind", ""), form.get("outcome", "")
    if kind not in EvidenceKind.values:
        raise Refused("bad_evidence", gettext("Что прикладываете: звонок, файл или заметку?"), status=400, field="kind")
    if upload is not None and (upload.size or 0) > LARGEST_FILE:
        raise Refused(
            "bad_evidence", gettext("Файл больше 5 МБ. Сожмите снимок или приложите часть"), status=400, field="file"
        )
    return Proof(
        purpose=purpose,
        kind=EvidenceKind(kind),
        text=form.get("text", ""),
        outcome=CallOutcome(outcome) if kind == EvidenceKind.CALL and outcome in CallOutcome.values else None,
        happened_at=moment(form, "happened_at"),
        file=upload.read() if upload is not None and kind == EvidenceKind.PICTURE else None,
    )
