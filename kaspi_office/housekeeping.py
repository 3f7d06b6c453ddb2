"""What is thrown away when its time is over."""

from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from catalog.price_list.uploads import forget_old as forget_price_lists
from catalog.repricing import keeping as price_decisions
from integrations import events
from orders.radar import alerts
from staff import letters, shifts
from staff.signin import sessions

KEEP_IDEMPOTENT: Any = timedelta(hours=24)


def sweep() -> int:
    """Forget ended sessions, answered idempotency keys, old events of the feed, old alerts, price lists never applied,
    prices of others; end forgotten shifts.

    Answers 0: never more of it at once.
    """
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    sessions.forget_ended()
    letters.forget_old(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT office_forget_idempotent(%s)", [KEEP_IDEMPOTENT])
    events.forget_old()
    forget_price_lists()
    alerts.forget_old()
    price_decisions.forget_old(timezone.now())
    shifts.end_forgotten()
    return 0
