"""Pages of Word templates: as they stand after the first upload, and a refused one."""

from __future__ import annotations

from orders.documents.word.page_models import (
    FieldGroup,
    FieldLine,
    SettingsForm,
    ShopChoice,
    TemplateLine,
    TemplatePage,
    TemplatesPage,
    VersionLine,
)
from staff.page_parts import Chip

SHOPS = (ShopChoice("", "Все магазины", chosen=True), ShopChoice("alma-tech", "Алма Техника"))
ON = Chip("включён", "ok", "check")
UNKNOWN = "В шаблоне есть поле «order.cod», такого нет. Похоже на order.code"
TEMPLATES = TemplatesPage(
    templates=(
        TemplateLine(
            "Гарантийный талон", "/documents/templates/1/", "все магазины", "гарантия 12 месяцев", ON, "версия 2"
        ),
        TemplateLine(
            "Акт приёма", "/documents/templates/2/", "Алма Техника", "без срока гарантии", Chip("выключен"), ""
        ),
    ),
    groups=(
        FieldGroup(
            "Заказ",
            (
                FieldLine("{{ order.code }}", "Номер заказа", "284917420"),
                FieldLine("{{ order.date }}", "День, когда заказ поступил", "29.11.2026"),
                FieldLine("{{ order.total }}", "Сумма заказа", "129 980 ₸"),
            ),
        ),
        FieldGroup(
            "Товары, строка на каждый",
            (
                FieldLine("{{ item.name }}", "Название", "Ноутбук Lenovo IdeaPad 3"),
                FieldLine("{{ item.quantity }}", "Количество", "1"),
            ),
            "{%tr for item in items %} … {%tr endfor %}",
        ),
    ),
    form=SettingsForm("Чек", "12", SHOPS, UNKNOWN, "file"),
    gives_pdf=False,
)
TEMPLATE = TemplatePage(
    name="Гарантийный талон",
    url="/documents/templates/1/",
    chip=ON,
    lead="все магазины · гарантия 12 месяцев",
    versions=(
        VersionLine(3, "сегодня, 11:40 · Айгерим", in_service=False, previewed=False),
        VersionLine(2, "12 октября, 18:05 · Айгерим", in_service=True, previewed=True),
    ),
    form=SettingsForm("Гарантийный талон", "12", SHOPS),
    newest="284917420",
    gives_pdf=True,
)
