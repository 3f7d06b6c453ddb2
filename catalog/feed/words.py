"""The price list in words: states, what changed, why an offer is left out."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext

from catalog.feed.comparing import Change
from catalog.feed.reading import LeftOut
from catalog.models import FeedVersion, VersionState
from staff.formats import grouped, plural, share
from staff.languages import later as _
from staff.languages import noun

OFFERS = noun("предложение", "предложений")
LEVELS: Final[Mapping[str, str]] = {VersionState.PUBLISHED: "ok", VersionState.HELD: "danger"}

CHANGES: Final[Mapping[str, str]] = {
    Change.ADDED: _("новые"),
    Change.GONE: _("пропали"),
    Change.PRICED: _("цена"),
    Change.STOCKED: _("наличие"),
    Change.DESCRIBED: _("название или бренд"),
}
# Why it is left out, and what to do.
LEFT_OUT: Final[Mapping[str, tuple[str, str]]] = {
    LeftOut.NO_PRICE: (_("Нет цены"), _("Поставьте цену, и товар попадёт в файл")),
    LeftOut.BAD_SKU: (
        _("Артикул не для прайс-листа"),
        _("Kaspi берёт до 20 латинских букв, цифр, «_» и «-». Заведите товар под другим артикулом"),
    ),
    LeftOut.NO_NAME: (_("Нет названия"), _("Впишите название товара")),
    LeftOut.DEAR: (_("Цена больше 999 999 999 ₸"), _("Проверьте цену")),
    LeftOut.BAD_CITY: (_("Непонятный код города"), _("Проверьте цены по городам")),
    LeftOut.NO_POINT: (_("У магазина нет точек"), _("Добавьте точку с кодом из кабинета Kaspi, например PP1")),
}
PROBLEMS: Final[Mapping[str, str]] = {
    "not_whole": _("Собранный файл не прошёл проверку. Отдаём прежний, соберём снова через минуту"),
    "failed": _("Файл не собрался. Отдаём прежний, соберём снова через минуту"),
}


def lost(version: FeedVersion) -> str:
    """«пропало 41 % предложений»."""
    part = (version.baseline - version.available) / version.baseline if version.baseline else 1
    return gettext("пропало %(share)s предложений") % {"share": share(part, digits=0)}


def counted(version: FeedVersion) -> str:
    """«1 284 предложения, в наличии 1 191»."""
    told = {"offers": plural(version.offers, *OFFERS), "available": grouped(version.available)}
    return gettext("%(offers)s, в наличии %(available)s") % told


def changed(changes: Mapping[str, Any]) -> tuple[str, ...]:
    """«цена: 12», for each kind of change that there is."""
    return tuple(f"{title}: {grouped(changes[name])}" for name, title in CHANGES.items() if changes.get(name))


def examples(changes: Mapping[str, Any]) -> tuple[str, ...]:
    """«A100 – цена: 9 990 → 8 990»."""
    return tuple(_example(*one) for one in changes.get("examples", ()))


def _example(change: str, sku: str, before: str = "", after: str = "") -> str:
    prices = f": {grouped(int(before))} → {grouped(int(after))}" if before and after else ""
    return f"{sku} – {CHANGES.get(change, change)}{prices}"


def left_out_total(left_out: Sequence[Sequence[Any]]) -> int:
    return sum(int(count) for _reason, count, _skus in left_out)
