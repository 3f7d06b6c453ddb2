"""Rights in the words of the matrix, in the order of the shop's day."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from staff.models import Reach, Role
from staff.permissions import Bundle, Permission

P = Permission
Words = Mapping[Permission, Promise | str]

ORDERS: Final[Words] = {
    P.ORDERS_VIEW: _("Видеть полки"),
    P.ORDERS_ACCEPT: _("Принимать"),
    P.ORDERS_PACK: _("Собирать"),
    P.ORDERS_HAND_OUT: _("Выдавать"),
    P.ORDERS_TAKE_BACK: _("Принимать возвраты"),
    P.ORDERS_CANCEL: _("Отменять без штрафа"),
    P.ORDERS_CANCEL_AT_FAULT: _("Отменять «нет в наличии»"),
    P.ORDERS_ASSIGN: _("Назначать курьера"),
    P.RETURNS_DECIDE: _("Решать по возвратам"),
    P.ORDERS_AUTOMATE: _("Настраивать автоприём"),
    P.BUYERS_SEE: _("Видеть имена и телефоны покупателей"),
    P.BUYERS_EXPORT: _("Выгружать покупателей"),
}
GOODS: Final[Words] = {
    P.CATALOG_VIEW: _("Видеть товары и остатки"),
    P.CATALOG_MANAGE: _("Менять цены и продажу товаров"),
    P.STOCK_MANAGE: _("Вести остатки"),
    P.PRICES_GUARD: _("Задавать границы цен"),
}
NUMBERS: Final[Words] = {
    P.QUALITY_VIEW: _("Показатели магазина"),
    P.QUALITY_IMPORT: _("Загружать выгрузку кабинета"),
    P.QUALITY_MANAGE: _("Выбирать пороги и вести споры с Kaspi"),
    P.REVENUE_VIEW: _("Выручка"),
    P.PROFIT_VIEW: _("Себестоимость и прибыль"),
}
SETTINGS: Final[Words] = {
    P.PAPERS_MANAGE: _("Шаблоны документов и сообщений"),
    P.STAFF_VIEW: _("Видеть команду"),
    P.STAFF_MANAGE: _("Приглашать и менять сотрудников"),
    P.AUDIT_VIEW: _("Журнал"),
    P.EXCHANGE_VIEW: _("Видеть обмен с Kaspi"),
    P.EVENTS_READ: _("Лента событий для программ"),
    P.SHOPS_MANAGE: _("Токен Kaspi, ключи, вебхуки"),
    P.COMPANY_MANAGE: _("Роли, второй шаг входа, данные покупателей"),
}
GROUPS: Final[tuple[tuple[Promise | str, Words], ...]] = (
    (_("Заказы"), ORDERS),
    (_("Товары"), GOODS),
    (_("Качество и деньги"), NUMBERS),
    (_("Настройки"), SETTINGS),
)
WORDS: Final[Words] = {**ORDERS, **GOODS, **NUMBERS, **SETTINGS}

# Rights that end where a role's reach ends; in a cell of the matrix the reach stands instead of the tick.
WITHIN_REACH: Final = frozenset(ORDERS) | {P.QUALITY_VIEW}
CELL: Final[Mapping[Reach, Promise | str]] = {
    Reach.COMPANY: "",
    Reach.POINTS: _("своей точки"),
    Reach.OWN: _("своих заказов"),
}
REACH: Final[Mapping[Reach, Promise | str]] = {
    Reach.COMPANY: _("Все магазины и точки"),
    Reach.POINTS: _("Только свои точки"),
    Reach.OWN: _("Только заказы, которые ему дали"),
}
# A right that is of no use without another one.
NEEDS: Final[Mapping[Permission, Permission]] = {
    **dict.fromkeys(frozenset(ORDERS) - {P.ORDERS_VIEW}, P.ORDERS_VIEW),
    P.ORDERS_CANCEL_AT_FAULT: P.ORDERS_CANCEL,
    **dict.fromkeys(frozenset(GOODS) - {P.CATALOG_VIEW}, P.CATALOG_VIEW),
    P.BUYERS_EXPORT: P.BUYERS_SEE,
    P.QUALITY_IMPORT: P.QUALITY_VIEW,
    P.QUALITY_MANAGE: P.QUALITY_VIEW,
    P.STAFF_MANAGE: P.STAFF_VIEW,
    P.SHOPS_MANAGE: P.EXCHANGE_VIEW,
}

EXPLAINED: Final[Mapping[Role, Promise | str]] = {
    Role.OWNER: _("Видит и может всё. Отвечает за права остальных."),
    Role.ADMIN: _("Ведёт заказы, товары и команду всех магазинов. Выручку, прибыль и токен Kaspi не видит."),
    Role.ORDER_MANAGER: _("Видит полки и выдаёт заказы своей точки. Выручку не видит."),
    Role.CATALOG_MANAGER: _("Ведёт товары, цены и остатки. Заказов и покупателей не видит."),
    Role.COURIER: _("Видит только заказы, которые ему дали, и выдаёт их по коду."),
    Role.ANALYST: _("Видит показатели, выручку, прибыль и заказы. Телефоны покупателей скрыты."),
}


def explanation(bundle: Bundle) -> str:
    """A role that the company made or changed, told by what it may: «Видеть полки, принимать. Только свои точки»."""
    may = [str(words) for right, words in WORDS.items() if right in bundle.rights]
    return ". ".join([", ".join([*may[:1], *(one[:1].lower() + one[1:] for one in may[1:])]), str(REACH[bundle.reach])])
