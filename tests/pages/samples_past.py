"""The pages of a cabinet's export and of an order's past, as their rooms make them."""

from __future__ import annotations

from orders.cabinet.page_models import BatchPage, ChangeLine, ImportLine, ImportsPage, ReportLine, ShopChoice
from orders.past.page_models import Both, Moment, PastPage, RawChange
from staff.page_parts import Chip, Fact, Notice, Tab

IMPORTS = ImportsPage(
    shops=(ShopChoice("saya", "Saya Electronics", chosen=True), ShopChoice("dala", "Дала Дом")),
    lines=(
        ImportLine(
            "/orders/import/3/",
            "orders-november.xlsx",
            "Saya Electronics",
            "сегодня, 11:02",
            "Асель Нурланова",
            Chip("проверьте и запишите", "warn"),
            "изменится 1 236 заказов",
        ),
        ImportLine(
            "/orders/import/2/",
            "orders.xlsx",
            "Дала Дом",
            "вчера, 18:40",
            "Асель Нурланова",
            Chip("записана", "ok", "check"),
            "изменили 208 заказов",
        ),
        ImportLine(
            "/orders/import/1/",
            "заказы.xls",
            "Дала Дом",
            "вчера, 18:31",
            "Асель Нурланова",
            Chip("не прочитана", "danger", "circle-alert"),
            "Файл под паролем: снимите пароль и сохраните как обычный .xlsx.",
        ),
    ),
)
REPORT = BatchPage(
    url="/orders/import/3/",
    title="orders-november.xlsx",
    note="Saya Electronics · сегодня, 11:02 · Асель Нурланова",
    state=Chip("проверьте и запишите", "warn"),
    facts=(
        Fact("Строк в файле", "1 402"),
        Fact("Изменятся", "1 236"),
        Fact("Без нового", "12"),
        Fact("Расходятся с Kaspi", "3"),
        Fact("Нет у нас", "7"),
        Fact("Ячеек не прочитано", "2"),
    ),
    notices=(Notice("В файле нет столбцов", "«Оформил», «Склад передачи КД»", "warn"),),
    tabs=(
        Tab("Изменятся", "?kind=change", "1 236", current=True),
        Tab("Расходятся с Kaspi", "?kind=against", "3", alert=True),
        Tab("Нет у нас", "?kind=unknown", "7"),
        Tab("Не прочитано", "?kind=unread", "2"),
    ),
    lines=(
        ReportLine(
            2,
            ("284", "915", "307"),
            "/orders/284915307/",
            (
                ChangeLine("оценка", "", "4"),
                ChangeLine("отзыв", "", "Пришло быстро, но коробка помята с угла"),
                ChangeLine("кто принял", "", "Динара А."),
            ),
        ),
        ReportLine(
            3,
            ("284", "916", "866"),
            "/orders/284916866/",
            (ChangeLine("оценка", "5", "2"), ChangeLine("дата оценки", "10.11.2026", "14.11.2026")),
            ("в файле «Отменен», а по Kaspi заказ «Выдан»",),
        ),
        ReportLine(9, title="Оценка покупателя", sentence="«4.5» – не оценка от 1 до 5."),
    ),
    apply_url="/orders/import/3/apply/",
    apply_label="Записать 1 236 заказов",
    against_label="и 3 заказа, о которых Kaspi говорит другое",
    next_url="?start=50",
    place="1–50 / 1 236",
)
PAST = PastPage(
    url="/orders/284915307/past/",
    order_url="/orders/284915307/",
    code="284915307",
    no=("284", "915", "307"),
    clock="kaspi",
    kaspi_url="?clock=kaspi",
    ours_url="?clock=ours",
    title="сегодня, 11:06:12",
    facts=(
        Both("Этап", "Отменён", "Новый", differ=True),
        Both("Полка", "Архив", "Новые", differ=True),
        Both("Срок", "", "Срок принятия: сегодня, 11:56", differ=True),
        Both("Сумма", "124 990 ₸", "124 990 ₸"),
        Both("Состав", "Робот-пылесос Nomad R2, белый × 1", "Робот-пылесос Nomad R2, белый × 1"),
        Both("Коды Kaspi", "ARCHIVE · CANCELLED", "NEW · APPROVED_BY_BANK", differ=True),
    ),
    happened=(
        Moment(
            "?at=2", "Отменён", "сегодня, 11:06:12", "Kaspi", "Покупатель отменил сам", "мы узнали сегодня, 11:21:40"
        ),
    ),
    moments=(
        Moment("?at=1", "Заказ получен", "сегодня, 08:56:00", "Kaspi", icon="inbox"),
        Moment(
            "?at=2",
            "Отменён",
            "сегодня, 11:06:12",
            "Kaspi",
            other="мы узнали сегодня, 11:21:40",
            icon="arrow-right",
            level="ok",
            chosen=True,
        ),
        Moment("?at=3", "Заметка", "сегодня, 11:40:05", "Динара Ахметова", icon="message-square-text", ahead=True),
    ),
    raw=(
        RawChange("state", "NEW", "ARCHIVE"),
        RawChange("status", "APPROVED_BY_BANK", "CANCELLED"),
        RawChange("cancellationReason", "–", "BUYER_CANCELLATION_HIMSELF"),
    ),
    notices=(Notice("Известно не всё", "До вчера, 18:00 мы хранили только этапы.", "warn", "circle-help"),),
    step=1,
    last=2,
    previous_url="?at=1",
    next_url="?at=3",
)
