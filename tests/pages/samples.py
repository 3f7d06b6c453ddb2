"""Read-models as the design's pages show them, for templates that are tried without a database."""

from __future__ import annotations

from dataclasses import replace

from kaspi_office.page_models import Frame, FrameCan, FrameCounts, FrameMember, FrameSection, FrameShop, FrameSync
from orders.shelves.page_models import (
    ActionButton,
    BulkLine,
    BulkResult,
    Columns,
    Deadline,
    Filters,
    Handover,
    LivePill,
    Pending,
    PointChoice,
    Row,
    ShelfPage,
    Undo,
)
from orders.shelves.strip import Waiting, deadline_strip
from staff.drawing import metric_scale
from staff.formats import OVERDUE, kz_phone, order_groups, tenge, time_left
from staff.page_parts import Chip, Empty, Notice, Phone, Tab
from tests.pages.samples_documents import MENUS

SHELVES = ("new", "signing", "pickup", "delivery", "kaspi-delivery", "archive", "unknown")
SHOP = FrameShop("saya-electronics", "Saya Electronics", "SE")
FRAME = Frame(
    company_name="ТОО «Сая Трейд»",
    shops=(SHOP, FrameShop("dala-dom", "Дала Дом", "ДД"), FrameShop("tulpar", "Tulpar Tools", "TT")),
    shop=SHOP,
    member=FrameMember("Динара Ахметова", "Менеджер заказов", "ДА"),
    counts=FrameCounts(new=14, signing=3, pickup=22, delivery=17, kaspi_delivery=41, notices=3, urgent=True),
    sync=FrameSync("ok", "Обмен с Kaspi, 12 с назад"),
    can=FrameCan(shelves=SHELVES, quality=True, catalog=True, notices=True),
    desk=(FrameSection("radar", "Радар сроков", "/radar/", "alarm-clock"),),
    nav="new",
)
OWNER_FRAME = replace(
    FRAME,
    member=FrameMember("Асель Нурланова", "Владелец", "АН"),
    can=FrameCan(home=True, shelves=SHELVES, quality=True, catalog=True, staff=True, integrations=True, notices=True),
)

PEOPLE = (
    ("Айгерим Сатпаева", "+77015551208"),
    ("Данияр Омаров", "+77475558034"),
    ("Ольга Ким", "+77775554021"),
    ("Нұрлан Жақсыбеков", "+77055556619"),
    ("Гульнара Исмаилова", "+77085550377"),
    ("Тимур Ахметов", "+77025559146"),
    ("Әсел Қайратқызы", "+77755552450"),
)
GOODS = (
    ("Робот-пылесос Nomad R2, белый", "1 шт. · на точке 4", ""),
    ("Наушники Saya Air 3, графит", "2 шт. · на точке 11", ""),
    ("Кофемашина Bureau B10, чёрная", "нет на точке, 2 на складе · ещё 1 позиция", "danger"),
    ("Телевизор Altyn 55″ 4K", "1 шт. · на точке 2", ""),
    ("Смартфон Tulpar X5 8/256 ГБ, графит", "1 шт. · последний на точке", "warn"),
)
WAYS = (
    ("package", "Kaspi Доставка", "Абая 52"),
    ("shopping-bag", "Самовывоз", "Розыбакиева 247"),
    ("bike", "Доставка", "Мангилик Ел 55"),
)
HOLDERS = ("держит Динара Ахметова", "никого на смене", "держит Болат, Мадина Оспанова")
UNDO = Undo("/orders/actions/0193-7/undo/", "Отменить", 4200)
SECONDS = (348, 654, 858, 1620, 2280, 3120, 5040, 6420, 7500, 9060, 10680, 12000, 13260, 14100)


def level(seconds: int) -> str:
    return "over" if seconds <= 0 else "urgent" if seconds < 900 else "soon" if seconds < 3600 else ""


def chip(seconds: int) -> Deadline:
    text = time_left(seconds) if seconds > 0 else OVERDUE
    share = min(100, max(seconds, 0) * 100 // 14400)
    return Deadline(level(seconds), seconds, text, "до 11:48", counting=seconds > 0, share=share)


def row(index: int, seconds: int) -> Row:
    code = str(284915307 + index * 1559)
    name, phone = PEOPLE[index % len(PEOPLE)]
    item, note, item_level = GOODS[index % len(GOODS)]
    way_icon, way, point = WAYS[index % len(WAYS)]
    amount = 18490 + index * 7350
    return Row(
        code=code,
        version="7",
        url=f"/orders/{code}/",
        no=order_groups(code),
        no_note="вчера, 21:14",
        item=item,
        item_note=note,
        item_level=item_level,
        sum=tenge(amount),
        payment="Kaspi Red",
        deadline=chip(seconds),
        who=name,
        phone=Phone(kz_phone(phone), phone),
        way=way,
        way_icon=way_icon,
        way_note=point,
        holder=HOLDERS[index % len(HOLDERS)],
        action=ActionButton("accept", "Принять", f"/orders/{code}/accept/"),
        pickable=True,
        amount=amount,
    )


def new_rows(count: int) -> tuple[Row, ...]:
    return tuple(row(index, SECONDS[index % len(SECONDS)]) for index in range(count))


def tabs(current: str) -> tuple[Tab, ...]:
    known = (
        ("new", "Новые", "14"),
        ("signing", "На подписании", "3"),
        ("pickup", "Самовывоз", "22"),
        ("delivery", "Доставка", "17"),
        ("kaspi-delivery", "Kaspi Доставка", "41"),
        ("archive", "Архив", ""),
    )
    return tuple(
        Tab(label, f"/orders/{slug}/", count, alert=slug == "new", current=slug == current)
        for slug, label, count in known
    )


FILTERS = Filters(
    url="/orders/new/",
    points=(
        PointChoice("/orders/new/", "Все точки", "14", chosen=True),
        PointChoice("/orders/new/?point=PP1", "Абая 52, Алматы", "5"),
    ),
    point_label="все",
    hidden=(("shop", "saya-electronics"),),
)


def new_shelf(count: int = 14) -> ShelfPage:
    rows = new_rows(count)
    return ShelfPage(
        slug="new",
        title="Новые",
        fresh="обновлено в 11:42:08",
        url="/orders/new/",
        pulse_url="/orders/new/pulse/?since=41",
        tabs=tabs("new"),
        columns=Columns("Принять до", "Покупатель", "Получение", soon=3600, urgent=900),
        rows=rows,
        filters=FILTERS,
        strip=deadline_strip([Waiting(r.code, r.url, r.deadline.seconds_left) for r in rows if r.deadline]),
        bulk_accept=True,
        papers=MENUS,
        pill=LivePill("2 новых", "Показать 2 новых заказа", "/orders/new/"),
    )


def states_shelf() -> ShelfPage:
    """Every state of a row next to another: on its way, not answered, gone, late."""
    rows = list(new_rows(6))
    rows[0] = replace(rows[0], deadline=chip(-360))
    rows[1] = replace(rows[1], pending=Pending("принимаем…", undo=UNDO))
    rows[2] = replace(rows[2], pending=Pending("Ответ Kaspi не получен, проверяем", "warn"))
    rows[3] = replace(rows[3], gone="принят")
    rows[4] = replace(rows[4], item_note="Kaspi не принял: заказ отменён покупателем", item_level="danger")
    return replace(
        new_shelf(),
        rows=tuple(rows),
        notice=Notice(
            "Обмен остановлен в 11:16.",
            "Заказы на экране могли измениться.",
            "danger",
            "unplug",
            "Заменить токен",
            "/integrations/",
        ),
    )


def bulk_line(index: int, text: str = "") -> BulkLine:
    one = row(index, 348)
    line = BulkLine(one.code, one.url, one.no, text, "danger" if text else "ok")
    return (
        replace(line, version="new", again_url=f"{one.url}accept/", again_label="Принять всё равно") if text else line
    )


BULK = BulkResult(
    title="Принимаем 3 заказа, оставили 2 из 5",
    level="warn",
    slug="new",
    left=(
        bulk_line(3, "Не приняли: нет на точке"),
        BulkLine(*("284919984", "/orders/284919984/", ("284", "919", "984")), "Заказ уже «Отменён»", "danger"),
    ),
    taken=tuple(bulk_line(index) for index in range(3)),
    taken_text="Принимаем 3 заказа",
    undo=replace(UNDO, url="/orders/actions/undo/", label="Отменить всё", actions=("0193-7", "0193-8")),
)


def kaspi_shelf() -> ShelfPage:
    rows = tuple(
        replace(
            one,
            no_note="Абая 52",
            who="Алматы",
            who_note="ул. Толе би 187",
            phone=None,
            way_chip=Chip("Накладная готова", "ok", url=f"{one.url}waybill/")
            if index % 2
            else Chip("Нужна накладная", "warn"),
            way_note="",
            payment="",
            pickable=not index % 2,
            deadline=replace(one.deadline, until="сегодня, 16:00") if one.deadline else None,
            action=ActionButton("waybill", "Накладная", f"{one.url}waybill/", link=True)
            if index % 2
            else ActionButton("assemble", "Собрать…", f"{one.url}assemble/", dialog=True),
        )
        for index, one in enumerate(new_rows(10))
    )
    return replace(
        new_shelf(),
        slug="kaspi-delivery",
        title="Kaspi Доставка",
        tabs=tabs("kaspi-delivery"),
        sub_tabs=(
            Tab("Предзаказ", "?sub=preorder", "2"),
            Tab("Упаковка", "?sub=packing", "11", current=True),
            Tab("Передача", "?sub=handover", "9", alert=True),
            Tab("Переданы на доставку", "?sub=given", "16"),
            Tab("Отменены при доставке", "?sub=cancelled", "3"),
        ),
        columns=Columns("Передать до", "Куда везти", "Накладная", soon=10800, urgent=3600),
        rows=rows,
        strip=None,
        bulk_accept=False,
        bulk_pack=True,
        papers=MENUS,
        pill=LivePill(),
        range_text="1–10 из 41",
        next_url="?after=1",
        handover=Handover(
            "Сегодня передать 24",
            "Опоздание войдёт в долю задержек, она считается за 30 дней",
            "1 просрочен",
            "Задержки 5,88 %",
            "запас 29, критична 72-я",
            "/quality/",
            metric_scale(
                5.88,
                low=0,
                high=13,
                bounds=((5, "5"), (10, "10")),
                kinds=("good", "fair", "bad"),
                label="Задержки 5,88 %",
            ),
        ),
    )


def empty_shelf() -> ShelfPage:
    return replace(
        new_shelf(),
        rows=(),
        strip=None,
        pill=LivePill(),
        empty=Empty(
            "Все новые заказы приняты",
            "Последний — в 11:42, за 14 минут. Следующий появится здесь сам, страницу обновлять не нужно.",
        ),
    )
