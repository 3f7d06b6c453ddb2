"""The page of expenses in words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import Max
from django.utils.translation import gettext

from orders.models import Expense, ExpenseKind, PayOperation
from orders.profit import expenses
from orders.profit.page_models import Choice, ExpenseRow, ExpensesPage
from staff.access import Actor
from staff.formats import ALMATY, almaty_day, almaty_moment, calendar_day, tenge
from staff.models import Shop
from staff.page_parts import Empty, Tab
from staff.permissions import Permission

MOST: Final = 200


def expenses_page(shop: Shop, shops: Sequence[Shop], *, by: Actor, now: datetime, error: str = "") -> ExpensesPage:
    """Everything that `templates/orders/profit/expenses.html` prints: the newest expenses of a shop."""
    manages = by.may(Permission.CATALOG_MANAGE)
    rows = expenses.standing().filter(shop_id=shop.pk).order_by("-last", "-pk")[:MOST]
    found = tuple(_row(one, now=now, manages=manages) for one in rows)
    url = "/profit/expenses/?shop="
    return ExpensesPage(
        shop=shop.slug,
        shop_name=shop.name,
        rows=found,
        kinds=tuple(Choice(kind.value, str(kind.label)) for kind in ExpenseKind),
        today=f"{now.astimezone(ALMATY):%Y-%m-%d}",
        pay_note=_pay_note(shop, now=now),
        manages=manages,
        error=error,
        shops=tuple(Tab(one.name, f"{url}{one.slug}", current=one == shop) for one in shops) if len(shops) > 1 else (),
        empty=None
        if found
        else Empty(
            gettext("Расходов ещё нет"),
            gettext("Реклама и штрафы ложатся на продажи своих дней и уменьшают прибыль товаров."),
        ),
    )


def _row(one: Expense, *, now: datetime, manages: bool) -> ExpenseRow:
    first, last = calendar_day(one.first, year=True), calendar_day(one.last, year=True)
    return ExpenseRow(
        id=str(one.pk) if manages else "",
        kind=str(ExpenseKind(one.kind).label),
        days=first if one.first == one.last else gettext("%(first)s – %(last)s") % {"first": first, "last": last},
        amount=tenge(one.amount),
        what=" · ".join(filter(None, (one.sku or gettext("все товары"), one.note))),
        who=f"{one.by}, {almaty_moment(one.at, now=now)}",
    )


def _pay_note(shop: Shop, *, now: datetime) -> str:
    newest = PayOperation.objects.filter(shop_id=shop.pk).aggregate(at=Max("at"))["at"]
    if newest is None:
        return gettext("ещё не загружали: комиссии считаем по тарифу")
    return gettext("последняя операция %(day)s") % {"day": almaty_day(newest, now=now)}
