"""Pages of buyers with people that are made up."""

from __future__ import annotations

from datetime import UTC, datetime

from orders.buyers.page_models import (
    BuyerLine,
    BuyerOrderLine,
    BuyerPage,
    BuyersPage,
    CallDialog,
    DeedLine,
    MessageDialog,
    NoteLine,
    OutcomeChoice,
    OwnLine,
    PartedLine,
    PhoneDialog,
    PhoneLine,
    TextChoice,
    TextLine,
    TextsPage,
)
from orders.buyers.wording import FIELDS, USUAL, filled, remarks, sample, whatsapp_url
from staff.formats import initials, kz_phone, order_groups, tenge
from staff.page_parts import Chip, Fact, Notice, Phone
from tests.pages.samples import GOODS, PEOPLE

NOW = datetime(2026, 10, 14, 6, 42, tzinfo=UTC)
URL = "/buyers/01999999-0000-7000-8000-000000000001/"
ORDER = "/orders/284917420/"
TEXT = "Здравствуйте, Ольга. Заказ 284917420 ждёт вас: Астана, Мангилик Ел 55. Код для получения пришлёт Kaspi."


def _line(index: int) -> BuyerLine:
    name, phone = PEOPLE[index]
    code = str(284917420 - index * 1559)
    shown = Phone("номер скрыт") if index == 3 else Phone(kz_phone(phone), phone)
    count = max(1, 5 - index)
    orders = f"{count} заказ{'' if count == 1 else 'а' if count < 5 else 'ов'}"
    return BuyerLine(URL, name, initials(name), shown, orders, "12 октября", order_groups(code), ORDER, count > 1)


BUYERS = BuyersPage(
    q="",
    lines=tuple(map(_line, range(7))),
    note="Сначала те, кто покупал чаще",
    next_url="/buyers/?after=x",
    own=(OwnLine("+7 (701) 000-11-33", "+77010001133", "Асель Нурланова, 1 октября"),),
    writes_texts=True,
)


def _order(index: int) -> BuyerOrderLine:
    code = str(284917420 - index * 70_311)
    chips = (Chip("Новый", "accent"), Chip("Выдан", "ok"), Chip("Выдан", "ok"), Chip("Отменён"))
    signs = ("номер покупателя в Kaspi, телефон", "номер покупателя в Kaspi", "телефон", "телефон")
    return BuyerOrderLine(
        code,
        order_groups(code),
        f"/orders/{code}/",
        "12 октября",
        "Saya Electronics",
        GOODS[index][0],
        tenge(219_900 - index * 31_000),
        chips[index],
        signs[index],
    )


BUYER = BuyerPage(
    url=URL,
    name="Ольга Ким",
    initials="ОК",
    lead="4 заказа: выдано 2, отменено 1, идёт 1. Первый в марте 2025",
    chip=Chip("Покупает не первый раз", "accent"),
    figures=(Fact("Выдано", "2"), Fact("Отменено", "1"), Fact("Возвращено", "0"), Fact("Куплено на", tenge(377_800))),
    phones=(
        PhoneLine(
            Phone("+7 (777) 555-40-21", "+77775554021"),
            "от Kaspi, заказ 284917420",
            whatsapp_url("+77775554021", ""),
        ),
    ),
    no_phone="",
    signs=(Fact("Номер покупателя в Kaspi", "сделан из телефона выше"), Fact("Телефон", "+7 (777) 555-40-21")),
    notes=(NoteLine("Просит звонить после шести, забирает муж", "Динара Ахметова", "вчера, 18:02"),),
    deeds=(
        DeedLine("Звонок, покупатель не ответил", "Динара Ахметова · заказ 284917420", "11:20", "phone-off", ORDER),
        DeedLine("Сообщение «Готов к выдаче»", "Динара Ахметова · заказ 284917420", "09:12", "message-circle", ORDER),
    ),
    calls="1 звонок без ответа",
    orders=tuple(map(_order, range(4))),
    parted=(PartedLine("Артём Ким", "/buyers/2/", "разделил Динара Ахметова, 3 октября", "2"),),
    parts=True,
    next_url=f"{URL}?after=x",
)
MESSAGE = MessageDialog(
    url=f"{ORDER}message/",
    back_url=ORDER,
    lead="Заказ 284917420",
    choices=tuple(
        TextChoice(str(one.name), f"{ORDER}message/?template={one.key}", one.key == "ready") for one in USUAL
    ),
    key="ready",
    text=TEXT,
    notices=(
        Notice("Это сообщение уже отправляли", "Динара Ахметова, вчера, 18:02, скопировано", "warn", "circle-alert"),
    ),
    whatsapp=whatsapp_url("+77775554021", TEXT),
    to="+7 (777) 555-40-21",
)
CALL = CallDialog(
    f"{ORDER}call/",
    ORDER,
    "Заказ 284917420. Запись подтвердит, что вы звонили",
    (
        OutcomeChoice("no_answer", "не ответил"),
        OutcomeChoice("refused", "отказался от заказа"),
        OutcomeChoice("agreed", "согласен"),
        OutcomeChoice("asked", "попросил перезвонить"),
    ),
)
PHONE = PhoneDialog(
    f"{ORDER}phone/",
    ORDER,
    "Kaspi скрыл номер. Введённый вами останется, пока Kaspi не пришлёт настоящий",
    "8 701 555",
    "Введите телефон целиком: +7 и десять цифр",
)
TEXTS = TextsPage(
    lines=tuple(
        TextLine(one.key, str(one.name), one.text, filled(one.text, sample(NOW))[0], "наш текст", remarks("Спасибо!"))
        for one in USUAL
    ),
    fields=tuple((f"{{{name}}}", str(label)) for name, label in FIELDS.items()),
    fresh=TextLine("", "Свой", "Привет, {кот}", "", "", error="Поля {кот} нет. Есть: {имя}", opened=True),
)
