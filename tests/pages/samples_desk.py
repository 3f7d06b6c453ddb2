"""What a day's end of the desk shows: pickup with places, the route list, the training card."""

from __future__ import annotations

from dataclasses import replace

from orders.card.page_models import Cell, Lesson, OrderPage
from orders.route.page_models import CourierLink, RoutePage, Stop
from orders.shelves.page_models import ActionButton, Columns, ShelfPage
from staff.formats import order_groups, tenge
from staff.page_parts import Phone
from tests.pages import samples
from tests.pages.samples_orders import pickup_order

CELLS = (("Ячейка 14", ""), ("указать место", "последний день, напомните"), ("Стеллаж Б, полка 3", ""))


def pickup_shelf() -> ShelfPage:
    rows = []
    for index, one in enumerate(samples.new_rows(6)):
        cell, reminder = CELLS[index % len(CELLS)]
        hand_out = ActionButton("complete", "Выдать", f"{one.url}complete/", dialog=True)
        row = replace(one, way=one.way_note, way_icon="store", way_note="", action=hand_out)
        rows.append(replace(row, cell=cell, cell_url=f"{row.url}cell/", reminder=reminder))
    columns = Columns("Хранить до", "Покупатель", "Точка", soon=86400, urgent=3600)
    return replace(
        samples.new_shelf(), slug="pickup", rows=tuple(rows), tabs=samples.tabs("pickup"), columns=columns, strip=None
    )


def lesson_order() -> OrderPage:
    """A pickup order whose hand-out is taught, and whose place is asked on the card."""
    order = pickup_order()
    assert order.issue is not None
    issue = replace(
        order.issue, sent="", cell="Ячейка 14", lesson=Lesson(False, "/orders/lessons/code-first/", order.code)
    )
    return replace(order, issue=issue, cell=Cell(f"{order.url}cell/", "14", 20))


def stop(number: int, seconds: int) -> Stop:
    code = str(284915307 + number * 1559)
    name, phone = samples.PEOPLE[number % len(samples.PEOPLE)]
    return Stop(
        number=number,
        code=code,
        url=f"/orders/{code}/",
        no=order_groups(code),
        deadline=samples.chip(seconds),
        late=seconds < 0,
        address=f"г. Алматы, улица Сатпаева, {number}, кв. 84",
        who=name,
        note="получит Сауле Ахметова" if number == 2 else "",
        phone=Phone("+7 (777) 555-40-21", phone),
        item="Щётка зубная Aru Sonic 1 и ещё 1 позиция · 2 шт.",
        collect=tenge(45000) if number == 3 else "",
        courier="Болат" if number % 2 else "не назначен",
    )


ROUTE = RoutePage(
    title="Маршрутный лист, 14 октября",
    lead="4 заказа · опаздываем с 1 · взять с покупателей 45\u2009000\u00a0₸",
    back_url="/orders/delivery/",
    stops=tuple(stop(number, seconds) for number, seconds in enumerate((-5400, 2400, 8000, 30000), 1)),
    couriers=(
        CourierLink("/orders/route/", "Все", 4, chosen=True),
        CourierLink("/orders/route/?courier=1", "Болат", 2),
    ),
    collects=True,
    names_couriers=True,
)
CELL = {"code": "284917420", "url": "/orders/284917420/cell/", "place": "14", "longest": 20}
