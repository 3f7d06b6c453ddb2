"""What we may lack of a shop's orders: our counts beside Kaspi's own, and everything that we know did not go well."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _

from integrations.kaspi_look import STATES, Look
from integrations.models import KaspiAccount, ParkedOrder, PollSlot, SlotKind, TokenCheck
from orders.models import ON_SHELVES, Order
from staff.formats import almaty_moment, plural
from staff.languages import later
from staff.models import Shop
from staff.page_parts import Chip

NAMES: Final = {
    "NEW": later("Новые"),
    "SIGN_REQUIRED": later("На подписании"),
    "PICKUP": later("Самовывоз"),
    "DELIVERY": later("Доставка"),
    "KASPI_DELIVERY": later("Kaspi Доставка"),
    "ARCHIVE": later("Архив"),
}
POINTS_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class StateLine:
    """Orders of one state made in the span: as Kaspi counts them and as we have them."""

    name: str
    theirs: int
    ours: int

    @property
    def chip(self) -> Chip:
        lack = self.theirs - self.ours
        if lack > 0:
            return Chip(_("не хватает %(lack)s") % {"lack": lack}, "warn")
        return Chip(_("лишних %(more)s") % {"more": -lack}, "warn") if lack < 0 else Chip(_("сходится"), "ok")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked for. `level`: ok, warn."""

    level: str
    title: str
    text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class GapsPage:
    shop: str
    note: str
    check_url: str
    states: tuple[StateLine, ...]
    findings: tuple[Finding, ...]
    waiting: bool = False


def gaps_page(shop: Shop, *, now: datetime) -> GapsPage:
    """Everything that `templates/integrations/gaps.html` prints, inside the company's scope."""
    check = TokenCheck.objects.filter(shop_id=shop.pk).first()
    seen = Look.from_json(check.found) if check else None
    note = _("Kaspi ещё не спрашивали: нажмите «Сверить сейчас»")
    if check is not None and seen is not None:
        moment = almaty_moment(check.ended_at or check.asked_at, now=now)
        note = _("заказы за 14 дней, у Kaspi на %(moment)s, у нас сейчас") % {"moment": moment}
    return GapsPage(
        shop=shop.name,
        note=note,
        check_url=f"/integrations/{shop.slug}/check/",
        states=_states(shop, seen) if seen else (),
        findings=tuple(_findings(shop, now=now)),
        waiting=check is not None and check.ended_at is None,
    )


def _states(shop: Shop, seen: Look) -> tuple[StateLine, ...]:
    mine = Order.objects.filter(shop_id=shop.pk, created_at__range=(seen.start, seen.end))
    ours = Counter(dict(mine.order_by().values_list("state").annotate(number=Count("id"))))
    return tuple(StateLine(NAMES[state], seen.totals[state], ours[state]) for state in STATES if state in seen.totals)


def _findings(shop: Shop, *, now: datetime) -> Iterator[Finding]:
    yield _import(shop)
    yield from _windows(shop, now=now)
    parked = ParkedOrder.objects.filter(shop_id=shop.pk, resolved_at=None).count()
    yield Finding(
        "warn" if parked else "ok",
        _("Не прочитались: %(orders)s") % {"orders": plural(parked, "заказ", "заказов")},
        url="/integrations/#parked" if parked else "",
    )
    live = Order.objects.filter(ON_SHELVES, shop_id=shop.pk)
    bare = live.filter(entries_at=None).count()
    title = _("Без состава на полках: %(orders)s") % {"orders": plural(bare, "заказ", "заказов")}
    yield Finding("warn" if bare else "ok", title)
    yield _pointless(shop)
    yield _span(shop, now=now)


def _import(shop: Shop) -> Finding:
    account = KaspiAccount.objects.filter(shop_id=shop.pk).first()
    if account is None:
        return Finding("warn", _("Магазин не подключён"))
    if account.import_finished_at is not None:
        told = plural(account.import_orders, "заказ", "заказов")
        return Finding("ok", _("Первая загрузка закончена: %(orders)s") % {"orders": told})
    share = {"done": account.import_windows_done, "all": account.import_windows}
    return Finding("warn", _("Первая загрузка идёт: %(done)s окон из %(all)s") % share)


def _windows(shop: Shop, *, now: datetime) -> Iterator[Finding]:
    """What was read last with a failure, or never."""
    failing = PollSlot.objects.filter(shop_id=shop.pk, failures__gt=0).order_by("id")
    for slot in failing:
        clean = almaty_moment(slot.last_clean_at, now=now) if slot.last_clean_at else _("ещё ни разу")
        title = _("Не читается: %(kind)s") % {"kind": SlotKind(slot.kind).label}
        tries = plural(slot.failures, "неудача подряд", "неудач подряд")
        yield Finding("warn", title, _("%(tries)s, прочитано целиком: %(clean)s") % {"tries": tries, "clean": clean})
    if not failing:
        yield Finding("ok", _("Все окна читаются"))


def _pointless(shop: Shop) -> Finding:
    lost = Order.objects.filter(ON_SHELVES, shop_id=shop.pk, point_id=None)
    named = lost.order_by().values_list("pickup_point_id").annotate(number=Count("id")).order_by("-number")
    told = [f"{name or '–'} ({number})" for name, number in named[:POINTS_SHOWN]]
    number = sum(count for _name, count in named)
    title = _("С неизвестной точкой на полках: %(orders)s") % {"orders": plural(number, "заказ", "заказов")}
    if not number:
        return Finding("ok", title)
    return Finding("warn", title, ", ".join(told), "/staff/#points")


def _span(shop: Shop, *, now: datetime) -> Finding:
    ends = Order.objects.filter(shop_id=shop.pk).aggregate(oldest=Min("created_at"), newest=Max("created_at"))
    if ends["oldest"] is None:
        return Finding("warn", _("Заказов ещё нет"))
    told = {name: almaty_moment(moment, now=now) for name, moment in ends.items()}
    return Finding("ok", _("Самый старый заказ: %(oldest)s, самый новый: %(newest)s") % told)
