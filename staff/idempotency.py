"""A write repeated under the same Idempotency-Key has one effect and one answer (reliability.md §5.6).

The row, the work and the kept answer are one transaction: a worker killed in the middle leaves nothing, and the repeat
runs as the first. A refusal (4xx) is an answer like any other and is kept; a fault of ours (5xx) is rolled back with
everything. Answers past their day are swept by `kaspi_office.housekeeping`.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from rest_framework.request import Request
from rest_framework.response import Response

from staff.access import Actor
from staff.api import request_id_of, tell
from staff.errors import Refused
from staff.models import IdempotentRequest

HEADER = "Idempotency-Key"
LONGEST = 255
LIFE = timedelta(hours=24)


def once(request: Request, *, by: Actor, now: datetime, work: Callable[[], Response]) -> Response:
    """Do the work, or give the answer it had. Without a key the work is simply done.

    Raises Refused: 400 for a key that cannot be one, 422 when the body differs from the first, 409 while the first runs.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return work()
    if not 1 <= len(key) <= LONGEST or not key.isprintable():
        raise Refused(
            "bad_idempotency_key",
            gettext("%(header)s: от 1 до %(longest)s знаков") % {"header": HEADER, "longest": LONGEST},
            status=400,
            field=HEADER,
        )
    _take(by, key)
    digest = _digest(request)
    kept = IdempotentRequest.objects.filter(api_key_id=by.id, key=key).first()
    if kept is not None and kept.created_at > now - LIFE:
        return _replay(kept, digest)
    answer = _attempt(request, work)
    if answer.status_code < 500:
        _keep(kept, by, key, digest, answer, now=now)
    return answer


def _take(by: Actor, key: str) -> None:
    """Hold the key until the transaction ends, or say that a rival does.

    The rival's row is not visible before its commit, so there is nothing to lock NOWAIT; inserting ours would wait for
    it. A lock on the name of the row can be tried, needs no timer and dies with the transaction.
    """
    name = hashlib.sha256(f"idempotency:{by.company_id}:{by.id}:{key}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(name[:8], "big", signed=True)])
        (taken,) = cursor.fetchone()
    if not taken:
        raise Refused("request_in_progress", gettext("Этот запрос ещё выполняется, повторите чуть позже"))


def _replay(kept: IdempotentRequest, digest: str) -> Response:
    if kept.digest != digest:
        sentence = gettext("Этот ключ уже был с другим запросом: для нового действия нужен новый ключ")
        raise Refused("idempotency_key_reused", sentence, status=422, field=HEADER)
    return Response(json.loads(str(kept.body)), status=kept.status, headers={"Idempotent-Replayed": "true"})


def _attempt(request: Request, work: Callable[[], Response]) -> Response:
    """The work's answer, or the refusal it ended with; what a refused work had written is taken back."""
    try:
        with transaction.atomic():
            return work()
    except Exception as problem:
        answer = tell(problem, request_id=request_id_of(request))
        if answer is None:
            raise
        return answer


def _keep(kept: IdempotentRequest | None, by: Actor, key: str, digest: str, answer: Response, *, now: datetime) -> None:
    assert by.id is not None, "only keys write here"
    row = kept or IdempotentRequest(api_key_id=by.id, key=key)
    row.digest, row.status, row.created_at = digest, answer.status_code, now
    # As text, for jsonb sorts keys and a repeat is to be the same to the byte.
    row.body = json.dumps(answer.data, ensure_ascii=False)
    row.save()


def _digest(request: Request) -> str:
    """Of method, address and what the body says; keyed, for a body may hold a buyer's four digits."""
    text = json.dumps([request.method, request.get_full_path(), request.data], sort_keys=True)
    return salted_hmac("staff.idempotency", text, algorithm="sha256").hexdigest()
