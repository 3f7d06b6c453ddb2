"""A recent proof that it is the person himself who acts: what tokens, exports, people and webhooks ask for.

allauth keeps in the session when and how he proved it; a PIN is no proof.
"""

import time

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

from staff.models import as_user

FRESH = 15 * 60
# The session of somebody who took over a shared computer (`staff.counter`).
BY_PIN = "by_pin"
PROOFS = frozenset({"password", "mfa"})


def is_fresh(request: HttpRequest, *, now: float | None = None) -> bool:
    """Whether he signed in or confirmed himself within `FRESH` seconds. `now`: seconds since the epoch."""
    if not request.user.is_authenticated or is_by_pin(request):
        return False
    proved = [
        record["at"]
        for record in get_authentication_records(request, as_user(request.user))
        if record["method"] in PROOFS
    ]
    return bool(proved) and max(proved) > (time.time() if now is None else now) - FRESH


def is_by_pin(request: HttpRequest) -> bool:
    """Whether he came in by PIN: never a proof, whatever he types afterwards on a computer of others."""
    return BY_PIN in request.session
