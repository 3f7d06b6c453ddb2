"""What one member was told of, newest first, seen or not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext

from orders.filters import visible_to
from orders.lifecycle import Stage
from orders.models import Notice, Order
from orders.radar.page_models import NoticeLine, NoticesPage
from orders.radar.words import SENDING, title_of
from staff.access import Actor
from staff.errors import Refused
from staff.formats import almaty_moment, order_groups
from staff.page_parts import Chip
from staff.paging import place
from staff.scoping import current_company

ROWS = 50
# What a line needs besides the notice itself.
OF_ALERT = {
    "kind": F("alert__due_kind"),
    "due_at": F("alert__due_at"),
    "left": F("alert__left_seconds"),
    "sending": F("alert__sending"),
    "code": F("alert__order__code"),
    "stage": F("alert__order__stage"),
    "order_kind": F("alert__order__due_kind"),
    "order_due": F("alert__order__due_at"),
    "point": F("alert__order__point__name"),
}


def notices_page(by: Actor, *, after: str, now: datetime) -> NoticesPage:
    """Everything that `templates/radar/notices.html` prints. Of orders that he may see no more nothing is shown."""
    here = place(
        {"cursor": after, "limit": str(ROWS)}, columns=("-id",), name=f"notices {by.id}", company_id=current_company()
    )
    mine = _mine(by).filter(alert__order__in=visible_to(by, Order.objects.all()))
    rows, following = here.page(here.cut(mine).values("id", "at", "seen_at", **OF_ALERT))
    lines = tuple(_line(row, now) for row in rows)
    return NoticesPage(
        lines=lines,
        unseen=sum(line.unseen for line in lines),
        until=str(rows[0]["id"]) if rows else "",
        next_url=f"/notices/?after={following}" if following else "",
        first_url="/notices/" if after else "",
    )


def mark_seen(by: Actor, *, until: str, now: datetime) -> int:
    """All of his notices up to this one are seen; answers how many were not. Raises Refused (400)."""
    if not (until.isascii() and until.isdigit() and len(until) <= 18):
        raise Refused("bad_value", gettext("Обновите страницу"), status=400, field="until")
    return int(_mine(by).filter(seen_at=None, pk__lte=int(until)).update(seen_at=now))


def _mine(by: Actor) -> Any:
    """Programs and rules are told nothing here: the feed is theirs."""
    is_member = by.kind == "member" and by.id is not None
    return Notice.objects.filter(member_id=by.id or 0) if is_member else Notice.objects.none()


def _line(row: Mapping[str, Any], now: datetime) -> NoticeLine:
    waits = row["order_due"] == row["due_at"] and row["order_kind"] == row["kind"]
    return NoticeLine(
        url=f"/orders/{row['code']}/",
        no=order_groups(row["code"]),
        title=title_of(row["kind"], row["left"]),
        text=" · ".join(filter(None, (row["point"] or gettext("без точки"), str(SENDING.get(row["sending"], ""))))),
        when=almaty_moment(row["at"], now=now),
        state=_state(row, waits, now),
        unseen=row["seen_at"] is None,
        level="danger" if waits and row["due_at"] <= now else "warn" if waits else "",
    )


def _state(row: Mapping[str, Any], waits: bool, now: datetime) -> Chip:
    if waits:
        return Chip(gettext("просрочен"), "danger") if row["due_at"] <= now else Chip(gettext("ещё ждёт"), "warn")
    return Chip(str(Stage(row["stage"]).label), "danger" if row["stage"] == Stage.EXPIRED else "ok")
