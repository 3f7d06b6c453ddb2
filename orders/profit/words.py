"""The parts of a profit in words, each with where its figure comes from."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext

from orders.profit.lines import PARTS
from orders.profit.page_models import PartRow
from orders.profit.sums import Line, Parts, Sums
from staff.formats import MINUS, NBSP, grouped, share, tenge
from staff.languages import later as _

LABELS: Final = {
    "revenue": _("Продажи"),
    "compensation": _("Возмещение Kaspi"),
    "commission": _("Комиссия Kaspi"),
    "pay": _("Kaspi Pay"),
    "delivery": _("Доставка"),
    "tax": _("Налог с оборота"),
    "vat": _("НДС к уплате"),
    "cost": _("Себестоимость"),
    "ads": _("Реклама, штрафы, прочее"),
}
FACT, ESTIMATE, UNKNOWN = _("факт"), _("по тарифу"), _("не известно")
# Parts that are told also when they are nothing.
ALWAYS: Final = frozenset({"revenue", "commission", "pay", "delivery", "cost"})


def signed(amount: Decimal, sign: int) -> str:
    """«−1 517 ₸» for what was paid."""
    value = amount * sign
    return f"{MINUS}{tenge(-value)}" if value < 0 else tenge(value)


def margin(parts: Parts) -> str:
    """The profit as a share of sales; nothing where nothing was sold."""
    return share(parts.profit / parts.revenue, digits=1) if parts.revenue else ""


def of_line(line: Line) -> Iterator[PartRow]:
    """The parts of a line of an order."""
    sources = {
        "commission": FACT if line.fees_told else ESTIMATE if line.fees_known else UNKNOWN,
        "pay": FACT if line.fees_told else ESTIMATE if line.fees_known else UNKNOWN,
        "delivery": {"fact": FACT, "estimate": ESTIMATE, "unknown": UNKNOWN}[line.delivery_by],
        "cost": _cost_by(line),
        "tax": ESTIMATE,
        "vat": ESTIMATE,
        "ads": gettext("поровну на тенге продаж дня"),
        "revenue": gettext("деньги вернули покупателю") if line.back else FACT,
        "compensation": FACT,
    }
    yield from _rows(line.parts, {name: str(told) for name, told in sources.items()})


def of_order(lines: Sequence[Line]) -> Iterator[PartRow]:
    """The parts of all lines together; a source that differs is told by its least sure."""
    parts = added([line.parts for line in lines])
    sources = {row.label: row.source for line in reversed(lines) for row in of_line(line)}
    for row in _rows(parts, {}):
        unsure = [one.source for line in lines for one in of_line(line) if one.label == row.label]
        told = next((one for one in unsure if one == UNKNOWN), sources.get(row.label, ""))
        yield PartRow(row.label, row.amount, told, row.level, row.total)


def of_sums(sums: Sums) -> Iterator[PartRow]:
    """The parts of a whole table."""
    parts, told = sums.parts, {}
    if sums.uncosted:
        rate = share(sums.uncosted / parts.revenue, digits=0) if parts.revenue else ""
        told["cost"] = gettext("не записана для %(share)s продаж") % {"share": rate}
    if sums.estimated:
        told["delivery"] = gettext("по тарифу %(amount)s") % {"amount": tenge(sums.estimated)}
    yield from _rows(parts, told)


def added(parts: Sequence[Parts]) -> Parts:
    return Parts(*(sum((getattr(one, name) for one in parts), Decimal(0)) for name in PARTS))


def _rows(parts: Parts, sources: dict[str, str]) -> Iterator[PartRow]:
    for name, sign in PARTS.items():
        amount = getattr(parts, name)
        if amount or name in ALWAYS:
            yield PartRow(str(LABELS[name]), signed(amount, sign), sources.get(name, ""))
    profit = parts.profit
    yield PartRow(gettext("Прибыль"), signed(profit, 1), margin(parts), "danger" if profit < 0 else "", total=True)


def _cost_by(line: Line) -> str:
    if line.back:
        return gettext("товар вернулся") if not line.parts.cost else gettext("товар списан")
    return str(FACT) if line.costed else str(UNKNOWN)


def pieces(quantity: Decimal) -> str:
    """«2», «1,5»."""
    text = grouped(quantity, digits=0 if quantity == quantity.to_integral_value() else 3)
    pieces = gettext("шт.")
    return f"{text}{NBSP}{pieces}"
