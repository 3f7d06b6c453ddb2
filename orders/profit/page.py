"""The page of profit in words: the whole, its parts, and what earns and loses."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from django.utils.translation import gettext

from catalog.costs import known
from orders.profit import sums, words
from orders.profit.lines import Window
from orders.profit.page_models import ProfitPage, SumRow
from orders.profit.sums import ROWS, By, Sort, Sums, Table
from staff.access import Actor
from staff.formats import calendar_day, grouped, plural, share, tenge
from staff.languages import later as _
from staff.models import PointOfSale, Shop
from staff.page_parts import Empty, Notice, Tab
from staff.permissions import Permission

KEYS: Final = {By.SKU: _("По товарам"), By.CATEGORY: _("По категориям"), By.POINT: _("По точкам"), By.DAY: _("По дням")}
TITLES: Final = {By.SKU: _("Товар"), By.CATEGORY: _("Категория"), By.POINT: _("Точка"), By.DAY: _("День")}
SORTS: Final = {Sort.WORST: _("Сначала худшие"), Sort.BEST: _("Сначала лучшие")}
PERIODS: Final = (7, 30, 90)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; `shop` None: all that he sees whole. Days of Almaty, both inclusive."""

    shop: Shop | None
    first: date
    last: date
    today: date
    by: By = By.SKU
    sort: Sort = Sort.WORST
    start: int = 0

    def url(self, **changed: str) -> str:
        kept = {
            "shop": self.shop.slug if self.shop else "",
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "by": self.by.value,
            "sort": self.sort.value,
        }
        return "/profit/?" + urlencode({name: value for name, value in (kept | changed).items() if value})


def profit_page(asked: Asked, shops: Sequence[Shop], points: Sequence[PointOfSale], *, by: Actor) -> ProfitPage:
    """Everything that `templates/orders/profit/profit.html` prints. `shops`: those that may be chosen."""
    window = Window([shop.pk for shop in ([asked.shop] if asked.shop else shops)], asked.first, asked.last)
    found = sums.table(window, asked.by, known.tariffs(), sort=asked.sort, start=asked.start)
    total, more = found.total, found.count > asked.start + ROWS
    here = found.rows[:ROWS]
    return ProfitPage(
        shop=asked.shop.slug if asked.shop else "",
        note=_note(asked),
        shops=_shop_tabs(asked, shops),
        periods=tuple(_period_tabs(asked)),
        keys=tuple(Tab(str(label), asked.url(by=key.value), current=key is asked.by) for key, label in KEYS.items()),
        sorts=tuple(
            Tab(str(told), asked.url(sort=one.value), current=one is asked.sort) for one, told in SORTS.items()
        ),
        first=asked.first.isoformat(),
        last=asked.last.isoformat(),
        by=asked.by.value,
        parts=tuple(words.of_sums(total)) if total else (),
        headline=words.signed(total.parts.profit - found.unspread, 1) if total else "",
        headline_level="danger" if total and total.parts.profit < found.unspread else "",
        headline_note=_headline_note(total) if total else "",
        notices=tuple(_notices(found)),
        rows=tuple(_rows(asked, here, {point.pk: point.name for point in points}, shops)),
        key_title=str(TITLES[asked.by]),
        range_text=gettext("%(first)s–%(last)s из %(shown)s")
        % {"first": asked.start + 1, "last": asked.start + len(here), "shown": grouped(found.count)},
        prev_url=asked.url(start=str(max(asked.start - ROWS, 0) or "")) if asked.start else "",
        next_url=asked.url(start=str(asked.start + ROWS)) if more else "",
        manages=by.may(Permission.CATALOG_MANAGE),
        expenses_url=_with_shop("/profit/expenses/", asked.shop),
        empty=None if total else _empty(),
    )


def _with_shop(address: str, shop: Shop | None) -> str:
    return f"{address}?{urlencode({'shop': shop.slug})}" if shop else address


def _note(asked: Asked) -> str:
    whose = asked.shop.name if asked.shop else gettext("все магазины")
    days = {"first": calendar_day(asked.first, year=True), "last": calendar_day(asked.last, year=True)}
    told = gettext("выдано с %(first)s по %(last)s") % days
    return f"{whose} · {told}"


def _headline_note(total: Sums) -> str:
    orders = plural(total.orders, "заказ", "заказов")
    margin = words.margin(total.parts)
    return gettext("%(orders)s, %(margin)s от продаж") % {"orders": orders, "margin": margin} if margin else orders


def _notices(found: Table) -> Iterator[Notice]:
    """What the number does not hold: read before it."""
    total = found.total
    if total and total.uncosted:
        rate = total.uncosted / total.parts.revenue if total.parts.revenue else 0
        yield Notice(
            gettext("Прибыль завышена: себестоимость записана не у всех товаров"),
            gettext("Без неё %(share)s продаж на %(amount)s. Запишите поступления.")
            % {"share": share(rate, digits=0), "amount": tenge(total.uncosted)},
            "warn",
            action_label=gettext("Записать себестоимость"),
            action_url="/catalog/costs/",
        )
    if total and total.unknown:
        lines = plural(total.unknown, "строки", "строк")
        yield Notice(gettext("У %(lines)s доставка не известна и не вычтена") % {"lines": lines}, level="warn")
    if found.unspread > 1:
        amount = tenge(found.unspread)
        text = gettext("В эти дни не было продаж, на которые их разложить. Из прибыли сверху они вычтены.")
        yield Notice(gettext("Расходы на %(amount)s не легли на товары") % {"amount": amount}, text, icon="info")


def _rows(asked: Asked, rows: Sequence[Sums], points: Mapping[int, str], shops: Sequence[Shop]) -> Iterator[SumRow]:
    names = {shop.pk: shop.name for shop in shops}
    for one in rows:
        title, sub = _titled(asked, one, points, names)
        parts, losing = one.parts, one.parts.profit < 0
        yield SumRow(
            title=title,
            sub=sub,
            pieces=words.pieces(one.pieces),
            revenue=tenge(parts.revenue + parts.compensation),
            fees=tenge(parts.commission + parts.pay),
            delivery=tenge(parts.delivery),
            taxes=tenge(parts.tax + parts.vat),
            cost=tenge(parts.cost) if not one.uncosted else gettext("%(cost)s, не вся") % {"cost": tenge(parts.cost)},
            ads=tenge(parts.ads),
            profit=words.signed(parts.profit, 1),
            margin=words.margin(parts),
            level="danger" if losing else "",
            unsure=gettext("без себестоимости") if one.uncosted else "",
            url=_costs_url(one.key) if asked.by is By.SKU and one.uncosted else "",
        )


def _titled(asked: Asked, one: Sums, points: Mapping[int, str], shops: Mapping[int, str]) -> tuple[str, str]:
    if asked.by is By.SKU:
        shop = shops.get(one.shop_id or 0, "") if asked.shop is None and len(shops) > 1 else ""
        return one.name or gettext("Без названия"), " · ".join(filter(None, (one.key, shop)))
    if asked.by is By.DAY:
        return calendar_day(date.fromisoformat(one.key)), plural(one.orders, "заказ", "заказов")
    if asked.by is By.POINT:
        return points.get(int(one.key or 0), gettext("точка не названа")), plural(one.orders, "заказ", "заказов")
    return one.key or gettext("без категории"), plural(one.lines, "строка", "строк")


def _costs_url(sku: str) -> str:
    return f"/catalog/costs/?{urlencode({'sku': sku})}"


def _period_tabs(asked: Asked) -> Iterator[Tab]:
    for days in PERIODS:
        first = asked.today - timedelta(days=days - 1)
        current = (asked.first, asked.last) == (first, asked.today)
        label = plural(days, "день", "дней")
        yield Tab(label, asked.url(**{"from": first.isoformat(), "to": asked.today.isoformat()}), current=current)


def _shop_tabs(asked: Asked, shops: Sequence[Shop]) -> tuple[Tab, ...]:
    if len(shops) < 2:
        return ()
    every = Tab(gettext("Все магазины"), asked.url(shop=""), current=asked.shop is None)
    return every, *(Tab(shop.name, asked.url(shop=shop.slug), current=shop == asked.shop) for shop in shops)


def _empty() -> Empty:
    return Empty(
        gettext("За эти дни ничего не выдано"),
        gettext("Прибыль считается по выданным заказам. Выберите другие дни."),
    )
