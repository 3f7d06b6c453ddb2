"""The list of disputes in words: what is overdue first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.utils.translation import gettext

from quality.attribution.disputes import visible_disputes
from quality.attribution.page import due_chip, number_url
from quality.attribution.page_models import DisputeRow, DisputesPage
from quality.attribution.words import STATE_LEVELS
from quality.formulas import Metric
from quality.models import Dispute, DisputeState
from quality.scales import NAMES
from staff.access import Actor
from staff.errors import Refused
from staff.formats import almaty_day, order_groups
from staff.models import Shop
from staff.page_parts import Chip, Empty, Tab
from staff.places import Places

ROWS: Final = 50
URL: Final = "/quality/disputes/"
MOST_START: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    actor: Actor
    places: Places
    shop: Shop | None
    now: datetime
    state: DisputeState = DisputeState.OPEN
    start: int = 0

    def url(self, **changed: str) -> str:
        kept = {"shop": self.shop.slug if self.shop else "", "state": self.state.value}
        return f"{URL}?" + urlencode({name: value for name, value in (kept | changed).items() if value})

    @property
    def shop_ids(self) -> list[int]:
        return [self.shop.pk] if self.shop else [shop.pk for shop in self.places.shops]


def parse(actor: Actor, params: Mapping[str, str], *, places: Places, shop: Shop | None, now: datetime) -> Asked:
    """Read the address; without a state the open ones. Raises Refused (400)."""
    state, start = params.get("state", "") or DisputeState.OPEN.value, params.get("start", "") or "0"
    if state not in DisputeState.values:
        raise Refused("bad_value", gettext("Нет такого состояния спора"), status=400, field="state")
    if not (start.isascii() and start.isdigit()) or int(start[:8]) > MOST_START:
        raise Refused("bad_value", gettext("Такой страницы нет"), status=400, field="start")
    return Asked(actor, places, shop, now, DisputeState(state), int(start[:8]))


def disputes_page(asked: Asked) -> DisputesPage:
    """Everything that `templates/quality/disputes.html` prints."""
    seen = visible_disputes(asked.actor).filter(shop_id__in=asked.shop_ids)
    rows = _of_state(seen, asked)
    found = list(rows[asked.start : asked.start + ROWS + 1])
    shown, more = found[:ROWS], len(found) > ROWS
    return DisputesPage(
        note=asked.shop.name if asked.shop else gettext("Все магазины"),
        tabs=_tabs(seen, asked),
        rows=tuple(_row(one, asked) for one in shown),
        back_url="/quality/" + (f"?shop={asked.shop.slug}" if asked.shop else ""),
        empty=None if shown else _empty(asked),
        range_text=f"{asked.start + 1}–{asked.start + len(shown)}" if shown else "",
        prev_url=asked.url(start=str(max(asked.start - ROWS, 0) or "")) if asked.start else "",
        next_url=asked.url(start=str(asked.start + ROWS)) if more else "",
    )


def _of_state(seen: "QuerySet[Dispute]", asked: Asked) -> "QuerySet[Dispute]":
    rows = seen.filter(state=asked.state)
    return rows if asked.state == DisputeState.OPEN else rows.order_by("-closed_at", "-id")


def _tabs(seen: "QuerySet[Dispute]", asked: Asked) -> tuple[Tab, ...]:
    counts = dict(seen.order_by().values_list("state").annotate(Count("pk")))
    return tuple(
        Tab(str(state.label), asked.url(state=state.value), str(counts.get(state, "")), current=state == asked.state)
        for state in DisputeState
    )


def _row(one: Dispute, asked: Asked) -> DisputeRow:
    order, state = one.order, DisputeState(one.state)
    several = one.shop.slug if len(asked.places.shops) > 1 else ""
    closed = one.closed_at and almaty_day(one.closed_at, now=asked.now)
    return DisputeRow(
        url=number_url(order, Metric(one.metric), shop=several),
        no=order_groups(order.code),
        metric=str(NAMES[Metric(one.metric)]),
        note=one.note,
        point=order.point.name if order.point else one.shop.name,
        due=due_chip(one, now=asked.now) if state == DisputeState.OPEN else Chip(str(closed or "")),
        state=Chip(str(state.label), STATE_LEVELS[state]),
        opened=almaty_day(one.opened_at, now=asked.now),
        outcome=one.outcome,
    )


def _empty(asked: Asked) -> Empty:
    if asked.state == DisputeState.OPEN:
        return Empty(
            gettext("Открытых споров нет"),
            gettext("Спор открывают со страницы заказа в показателе: «Качество», затем заказ за числом."),
            gettext("К показателям"),
            "/quality/",
        )
    return Empty(gettext("Здесь пусто"), gettext("Таких споров ещё не было."))
