"""The page of documents with a stop list, and the menus of papers."""

from __future__ import annotations

from orders.documents.page_models import DocumentsPage, PaperChoice, PaperMenu, PlaceChoice, PrintRow, StopRow

WAYBILLS = PaperMenu(
    "Накладные",
    "printer",
    (
        PaperChoice("waybill:a4x4", "A4, по четыре"),
        PaperChoice("waybill:a6", "A6"),
        PaperChoice("waybill:thermal", "105×74 мм"),
        PaperChoice("waybill:as_is", "как есть"),
    ),
)
LABELS = PaperMenu(
    "Этикетки",
    "tag",
    (PaperChoice("label:piece", "58×40 мм на каждую штуку"), PaperChoice("label:order", "58×40 мм на заказ")),
)
PICK_LIST = PaperMenu("Лист сборки", "clipboard-list", (PaperChoice("pick_list:a4", "A4"),))
SLIPS = PaperMenu(
    "Вкладыш в посылку", "file-text", (PaperChoice("slip:a4", "A4"), PaperChoice("slip:a6_gift", "A6 без цен"))
)
MENUS = (WAYBILLS, PICK_LIST, LABELS, SLIPS)

DOCUMENTS = DocumentsPage(
    stops=(
        StopRow(
            ("284", "917", "420"),
            "/orders/284917420/",
            "Отменён",
            "напечатан сегодня, 11:05, Болат",
            "Смартфон Apple iPhone 13 128GB чёрный",
            "0193-public",
        ),
        StopRow(
            ("284", "916", "866"),
            "/orders/284916866/",
            "Kaspi переделал накладную, старая не годится",
            "напечатан вчера, 18:40, Данияр",
            "Чайник Tefal KO150F",
            "0194-public",
        ),
    ),
    prints=(
        PrintRow(
            "сегодня, 11:40",
            "Болат",
            "Накладные, A4, по четыре",
            "48 заказов",
            (("284917421", "/orders/284917421/"), ("284917422", "/orders/284917422/")),
            "и ещё 46",
            "без накладной 2",
            "/documents/0193/again/",
        ),
        PrintRow(
            "сегодня, 11:38",
            "Болат",
            "Лист сборки",
            "1 заказ",
            (("284917421", "/orders/284917421/"),),
            again_url="/documents/0194/again/",
        ),
    ),
    shop="saya",
    points=(PlaceChoice("", "Все точки", True), PlaceChoice("PP1", "Склад Абая 52")),
)
