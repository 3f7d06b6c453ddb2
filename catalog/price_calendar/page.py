"""The calendar of prices in words: a week with its bars, and the list of plans by state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext

from catalog.cells import address, may_price
from catalog.models import PlannedPrice
from catalog.price_calendar import words
from catalog.price_calendar.lines import lines_of
from catalog.price_calendar.page_models import Bar, CalendarPage, DayHead, PlanLine, WeekRow
from catalog.price_calendar.rules import GUARDED, OPEN, PlanState
from catalog.price_calendar.weeks import Week, week_of
from catalog.sections import sections
from staff.access import Actor
from staff.cities import name_of
from staff.formats import ALMATY, WEEKDAYS, axis_day, calendar_day, grouped, tenge
from staff.languages import kept
from staff.languages import later as _
from staff.models import Shop
from staff.page_parts import Empty, Notice, Tab
from staff.paging import place
from staff.places import Places
from staff.scoping import current_company

ADDRESS: Final = "/catalog/prices/"
# Offers of a week, and lines of the list.
ROWS: Final = 50
# Bars of one week that are read at most.
BARS: Final = 500
RECENT: Final = timedelta(days=7)
EFFECT: Final = _(
    "Kaspi сам забирает прайс-лист раз в час: покупатель увидит новую цену не позже чем через час после начала, "
    "прежнюю – не позже чем через час после окончания"
)
STATES: Final[Mapping[str, str]] = {
    "": _("Все"),
    PlanState.RUNNING: _("Идут"),
    PlanState.PLANNED: _("Ждут"),
    PlanState.DONE: _("Закончены"),
    PlanState.CANCELLED: _("Отменены"),
    PlanState.MISSED: _("Не состоялись"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, and what a form that was refused says back."""

    shop: Shop
    week: Week
    state: str = ""
    after: str = ""
    error: str = ""

    def url(self, **changed: str) -> str:
        query = {"shop": self.shop.slug, "week": self.week.monday.isoformat(), "state": self.state} | changed
        return f"{ADDRESS}?{urlencode({name: value for name, value in query.items() if value})}"


def calendar_page(asked: Asked, *, by: Actor, places: Places, now: datetime) -> CalendarPage:
    """Everything that `templates/catalog/price_calendar/calendar.html` prints."""
    shop, week = asked.shop, asked.week
    rows, more = _week(asked, now=now)
    lines, cursor = _lines(asked, now=now)
    return CalendarPage(
        shop=shop.slug,
        shops=_shop_tabs(shop, places),
        sections=sections(shop, places=places, by=by),
        notices=_notices(asked, now=now),
        week=f"{calendar_day(week.monday)} – {calendar_day(week.days[-1], year=True)}",
        weeks=_weeks(asked, now=now),
        days=tuple(_day(one, now=now) for one in week.days),
        rows=rows,
        rows_note=gettext("И ещё товаров: %(count)s. Они в списке ниже") % {"count": grouped(more)} if more else "",
        tabs=_tabs(asked),
        lines=lines,
        effect_note=EFFECT,
        new_url=f"{ADDRESS}new/?{urlencode({'shop': shop.slug})}" if may_price(by, shop) else "",
        error=asked.error,
        range_text=gettext("%(rows)s на странице") % {"rows": len(lines)},
        prev_url=asked.url() if asked.after else "",
        next_url=asked.url(after=cursor) if cursor else "",
        empty=None if lines else _empty(asked),
    )


def _shop_tabs(shop: Shop, places: Places) -> tuple[Tab, ...]:
    if len(places.shops) < 2:
        return ()
    return tuple(
        Tab(one.name, f"{ADDRESS}?{urlencode({'shop': one.slug})}", current=one.pk == shop.pk) for one in places.shops
    )


def _of_shop(shop: Shop) -> "QuerySet[PlannedPrice]":
    found: QuerySet[PlannedPrice] = PlannedPrice.objects.filter(shop_id=shop.pk)
    return found


def _notices(asked: Asked, *, now: datetime) -> tuple[Notice, ...]:
    """What of the last week somebody must know: prices that did not begin, and that did not give way again."""
    recent = _of_shop(asked.shop).filter(settled_at__gt=now - RECENT)
    missed = recent.filter(state=PlanState.MISSED).count()
    stuck = recent.filter(state=PlanState.DONE, why__in=[one.value for one in GUARDED]).count()
    look, found = gettext("Посмотреть"), []
    if missed:
        title = gettext("За неделю не состоялось планов: %(count)s") % {"count": grouped(missed)}
        text = gettext("Цена осталась прежней. Почему – в списке")
        found.append(Notice(title, text, "warn", "triangle-alert", look, asked.url(state=PlanState.MISSED.value)))
    if stuck:
        title = gettext("За неделю прежняя цена не вернулась: %(count)s") % {"count": grouped(stuck)}
        text = gettext("Её не пускают границы. Поставьте цену сами")
        found.append(Notice(title, text, "warn", "triangle-alert", look, asked.url(state=PlanState.DONE.value)))
    return tuple(found)


def _weeks(asked: Asked, *, now: datetime) -> tuple[Tab, ...]:
    this = week_of(now.astimezone(ALMATY).date())
    told = (
        (gettext("Неделей раньше"), asked.week.moved(-1)),
        (gettext("Эта неделя"), this),
        (gettext("Неделей позже"), asked.week.moved(1)),
    )
    return tuple(Tab(label, asked.url(week=one.monday.isoformat()), current=one == asked.week) for label, one in told)


def _day(day: date, *, now: datetime) -> DayHead:
    return DayHead(str(WEEKDAYS[day.weekday()]), axis_day(day, month=True), day == now.astimezone(ALMATY).date())


def _week(asked: Asked, *, now: datetime) -> tuple[tuple[WeekRow, ...], int]:
    """Offers that something is planned for in the week, and how many more of them there are."""
    week = asked.week
    within = Q(ends_at__gt=week.begins) | Q(ends_at__isnull=True, begins_at__gte=week.begins)
    plans = _of_shop(asked.shop).filter(within, state__in=OPEN, begins_at__lt=week.ends)
    by_offer: dict[int, list[PlannedPrice]] = {}
    # Offers are read by themselves: with ten thousand of them, a join before the limit costs seconds.
    for one in plans.prefetch_related("offer").order_by("begins_at", "id")[:BARS]:
        by_offer.setdefault(one.offer_id, []).append(one)
    shown = sorted(list(by_offer.values())[:ROWS], key=lambda found: (found[0].offer.name, found[0].offer_id))
    offers: int = plans.aggregate(offers=Count("offer_id", distinct=True))["offers"]
    return tuple(_row(found, asked, now=now) for found in shown), offers - len(shown)


def _row(plans: list[PlannedPrice], asked: Asked, *, now: datetime) -> WeekRow:
    offer = plans[0].offer
    spans = [(one, asked.week.span(one.window)) for one in plans]
    bars = tuple(_bar(one, *span, now=now) for one, span in spans if span is not None)
    return WeekRow(offer.name or offer.sku, offer.sku, address(offer, asked.shop), bars)


def _bar(plan: PlannedPrice, start: int, span: int, *, now: datetime) -> Bar:
    city = f" · {name_of(plan.city_code)}" if plan.city_code else ""
    onward = "" if plan.ends_at else " →"
    label = f"{words.plan_in_words(plan, now=now)}, {kept(PlanState(plan.state).label)}"
    running = plan.state == PlanState.RUNNING
    return Bar(f"{tenge(plan.price)}{city}{onward}", label, start, span, running, str(plan.public_id))


def _tabs(asked: Asked) -> tuple[Tab, ...]:
    counts = dict(_of_shop(asked.shop).values_list("state").annotate(count=Count("pk")).order_by())
    counted = counts | {"": 0}
    return tuple(
        Tab(
            str(label),
            asked.url(state=state),
            grouped(counted[state]) if counted.get(state) else "",
            alert=False,
            current=state == asked.state,
        )
        for state, label in STATES.items()
    )


def _lines(asked: Asked, *, now: datetime) -> tuple[tuple[PlanLine, ...], str | None]:
    filters = {"shop": asked.shop.slug, "state": asked.state, "cursor": asked.after, "limit": str(ROWS)}
    here = place(filters, columns=("-id",), name="price calendar", company_id=current_company())
    rows = _of_shop(asked.shop).prefetch_related("offer")
    found = list(here.cut(rows.filter(state=asked.state) if asked.state else rows))
    shown, cursor = here.page([{"id": row.pk} for row in found])
    return lines_of(found[: len(shown)], asked.shop, now=now), cursor


def _empty(asked: Asked) -> Empty:
    if asked.state:
        return Empty(
            gettext("Таких планов нет"), gettext("Есть другие состояния"), gettext("Все планы"), asked.url(state="")
        )
    return Empty(
        gettext("Цен пока не планировали"),
        gettext("Назначьте цену на дни скидок: в срок она встанет сама, а потом вернётся прежняя"),
    )
