"""The published list: what a template may name, what it is, and an example. The page prints it, the check knows nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from orders.documents.word.rendering import PICTURE_MARK
from staff.languages import later as _


@dataclass(frozen=True, slots=True)
class Field:
    """`name` as it stands in a template; of a list's item with the word of the loop: «item.name»."""

    name: str
    what: str
    example: Any
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    fields: tuple[Field, ...]
    # How the fields of a list are written; empty for fields that stand once.
    loop: str = ""


# The list of goods and the word that the page's example calls one of them.
ITEMS, ITEM = "items", "item"
LOOP: Final = "{%tr for item in items %} … {%tr endfor %}"

GROUPS: Final = (
    Group(
        _("Заказ"),
        (
            Field("order.code", _("Номер заказа"), "284917420"),
            Field("order.date", _("День, когда заказ поступил"), "29.11.2026"),
            Field("order.issued", _("День выдачи, до неё пусто"), "30.11.2026"),
            Field("order.total", _("Сумма заказа"), "129 980 ₸"),
            Field("order.payment", _("Оплата"), _("кредит 12 мес.")),
            Field("order.delivery", _("Способ получения"), _("Самовывоз")),
            Field("order.point", _("Точка продаж"), _("Склад на Сатпаева")),
            Field("order.town", _("Город доставки"), _("Алматы")),
            Field("order.qr", _("QR с номером заказа, картинка в тексте документа"), PICTURE_MARK, "picture"),
        ),
    ),
    Group(
        _("Покупатель"),
        (
            Field("buyer.name", _("Имя и фамилия"), _("Динара Ахметова")),
            Field("buyer.phone", _("Телефон, если Kaspi его показал"), "+7 (777) 555-40-21"),
            Field("buyer.address", _("Адрес доставки"), _("Алматы, ул. Сатпаева, 9")),
            Field("buyer.recipient", _("Получатель, если это другой человек"), _("Арман Сериков")),
        ),
    ),
    Group(
        _("Товары, строка на каждый"),
        (
            Field("item.number", _("Номер строки"), 1, "number"),
            Field("item.name", _("Название"), _("Ноутбук Lenovo IdeaPad 3")),
            Field("item.sku", _("Артикул"), "LEN-IP3-15"),
            Field("item.quantity", _("Количество"), "1"),
            Field("item.price", _("Цена"), "129 980 ₸"),
            Field("item.total", _("Сумма строки"), "129 980 ₸"),
        ),
        LOOP,
    ),
    Group(
        _("Магазин"),
        (
            Field("shop.name", _("Название магазина"), _("Домашний мастер")),
            Field("shop.company", _("Компания"), _("ИП Домашний мастер")),
        ),
    ),
    Group(
        _("Талон и гарантия"),
        (
            Field("card.number", _("Номер документа, свой ряд у каждого магазина"), "00017"),
            Field("warranty.months", _("Срок гарантии в месяцах, задаёте у шаблона"), 12, "number"),
            Field("warranty.since", _("Начало гарантии: день выдачи, до неё день печати"), "30.11.2026"),
            Field("warranty.until", _("Гарантия действует до, если срок задан"), "30.11.2027"),
            Field("printed.date", _("День печати"), "30.11.2026"),
            Field("printed.by", _("Кто печатает"), _("Санжар")),
        ),
    ),
)


def schema() -> dict[str, Any]:
    """The list as `grammar` reads it: kinds of fields by their names."""
    return _tree(lambda field: field.kind)


def example() -> dict[str, Any]:
    """Values to try a template with before any order is at hand."""
    return _tree(lambda field: field.example if isinstance(field.example, int) else str(field.example))


def _tree(value: Any) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for group in GROUPS:
        for field in group.fields:
            record, _dot, name = field.name.partition(".")
            told.setdefault(record, {})[name] = value(field)
    told[ITEMS] = [told.pop(ITEM)]
    return told


def plain(words: Mapping[str, Any]) -> dict[str, Any]:
    """The same values as texts that may stand in XML: without control characters, and without our mark of a picture."""
    return {name: _plain(value) for name, value in words.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return "".join(sign for sign in value if (sign.isprintable() or sign in "\n ") and sign != PICTURE_MARK)
    if isinstance(value, Mapping):
        return plain(value)
    return [_plain(one) for one in value] if isinstance(value, list) else value
