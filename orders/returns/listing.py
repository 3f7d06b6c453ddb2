"""The list of returns in words: the cabinet's tabs, what burns first, what lies at the drop point."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.utils.translation import gettext

from orders.clocks import Calendars, chip
from orders.lifecycle import Stage
from orders.models import Claim, Order, ReturnCase
from orders.returns import claims
from orders.returns.cases import visible_cases
from orders.returns.claim_states import ClaimKind, ClaimState
from orders.returns.deadlines import claim_due, return_due
from orders.returns.lying import lying, warning
from orders.returns.page_models import ReturnRow, ReturnsPage
from orders.returns.reasons import ReturnReason
from orders.returns.states import OPEN, TAB_OF, ReturnKind, ReturnState, Tab
from orders.returns.words import CLAIM_LEVELS, EMPTY, LEVELS
from orders.returns.writing import facts_of
from orders.shelves.page_models import PointChoice
from staff import page_parts
from staff.access import Actor
from staff.errors import Refused
from staff.formats import almaty_day, almaty_moment, order_groups, plural, tenge
from staff.models import Shop
from staff.page_parts import Chip, Empty, Notice
from staff.paging import Place, place
from staff.permissions import Permission
from staff.places import Places

ROWS: Final = 50
URL: Final = "/returns/"
# Beside the cabinet's own tabs.
CLAIMS, INSPECT = "claims", "inspect"
TABS: Final = (*Tab.values, CLAIMS, INSPECT)
LONGEST_QUERY = 32


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    actor: Actor
    places: Places
    shop: Shop | None
    now: datetime
    tab: str = Tab.DECIDING
    point: str = ""
    q: str = ""
    after: str = ""

    @property
    def filters(self) -> dict[str, str]:
        return {"shop": self.shop.slug if self.shop else "", "point": self.point, "q": self.q, "tab": self.tab}

    def url(self, **changed: str) -> str:
        query = urlencode({name: value for name, value in (self.filters | changed).items() if value})
        return f"{URL}?{query}" if query else URL

    @property
    def point_ids(self) -> frozenset[int] | None:
        """Raises NotVisible for a point that is not his."""
        if not self.point:
            return None
        return frozenset(point.pk for point in self.places.points_by_code(self.point, shop=self.shop))

    @property
    def shop_ids(self) -> list[int]:
        return [self.shop.pk] if self.shop else [shop.pk for shop in self.places.shops]


def parse(actor: Actor, params: Mapping[str, str], *, places: Places, shop: Shop | None, now: datetime) -> Asked:
    """Read the address. Without a tab, the first in which something waits is shown. Raises Refused (400)."""
    tab, q = params.get("tab", ""), params.get("q", "").strip()
    if tab and tab not in TABS:
        raise Refused("bad_value", gettext("Нет такой вкладки"), status=400, field="tab")
    if len(q) > LONGEST_QUERY or "\x00" in q:
        raise Refused("bad_value", gettext("Номер заказа длиннее 32 знаков"), status=400, field="q")
    return Asked(actor, places, shop, now, tab, params.get("point", ""), q, params.get("after", ""))


def returns_page(asked: Asked, *, problem: str = "", code: str = "") -> ReturnsPage:
    """Everything that `templates/orders/returns/returns.html` prints."""
    counts = _counts(asked)
    if not asked.tab:
        waiting = (tab for tab in (Tab.DECIDING, Tab.TRAVELLING, Tab.NEW, Tab.DISPUTED) if counts.get(tab))
        asked = replace(asked, tab=next(waiting, Tab.DECIDING))
    rows, next_url = _claim_rows(asked) if asked.tab == CLAIMS else _case_rows(asked)
    due_heads = {CLAIMS: gettext("Подать до"), Tab.CLOSED: gettext("Закрыт"), INSPECT: gettext("Получен")}
    found = lying(asked.actor, shop_ids=asked.shop_ids, point_ids=asked.point_ids)
    return ReturnsPage(
        tabs=_tabs(asked, counts),
        rows=tuple(rows),
        heads=(due_heads.get(asked.tab, gettext("Срок")), gettext("Состояние")),
        points=_points(asked),
        point_label=next((point.name for point in asked.places.points if point.code == asked.point), gettext("все")),
        hidden=tuple((name, value) for name, value in asked.filters.items() if value and name != "q"),
        q=asked.q,
        lying=warning(found, asked.places, now=asked.now),
        inspect=_inspect(asked, counts),
        empty=None if rows else _empty(asked),
        problem=problem,
        code=code,
        may_open=asked.actor.may(Permission.RETURNS_DECIDE),
        range_text=gettext("%(rows)s на странице") % {"rows": len(rows)},
        prev_url=asked.url() if asked.after else "",
        next_url=next_url,
    )


def _cases(asked: Asked) -> "QuerySet[ReturnCase]":
    found = visible_cases(asked.actor).filter(shop_id__in=asked.shop_ids)
    return _narrowed(found, asked)


def _narrowed(found: "QuerySet[Any]", asked: Asked) -> "QuerySet[Any]":
    if asked.point_ids is not None:
        found = found.filter(order__point_id__in=asked.point_ids)
    return found.filter(order__code__startswith=asked.q) if asked.q else found


def _counts(asked: Asked) -> dict[str, int]:
    """How many wait in each tab; what is closed only grows, so it is not counted."""
    cases = _cases(asked).order_by()
    counted: dict[str, int] = {}
    for state, number in cases.filter(state__in=sorted(OPEN)).values_list("state").annotate(Count("id")):
        tab = TAB_OF[ReturnState(state)]
        counted[tab] = counted.get(tab, 0) + number
    counted[INSPECT] = _to_inspect(cases).count()
    counted[CLAIMS] = _narrowed(claims.goes_on(asked.actor).filter(shop_id__in=asked.shop_ids), asked).count()
    return counted


def _to_inspect(cases: "QuerySet[ReturnCase]") -> "QuerySet[ReturnCase]":
    return cases.filter(received_at__isnull=False, inspected_at__isnull=True)


def _tabs(asked: Asked, counts: Mapping[str, int]) -> tuple[page_parts.Tab, ...]:
    labels = {**{tab.value: tab.label for tab in Tab}, CLAIMS: gettext("Претензии")}
    return tuple(
        page_parts.Tab(
            label,
            asked.url(tab=name),
            str(counts.get(name) or ""),
            alert=name == Tab.DISPUTED and bool(counts.get(name)),
            current=name == asked.tab,
        )
        for name, label in labels.items()
    )


def _case_rows(asked: Asked) -> tuple[list[ReturnRow], str]:
    cases = _cases(asked)
    if asked.tab == INSPECT:
        cases, columns = _to_inspect(cases), ("received_at", "id")
    else:
        states = sorted(state for state, tab in TAB_OF.items() if tab == asked.tab)
        columns = ("-closed_at", "-id") if asked.tab == Tab.CLOSED else ("burns_at", "id")
        cases = cases.filter(state__in=states)
    here = _place(asked, columns)
    found = list(here.cut(cases))
    calendars = Calendars(asked.places)
    shown, cursor = here.page([_position(case, columns) for case in found])
    rows = [_case_row(case, asked, calendars) for case in found[: len(shown)]]
    return rows, asked.url(after=cursor) if cursor else ""


def _place(asked: Asked, columns: tuple[str, ...]) -> Place:
    told = asked.filters | {"cursor": asked.after, "limit": str(ROWS)}
    return place(told, columns=columns, name=f"returns {asked.tab}", company_id=asked.actor.company_id)


def _position(row: Any, columns: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (column.lstrip("-") for column in columns)}


def _case_row(case: ReturnCase, asked: Asked, calendars: Calendars) -> ReturnRow:
    order, state = case.order, ReturnState(case.state)
    calendar = calendars.of(order.point_id)
    due = return_due(facts_of(case), calendar)
    reason = ReturnReason(case.reason).label if case.reason else gettext("причина не указана")
    undelivered = case.kind == ReturnKind.UNDELIVERED
    ended = case.received_at if asked.tab == INSPECT else case.closed_at
    return ReturnRow(
        **_order_parts(order),
        url=f"{URL}{case.public_id}/",
        chip=Chip(state.label, LEVELS.get(state, "")),
        why=ReturnKind.UNDELIVERED.label if undelivered else reason,
        why_note=gettext("с %(day)s") % {"day": almaty_day(case.opened_at, now=asked.now)},
        deadline=chip(due, now=asked.now, calendar=calendar) if due else None,
        since=almaty_moment(ended or case.opened_at, now=asked.now),
    )


def _claim_rows(asked: Asked) -> tuple[list[ReturnRow], str]:
    found = _narrowed(claims.visible_claims(asked.actor).filter(shop_id__in=asked.shop_ids), asked)
    here = _place(asked, ("burns_at", "id"))
    listed = list(here.cut(found))
    shown, cursor = here.page([_position(claim, here.columns) for claim in listed])
    calendars = Calendars(asked.places)
    rows = [_claim_row(claim, asked, calendars) for claim in listed[: len(shown)]]
    return rows, asked.url(after=cursor) if cursor else ""


def _claim_row(claim: Claim, asked: Asked, calendars: Calendars) -> ReturnRow:
    state, due = ClaimState(claim.state), claim_due(claims.facts_of(claim))
    calendar = calendars.of(claim.order.point_id)
    return ReturnRow(
        **{**_order_parts(claim.order), "sum": tenge(claim.amount)},
        url=f"{URL}claims/{claim.public_id}/",
        chip=Chip(state.label, CLAIM_LEVELS.get(state, "")),
        why=ClaimKind(claim.kind).label,
        why_note=f"№ {claim.number}" if claim.number else "",
        deadline=chip(due, now=asked.now, calendar=calendar) if due else None,
        since=almaty_moment(claim.changed_at, now=asked.now),
    )


def _order_parts(order: Order) -> dict[str, Any]:
    pieces = plural(order.items_count, "позиция", "позиций") if order.items_count > 1 else ""
    return {
        "no": order_groups(order.code),
        "no_note": order.point.name if order.point else "",
        "item": order.first_item or gettext("Без названия"),
        "item_note": pieces or Stage(order.stage).label,
        "sum": tenge(order.total_price),
    }


def _points(asked: Asked) -> tuple[PointChoice, ...]:
    points = asked.places.points_of(asked.shop)
    if len(points) < 2:
        return ()
    every = PointChoice(asked.url(point=""), gettext("Все точки"), chosen=not asked.point)
    return (
        every,
        *(PointChoice(asked.url(point=one.code), one.name, chosen=one.code == asked.point) for one in points),
    )


def _inspect(asked: Asked, counts: Mapping[str, int]) -> Notice | None:
    count = counts.get(INSPECT, 0)
    if not count or asked.tab == INSPECT:
        return None
    title = gettext("Не осмотрено: %(count)s") % {"count": plural(count, "возврат", "возвратов")}
    text = gettext("Пока товар не разложен, его нет ни на полке, ни в карантине.")
    return Notice(title, text, "accent", "clipboard-list", gettext("Осмотреть"), asked.url(tab=INSPECT))


def _empty(asked: Asked) -> Empty:
    if asked.q:
        return Empty(
            gettext("Здесь нет «%(query)s»") % {"query": asked.q},
            gettext("Искали в начале номера заказа. Возврат может стоять на другой вкладке."),
            reset_url=asked.url(q=""),
        )
    title, text = EMPTY[asked.tab]
    return Empty(title, text)
