"""What may be wrong in a cell of a price list, and how it is mended: codes, and their two sentences. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from staff.languages import later as _


class Code(StrEnum):
    NO_SKU = "no_sku"
    BAD_SKU = "bad_sku"
    UNKNOWN_SKU = "unknown_sku"
    LIKE_SKU = "like_sku"
    TWICE = "twice"
    NO_NAME = "no_name"
    TOO_LONG = "too_long"
    BAD_LETTERS = "bad_letters"
    BAD_PRICE = "bad_price"
    NOT_POSITIVE = "not_positive"
    TOO_DEAR = "too_dear"
    OTHER_PRICE = "other_price"
    BAD_STOCK = "bad_stock"
    BELOW_ZERO = "below_zero"
    TOO_MANY = "too_many"
    NO_POINT = "no_point"
    SHARED = "shared"
    BAD_PREORDER = "bad_preorder"
    LONG_PREORDER = "long_preorder"
    BOUNDS = "bounds"
    BELOW_FLOOR = "below_floor"
    ABOVE_CEILING = "above_ceiling"
    TOO_FAR = "too_far"


class Words(NamedTuple):
    """What is wrong, and what to do; both may name what the problem tells."""

    wrong: str
    cure: str


WORDS: Final[Mapping[Code, Words]] = {
    Code.NO_SKU: Words(_("Нет артикула"), _("Впишите артикул или удалите строку")),
    Code.BAD_SKU: Words(
        _("Kaspi не примет такой артикул"), _("Латинские буквы, цифры, «_» и «-», не длиннее 20 знаков")
    ),
    Code.UNKNOWN_SKU: Words(_("Такого артикула нет в магазине"), _("Новому товару нужны название и цена")),
    Code.LIKE_SKU: Words(_("Такого артикула нет в магазине"), _("Похож на %(like)s")),
    Code.TWICE: Words(_("Артикул уже был в строке %(row)s"), _("Оставьте одну строку: взяли первую")),
    Code.NO_NAME: Words(_("Новый товар без названия"), _("Впишите название или уберите строку")),
    Code.TOO_LONG: Words(_("Текст длиннее %(most)s знаков"), _("Сократите")),
    Code.BAD_LETTERS: Words(_("В тексте знаки, которых не записать"), _("Наберите текст заново")),
    Code.BAD_PRICE: Words(_("Цена не число"), _("Оставьте только цифры: целые тенге, без копеек")),
    Code.NOT_POSITIVE: Words(_("Цена не больше нуля"), _("Укажите цену или оставьте пусто: останется прежняя")),
    Code.TOO_DEAR: Words(_("Цена больше %(most)s"), _("Проверьте, нет ли лишних цифр")),
    Code.OTHER_PRICE: Words(
        _("В строке %(row)s у товара другое значение"), _("Сделайте одинаковым во всех его строках")
    ),
    Code.BAD_STOCK: Words(_("Остаток не число"), _("Оставьте только цифры, yes или no")),
    Code.BELOW_ZERO: Words(_("Остаток меньше нуля"), _("Укажите 0, товар снимется с продажи")),
    Code.TOO_MANY: Words(_("Остаток больше %(most)s"), _("Проверьте, нет ли лишних цифр")),
    Code.NO_POINT: Words(_("Нет такой точки"), _("Назовите точку, как в «Точках»: имя или код")),
    Code.SHARED: Words(
        _("Остаток у товара общий с %(like)s, а в файле другой"), _("Укажите одно и то же число в обеих строках")
    ),
    Code.BAD_PREORDER: Words(_("Предзаказ не число дней"), _("Целое число дней, пусто или 0 – без предзаказа")),
    Code.LONG_PREORDER: Words(_("Предзаказ больше 30 дней"), _("Не больше 30")),
    Code.BOUNDS: Words(_("Минимум выше наибольшей цены"), _("Поменяйте границы местами")),
    Code.BELOW_FLOOR: Words(_("Ниже минимальной цены %(floor)s"), _("Поднимите цену или измените минимум")),
    Code.ABOVE_CEILING: Words(_("Выше наибольшей цены %(ceiling)s"), _("Снизьте цену или измените границу")),
    Code.TOO_FAR: Words(
        _("Цена меняется сразу больше чем на %(step)s %%"), _("Подтверждает тот, кто отвечает за границы цен")
    ),
}
# A price beyond its bounds is no mistake: somebody who may guard prices can let it pass.
OF_GUARD: Final = (Code.BELOW_FLOOR, Code.ABOVE_CEILING, Code.TOO_FAR)


class Problem(NamedTuple):
    """One cell that cannot be taken as it is: in which column (its place among them, None: the row), what stood there."""

    code: Code
    column: int | None
    value: str
    told: Mapping[str, Any] = {}
