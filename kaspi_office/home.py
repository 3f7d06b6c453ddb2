"""The owner's home: what came today, what burns, how each shop stands. Only what is really counted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from integrations.models import AccountState, ActionState, KaspiAccount, KaspiAction
from integrations.page import ANSWERED, state_of
from kaspi_office.frame import sees_home
from kaspi_office.page_models import HomePage, Risk, ShopLine, Stat
from orders.lifecycle import Shelf
from orders.models import Order
from orders.shelves.standing import shelves_of, slug_of
from quality.budget import room
from quality.formulas import Metric
from quality.metrics import Window
from quality.profiles.assigned import profiles_of
from quality.reading import Verdict, numbers_by_shop, today_of, verdict
from quality.scales import NAMES, value_text
from quality.thresholds import Status
from staff.access import Actor, OfficeRequest, requires
from staff.clock import database_now
from staff.formats import ALMATY, calendar_day, grouped, initials, plural, tenge
from staff.journal import alarm
from staff.languages import later as _
from staff.models import Shop
from staff.permissions import Permission
from staff.places import places_of

URGENT = timedelta(minutes=15)
WEEKDAYS = (_("понедельник"), _("вторник"), _("среда"), _("четверг"), _("пятница"), _("суббота"), _("воскресенье"))
LEVELS: Mapping[Status, str] = {Status.CRITICAL: "danger"}
FEW_LEFT = 2
PARKED_SHOWN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Today:
    """One shop today: what came, what waits, what was cancelled by its own fault. `amount` None: not to be told."""

    arrived: int = 0
    amount: Decimal | None = Decimal(0)
    cancelled: int = 0
    waiting: int = 0
    urgent: int = 0
    nearest: datetime | None = None


@requires()
@require_GET
def home(request: OfficeRequest) -> HttpResponse:
    """Who may see the numbers of whole shops sees them; everybody else begins where his work is."""
    if not sees_home(request.actor, places_of(request)):
        return redirect(_desk(request.actor))
    request.nav = "home"
    return render(request, "home.html", {"page": home_page(request, now=database_now())})


def _desk(actor: Actor) -> str:
    shelf = next(map(slug_of, shelves_of(actor)), "")
    desks = (
        (Permission.ORDERS_VIEW, f"/orders/{shelf}/"),
        (Permission.QUALITY_VIEW, "/quality/"),
        (Permission.CATALOG_VIEW, "/catalog/"),
        (Permission.EXCHANGE_VIEW, "/integrations/"),
    )
    return next((url for right, url in desks if actor.may(right)), "/staff/")


def home_page(request: OfficeRequest, *, now: datetime) -> HomePage:
    """Everything that `templates/home.html` prints."""
    places = places_of(request)
    shops, ids = places.shops, [shop.pk for shop in places.shops]
    days, profiles = today_by_shop(ids, now=now), profiles_of(ids, today_of(now))
    found = numbers_by_shop(ids, now=now, profiles=profiles)
    verdicts = {
        shop: {name: verdict(one, profiles[shop]) for name, one in readings.items()} for shop, readings in found.items()
    }
    accounts = {account.shop_id: account for account in KaspiAccount.objects.filter(shop_id__in=ids)}
    local = now.astimezone(ALMATY)
    return HomePage(
        day=f"{WEEKDAYS[local.weekday()]}, {calendar_day(local.date())}",
        note=plural(len(shops), "магазин", "магазинов"),
        stats=_stats(days.values(), by=request.actor),
        risks=tuple(_risks(shops, days, verdicts, accounts, by=request.actor, now=now)),
        shops=tuple(
            _line(
                shop,
                days[shop.pk] if request.actor.may(Permission.REVENUE_VIEW) else replace(days[shop.pk], amount=None),
                verdicts[shop.pk],
                accounts.get(shop.pk),
                len(places.points_of(shop)),
                now=now,
            )
            for shop in shops
        ),
        first_run=not accounts,
    )


def today_by_shop(shop_ids: Sequence[int], *, now: datetime) -> dict[int, Today]:
    """Three grouped queries over the indexes of days and shelves."""
    today = today_of(now)
    begins, after = Window(today, today).instants(ALMATY)
    orders = Order.objects.filter(shop_id__in=shop_ids)
    arrived = _by_shop(
        orders.filter(approved_at__gte=begins, approved_at__lt=after), arrived=Count("id"), amount=Sum("total_price")
    )
    cancelled = _by_shop(
        orders.filter(cancelled_at__gte=begins, cancelled_at__lt=after, fault="seller"), cancelled=Count("id")
    )
    waiting = _by_shop(
        orders.filter(shelf=Shelf.NEW),
        waiting=Count("id"),
        urgent=Count("id", filter=Q(burns_at__lt=now + URGENT)),
        nearest=Min("burns_at"),
    )
    return {
        shop: Today(**(arrived.get(shop, {}) | cancelled.get(shop, {}) | waiting.get(shop, {}))) for shop in shop_ids
    }


def _by_shop(orders: Any, **counts: Any) -> dict[int, dict[str, Any]]:
    return {row.pop("shop_id"): row for row in orders.values("shop_id").annotate(**counts).order_by()}


def _stats(days: Any, *, by: Actor) -> tuple[Stat, ...]:
    every = list(days)
    urgent = sum(one.urgent for one in every)
    turnover = Stat(gettext("Сумма"), tenge(sum(one.amount for one in every)), gettext("заказы за сегодня"))
    return (
        Stat(
            gettext("Заказы"), grouped(sum(one.arrived for one in every)), gettext("пришли сегодня"), url="/orders/new/"
        ),
        *((turnover,) if by.may(Permission.REVENUE_VIEW) else ()),
        Stat(
            gettext("Ждут принятия"),
            grouped(sum(one.waiting for one in every)),
            note="" if urgent else gettext("срочных нет"),
            alert=gettext("%(urgent)s меньше 15 минут") % {"urgent": urgent} if urgent else "",
            url="/orders/new/",
        ),
        Stat(
            gettext("Отмены по нашей вине"),
            grouped(sum(one.cancelled for one in every)),
            gettext("сегодня"),
            url="/quality/?metric=cancelled",
        ),
    )


def _risks(
    shops: Sequence[Shop],
    days: Mapping[int, Today],
    verdicts: Mapping[int, Mapping[Metric, Verdict]],
    accounts: Mapping[int, KaspiAccount],
    *,
    by: Actor,
    now: datetime,
) -> list[Risk]:
    """What asks for a hand, the worst first; of the exchange only to those who may see it."""
    found = [
        risk
        for shop in shops
        for risk in (*_urgent_risks(shop, days[shop.pk], by=by), *_number_risks(shop, verdicts[shop.pk]))
    ]
    if by.may(Permission.EXCHANGE_VIEW):
        found += [risk for shop in shops for risk in _exchange_risks(shop, accounts.get(shop.pk), by=by)]
        found += _parked_risks(shops, now=now)
    found += _export_risks(by, now=now)
    order = {"danger": 0, "warn": 1, "": 2}
    return sorted(found, key=lambda risk: order[risk.level])


def _export_risks(by: Actor, *, now: datetime) -> Iterator[Risk]:
    unusual = alarm.notice(by, now=now)
    if unusual is not None:
        yield Risk(unusual.title, unusual.text, unusual.action_label, unusual.action_url, unusual.level, unusual.icon)


def _parked_risks(shops: Sequence[Shop], *, now: datetime) -> Iterator[Risk]:
    waiting = KaspiAction.objects.filter(shop_id__in=[shop.pk for shop in shops], state=ActionState.PARKED)
    parked = waiting.filter(settled_at__gt=now - PARKED_SHOWN).count()
    if parked:
        title = gettext("%(parked)s человека") % {"parked": plural(parked, "решение ждёт", "решений ждут")}
        yield Risk(
            title,
            gettext("Kaspi не ответил до срока"),
            gettext("Посмотреть"),
            "/integrations/#waiting",
            "warn",
            "circle-alert",
        )


def _urgent_risks(shop: Shop, today: Today, *, by: Actor) -> Iterator[Risk]:
    if today.urgent:
        title = gettext("%(urgent)s меньше 15 минут") % {"urgent": plural(today.urgent, "заказ ждёт", "заказов ждут")}
        press = gettext("Принять") if by.may(Permission.ORDERS_ACCEPT) else gettext("Посмотреть")
        yield Risk(title, shop.name, press, f"/orders/new/?shop={shop.slug}", "danger")


def _exchange_risks(shop: Shop, account: KaspiAccount | None, *, by: Actor) -> Iterator[Risk]:
    if account is None or account.state == AccountState.REFUSED:
        refused = gettext("Обмен остановлен: Kaspi не принимает токен")
        title = gettext("Магазин не подключён") if account is None else refused
        press = gettext("Заменить токен") if by.may(Permission.SHOPS_MANAGE) else gettext("Посмотреть")
        yield Risk(title, shop.name, press, "/integrations/", "danger", "unplug")


def _number_risks(shop: Shop, verdicts: Mapping[Metric, Verdict]) -> Iterator[Risk]:
    for metric, one in verdicts.items():
        text = _number_risk(metric, one)
        if text:
            level = "danger" if one.status is Status.CRITICAL else "warn"
            url = f"/quality/?shop={shop.slug}&metric={metric.value}"
            yield Risk(f"{NAMES[metric]}: {text}", shop.name, gettext("Открыть"), url, level, "gauge")


def _number_risk(metric: Metric, one: Verdict) -> str:
    measured = one.reading.preview
    if one.status is Status.CRITICAL:
        return gettext("за границей")
    if metric is Metric.RATING or one.status is not Status.WARNING or not measured.denominator:
        return ""
    left = room(measured.numerator, measured.denominator, one.rule.critical).left
    return gettext("запас %(left)s") % {"left": left} if left <= FEW_LEFT else ""


def _line(
    shop: Shop,
    today: Today,
    verdicts: Mapping[Metric, Verdict],
    account: KaspiAccount | None,
    points: int,
    *,
    now: datetime,
) -> ShopLine:
    cancelled = verdicts[Metric.CANCELLED]
    state, note = state_of(account, now=now)
    preview = cancelled.reading.preview
    left = room(preview.numerator, preview.denominator, cancelled.rule.critical).left if preview.denominator else 0
    judged = cancelled.status is not Status.NOT_ENOUGH_DATA
    return ShopLine(
        name=shop.name,
        monogram=initials(shop.name),
        url=f"/orders/new/?shop={shop.slug}",
        note=plural(points, "точка", "точек"),
        arrived_today=grouped(today.arrived),
        sum_today="" if today.amount is None else tenge(today.amount),
        waiting=grouped(today.waiting),
        waiting_alert=gettext("%(urgent)s срочно") % {"urgent": today.urgent} if today.urgent else "",
        rating=_value(verdicts[Metric.RATING]),
        cancelled=_value(cancelled),
        cancelled_note=gettext("запас %(left)s") % {"left": left} if judged else gettext("мало данных"),
        cancelled_level=LEVELS.get(cancelled.status, ""),
        sync=note.removeprefix(str(ANSWERED)) if state.level == "ok" else f"{state.text}, {note}",
        sync_level=state.level,
    )


def _value(one: Verdict) -> str:
    measured = one.reading.official
    if one.status is Status.NOT_ENOUGH_DATA or measured.value is None:
        return "—"
    return value_text(measured.metric, measured.value)
