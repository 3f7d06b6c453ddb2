"""Order cards as the design's pages show them."""

from __future__ import annotations

from dataclasses import replace

from orders.card.page_models import (
    AssembleDialog,
    BeforeAfter,
    Buyer,
    CancelDialog,
    CancelReason,
    Document,
    Due,
    HistoryEvent,
    IssueDialog,
    Item,
    OrderPage,
    Step,
)
from orders.documents.word.page_models import PaperChoice
from orders.shelves.page_models import ActionButton, Deadline, Pending
from staff.formats import tenge, time_left
from staff.page_parts import Chip, Fact, Notice, Phone
from tests.pages.samples import UNDO, chip
from tests.pages.samples_documents import MENUS

REASONS = (
    CancelReason(
        "buyer_unreachable",
        "Не дозвонились до покупателя",
        "Kaspi может перезвонить покупателю.",
        counts=False,
        chip="без штрафа",
    ),
    CancelReason(
        "buyer_refused",
        "Покупатель отказался",
        "Kaspi перезванивает покупателям. Если отказа не было, отмена станет штрафной.",
        counts=False,
        chip="без штрафа",
    ),
    CancelReason(
        "out_of_stock",
        "Нет в наличии",
        "Отмена по вине продавца.",
        counts=True,
        chip="войдёт в долю отмен",
        effect=BeforeAfter("2,18 %", "27 из 1 236, запас 10", "2,27 %", "28 из 1 236, запас 9"),
    ),
)


def new_order() -> OrderPage:
    url = "/orders/284917420/"
    return OrderPage(
        code="284917420",
        url=url,
        version="3",
        no=("284", "917", "420"),
        back_label="Новые",
        back_url="/orders/new/",
        chip=Chip("Новый", "accent"),
        lead="вчера, 22:05",
        steps=(
            Step("Передан", "вчера, 22:05", "done"),
            Step("Принят", "до 11:56", "now"),
            Step("В доставке", "15 октября"),
            Step("Выдан", "по коду"),
        ),
        items=(
            Item(
                "Кофемашина Bureau B10, чёрная",
                "BUR-B10-BK",
                "1",
                tenge(204900),
                tenge(204900),
                "на точке нет, 2 шт. на складе",
                "danger",
            ),
            Item("Капучинатор Bureau Milk 300 мл", "BUR-MILK-300", "1", tenge(15000), tenge(15000), "на точке 6"),
        ),
        items_note="2 позиции, 2 шт.",
        totals=(
            Fact("Товары", tenge(219900)),
            Fact("Цена доставки", "бесплатно"),
            Fact("Оплата", "кредит 12 мес."),
            Fact("Итого", tenge(219900), total=True),
        ),
        history=(
            HistoryEvent("Отправлен ответ Kaspi", "11:20", "Мадина Оспанова", "send", "accent"),
            HistoryEvent("Передан партнёру", "вчера, 22:05", "Kaspi", learned="узнали в 22:06"),
        ),
        buyer=Buyer(
            "Ольга Ким",
            "ОК",
            "",
            Phone("+7 (777) 555-40-21", "+77775554021"),
            standing="3 заказа, все выданы. Первый в марте 2025",
            url="/buyers/01999999-0000-7000-8000-000000000001/",
            repeats="Покупает не первый раз",
            calls="2 звонка без ответа",
            message_url=f"{url}message/",
            call_url=f"{url}call/",
        ),
        note_url=f"{url}note/",
        delivery=(
            Fact("Способ", "Доставка", "bike"),
            Fact("Адрес", "Астана, ул. Сыганак 18, кв. 94, подъезд 3"),
            Fact("Плановая дата", "чт, 15 октября"),
            Fact("Точка продаж", "Мангилик Ел 55"),
        ),
        papers=(PaperChoice("0", "Гарантийный талон", f"{url}paper/", pdf=True),),
        documents=(
            Document("Накладная", "появится после принятия"),
            *(Document(menu.label, "", icon=menu.icon, menu=menu) for menu in MENUS[1:]),
        ),
        actions=(
            ActionButton("cancel", "Отменить…", f"{url}cancel/", danger=True, dialog=True),
            ActionButton("accept", "Принять заказ", f"{url}accept/", primary=True, icon="check", key="A"),
        ),
        due=Due(
            chip(858),
            "Срок принятия",
            "Примите до 11:56",
            "Иначе заказ отменится сам, доля отмен станет 2,27 % вместо 2,18 %.",
            "Осталось 14 минут из 3 часов",
        ),
        notices=(
            Notice("На точке нет кофемашины", "2 шт. лежат на складе Райымбека 348, Алматы.", "warn", "package-x"),
        ),
        cancel=CancelDialog(f"{url}cancel/", "3", REASONS),
        position="3 из 14",
        prev_url="/orders/284915866/",
        next_url="/orders/284921133/",
        fresh="сверено с Kaspi в 11:40",
    )


def pickup_order() -> OrderPage:
    url = "/orders/284902618/"
    return replace(
        new_order(),
        code="284902618",
        url=url,
        no=("284", "902", "618"),
        back_label="Доставка",
        back_url="/orders/delivery/",
        chip=Chip("Принят", "ok", "check"),
        lead="доставка силами магазина",
        notices=(),
        due=Due(
            Deadline("calm", 33480, time_left(33480), "до 21:00", counting=True, share=61),
            "Срок доставки",
            "Доставьте сегодня, до 21:00",
            "Плановая дата 14 октября. Перенос возможен только с согласия покупателя.",
            "Осталось 9 часов 18 минут",
        ),
        actions=(
            ActionButton("cancel", "Отменить…", f"{url}cancel/", danger=True, dialog=True),
            ActionButton(
                "complete", "Выдать заказ", f"{url}complete/", primary=True, dialog=True, icon="badge-check", key="V"
            ),
        ),
        issue=IssueDialog(f"{url}send-code/", f"{url}complete/", "3", sent="Отправили на +7 (705) 555-38-47 в 11:41"),
        assemble=AssembleDialog(f"{url}assemble/", "3", "Заказ 284902618, 2 товара"),
    )


def pending_order() -> OrderPage:
    return replace(
        new_order(),
        pending=Pending("Принимаем заказ, ждём подтверждения Kaspi", undo=UNDO),
        actions=(),
        cancel=None,
        poll=True,
    )
