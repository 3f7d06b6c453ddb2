"""Profit line by line, as a file."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext

from catalog.costs import forms, known
from orders.profit import sums, words
from orders.profit.lines import PARTS, Window
from orders.profit.sums import MOST_DAYS
from staff.access import Actor
from staff.errors import NotVisible, Refused
from staff.exports.kinds import MOST_ROWS, Cell, Column, Kind, Row
from staff.languages import later as _
from staff.models import Shop
from staff.permissions import Permission
from staff.places import visible

_BY = {"fact": words.FACT, "estimate": words.ESTIMATE, "unknown": words.UNKNOWN}


def _columns(actor: Actor) -> Sequence[Column]:
    return (
        Column(_("Заказ")),
        Column(_("Магазин"), width=24),
        Column(_("День"), width=12),
        Column(_("Артикул"), width=20),
        Column(_("Товар"), width=40),
        Column(_("Количество"), Cell.MONEY, 12),
        *(Column(f"{words.LABELS[name]}, ₸", Cell.MONEY) for name in PARTS),
        Column(_("Прибыль, ₸"), Cell.MONEY),
        Column(_("Комиссия откуда")),
        Column(_("Доставка откуда")),
        Column(_("Себестоимость")),
        Column(_("Возврат")),
    )


def _read(actor: Actor, asked: Mapping[str, str]) -> dict[str, str]:
    """The shop and the days. A shop that he does not see whole is NotVisible."""
    _shops(actor, asked.get("shop", ""))
    first, last = forms.day(asked, "from"), forms.day(asked, "to")
    if not date(2015, 1, 1) <= first <= last <= date(2100, 1, 1) or (last - first).days >= MOST_DAYS:
        raise Refused("bad_value", gettext("Не больше 92 дней за раз"), status=400, field="from")
    return {"shop": asked.get("shop", ""), "from": first.isoformat(), "to": last.isoformat()}


def _shops(actor: Actor, slug: str) -> tuple[Shop, ...]:
    places = visible(actor)
    found = tuple(shop for shop in places.shops if slug in ("", shop.slug) and actor.sees_whole(shop.pk))
    if not found:
        raise NotVisible(slug)
    return found


def _rows(actor: Actor, stored: Mapping[str, str]) -> Iterator[Row]:
    shops = {shop.pk: shop.name for shop in _shops(actor, stored["shop"])}
    window = Window(list(shops), date.fromisoformat(stored["from"]), date.fromisoformat(stored["to"]))
    for row in sums.every(window, known.tariffs(), limit=MOST_ROWS):
        code, shop_id, day, *rest = row
        fees_told, delivery_by, costed, back, lost = rest[-5:]
        signs = [*PARTS.values(), 1]
        amounts = [amount * sign for amount, sign in zip(rest[3:-5], signs, strict=True)]
        yield Row(
            (
                code,
                shops[shop_id],
                f"{day:%d.%m.%Y}",
                *rest[:3],
                *amounts,
                words.FACT if fees_told else words.ESTIMATE,
                _BY[delivery_by],
                words.FACT if costed else words.UNKNOWN,
                gettext("возврат") if back else gettext("утерян") if lost else "",
            )
        )


PROFIT = Kind("profit", _("Прибыль"), Permission.PROFIT_VIEW, _read, _columns, _rows)
