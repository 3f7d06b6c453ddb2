"""The order export of the seller's cabinet, «Выгрузить заказы»: the archive as a workbook (kaspi-api §6.3).

A row per line of an order, 28 columns, every cell a text. Who accepted and issued is not told by the reference: the
shop's name stands there. The day of a cancel is not kept by the simulator: its last known day stands for it.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from openpyxl import Workbook

from . import cities, ids, opinions
from .clock import DAY, local
from .opinions import Opinion
from .steps import ARCHIVE, CANCELLED, COMPLETED, RETURNED
from .world import Entry, Merchant, Order, World

DAYS = 95
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_STATUS = {COMPLETED: "Выдан", CANCELLED: "Отменен", RETURNED: "Возврат"}
_PAYMENT = {"PAY_WITH_CREDIT": "Оплата в кредит"}
_DELIVERY = {
    "DELIVERY_PICKUP": "Самовывоз",
    "DELIVERY_REGIONAL_PICKUP": "Самовывоз (межгород)",
    "DELIVERY_LOCAL": "Доставка",
    "DELIVERY_REGIONAL_TODOOR": "Доставка (межгород)",
}
_REASONS = {
    "MERCHANT_OUT_OF_STOCK": "Отменен продавцом (Нет в наличии)",
    "TIMEOUT_MERCHANT_DELIVERY": "Отменен Kaspi (Заказ не доставлен вовремя)",
    "TIMEOUT_BUYER_PICKUP": "Клиент не забрал заказ",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of an order with what its cells are made of."""

    merchant: Merchant
    order: Order
    entry: Entry
    opinion: Opinion | None
    place: str

    @property
    def is_issued(self) -> bool:
        return self.order.completed is not None and self.order.status != CANCELLED


def workbook(world: World, merchant: Merchant) -> bytes:
    """The archive orders of a merchant that were made within the last 95 days, oldest first, as an .xlsx."""
    book, file = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("Заказы")
    sheet.append([title for title, _ in COLUMNS])
    for row in _rows(world, merchant):
        sheet.append([cell(row) for _, cell in COLUMNS])
    book.save(file)
    return file.getvalue()


def _rows(world: World, merchant: Merchant) -> Iterator[Row]:
    now = world.clock.now()
    for order in world.window(merchant, ARCHIVE, start=now - DAYS * DAY, end=now):
        opinion = opinions.opinion(order, now) if order.status == COMPLETED else None
        place = _place(world, merchant, order)
        for entry in order.entries:
            yield Row(merchant, order, entry, opinion, place)


def _place(world: World, merchant: Merchant, order: Order) -> str:
    if order.address is not None:
        return str(order.address["formattedAddress"])
    point = world.point(merchant, order.point)
    return f"г. {cities.name_of(point.city)}, {point.street}, {point.house}"


def _reason(row: Row) -> str:
    order = row.order
    if order.status == RETURNED:
        return f"Отменен покупателем ({opinions.return_reason(order)})"
    if order.status != CANCELLED:
        return ""
    return _REASONS.get(order.cancellation_reason or "") or f"Отменен покупателем ({opinions.cancel_reason(order)})"


def _cancelled_by(row: Row) -> str:
    reason = _reason(row)
    if not reason:
        return ""
    return row.merchant.name if "продавцом" in reason else "Kaspi" if "Kaspi" in reason else "Покупатель"


def _day(moment: int | None) -> str:
    return "" if moment is None else f"{local(moment):%d.%m.%Y}"


def _whole(number: float) -> str:
    return f"{number:.0f}" if float(number).is_integer() else str(number)


def _sum(row: Row) -> str:
    return _whole(row.entry.price * row.entry.quantity)


COLUMNS: tuple[tuple[str, Callable[[Row], str]], ...] = (
    ("№ заказа", lambda row: row.order.code),
    ("Дата поступления заказа", lambda row: _day(row.order.approved)),
    ("Название товара в Kaspi Магазине", lambda row: row.entry.name),
    ("Название в системе продавца", lambda row: row.entry.name),
    ("Артикул", lambda row: row.entry.sku),
    ("Сумма", _sum),
    ("Категория", lambda row: row.entry.category),
    ("Адрес самовывоза/доставки", lambda row: row.place),
    ("Дата изменения статуса", lambda row: _day(row.order.completed or row.order.courier_taken or row.order.approved)),
    ("Статус", lambda row: _STATUS.get(row.order.status, row.order.status)),
    ("Причина отмены", _reason),
    ("Способ оплаты", lambda row: _PAYMENT.get(row.order.payment, "Безналичная оплата")),
    ("Способ доставки", lambda row: _DELIVERY.get(row.order.mode, row.order.mode)),
    ("Курьерская служба", lambda row: "Kaspi Логистика" if row.order.kaspi_delivery else ""),
    ("Принял", lambda row: row.merchant.name if row.is_issued else ""),
    ("Выдал", lambda row: row.merchant.name if row.is_issued and not row.order.kaspi_delivery else ""),
    ("Отменил", _cancelled_by),
    ("Оценка покупателя", lambda row: str(row.opinion.mark) if row.opinion else ""),
    ("Отзыв покупателя", lambda row: row.opinion.review if row.opinion else ""),
    ("Дата публикации отзыва", lambda row: _day(row.opinion.published) if row.opinion else ""),
    ("Оформил", lambda row: ""),
    ("Количество", lambda row: _whole(row.entry.quantity)),
    ("Стоимость доставки для покупателя", lambda row: str(float(row.order.delivery_cost))),
    ("Стоимость доставки для продавца", lambda row: str(float(row.order.seller_delivery_cost))),
    ("Компенсация за доставку", lambda row: "0.0"),
    ("Требуется подписание", lambda row: "Требуется" if row.order.signature_required else "Не требуется"),
    ("Плановая дата передачи курьеру", lambda row: _day(row.order.courier_planned)),
    (
        "Склад передачи КД",
        lambda row: ids.point_key(row.merchant.uid, row.order.point) if row.order.kaspi_delivery else "",
    ),
)
