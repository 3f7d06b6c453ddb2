"""Samples of the radar and of the notices."""

from orders.radar.page_models import (
    ForecastLine,
    NoticeLine,
    NoticesPage,
    RadarGroup,
    RadarPage,
    RadarRow,
    StepStat,
)
from orders.shelves.page_models import Deadline, PointChoice
from staff.page_parts import Chip

NOBODY = "никто не на смене"
TOO_LITTLE = "Ждут принятия 4. Темп не посчитать, мало данных: за последние часы принято 2"
POINT, OTHER = "Склад Абая 52", "Розыбакиева 247"


def row(
    code: str, deadline: Deadline, step: str, icon: str, *, who: str = "Болат", note: str = "", point: str = POINT
) -> RadarRow:
    return RadarRow(
        code=code,
        url=f"/orders/{code}/",
        shelf="new",
        no=(code[:3], code[3:6], code[6:]),
        deadline=deadline,
        note=note,
        step=step,
        icon=icon,
        item="Холодильник Samsung RB37A5290SA двухкамерный, серебристый",
        who=point,
        who_note=who,
    )


def chip(level: str, seconds: int, text: str, until: str, *, counting: bool = True, share: int = 40) -> Deadline:
    return Deadline(level, seconds, text, until, counting, share)


WORKING = "рабочего времени"
RADAR = RadarPage(
    fresh="сверено с Kaspi в 11:42",
    pulse_url="/radar/pulse/?since=1-1",
    steps=(
        StepStat("Принять", "19", "?step=accept", alert="просрочено 1, горит 3"),
        StepStat("Собрать", "24", "?step=pack", "в срок", chosen=True),
        StepStat("Передать", "31", "?step=hand_over", alert="горит 2"),
        StepStat("Доставить", "7", "?step=deliver", "в срок"),
        StepStat("Выдать", "12", "?step=pickup", "в срок"),
        StepStat("Дождаться товара", "3", "?step=arrive", "в срок"),
        StepStat("Подписать", "2", "?step=sign", "в срок"),
        StepStat("Забрать обратно", "0", "?step=bring_back", "ничего не ждёт"),
    ),
    groups=(
        RadarGroup(
            "OVER", "Просрочены", "1",
            (row("284917402", chip("over", 0, "просрочен 6 мин", "до 11:36", counting=False), "Передать", "send"),), "danger",
        ),
        RadarGroup(
            "URGENT", "Горят", "2",
            (
                row("284917420", chip("urgent", 348, "05:48", "до 11:48"), "Принять", "inbox", note=WORKING),
                row("284917431", chip("urgent", 2280, "38 мин", "до 12:20"), "Передать", "send", who=NOBODY, point=OTHER),
            ), "danger",
        ),
        RadarGroup(
            "SOON", "Скоро", "1",
            (row("284917455", chip("soon", 2880, "48 мин", "завтра, 09:30", counting=False), "Принять", "inbox",
                 note="рабочего времени, откроемся завтра, 09:00"),), "warn",
        ),
        RadarGroup(
            "CALM", "Сегодня", "1",
            (row("284917468", chip("", 22000, "6 ч 06 мин", "до 18:00"), "Доставить", "bike", who="курьер Ерлан"),),
        ),
    ),
    forecast=(
        ForecastLine(POINT, "При нынешнем темпе 14 в час не успеть 3 из 22", "?point=PP1", "danger", "trending-down"),
        ForecastLine(OTHER, TOO_LITTLE, "?point=PP2", "warn", "circle-help"),
    ),
    points=(PointChoice("?", "Все точки", chosen=True), PointChoice("?point=PP1", POINT), PointChoice("?point=PP2", OTHER)),
    point_label="все",
)  # fmt: skip
NOTICES = NoticesPage(
    lines=(
        NoticeLine(
            "/orders/284917420/", ("284", "917", "420"), "Принять: осталось 14 мин",
            f"{POINT} · Решение отправлено, ответ Kaspi не получен", "сегодня, 11:34", Chip("ещё ждёт", "warn"), True, level="warn",
        ),
        NoticeLine(
            "/orders/284917402/", ("284", "917", "402"), "Передать: осталось 20 мин", POINT, "сегодня, 11:16",
            Chip("просрочен", "danger"), True, level="danger",
        ),
        NoticeLine(
            "/orders/284917399/", ("284", "917", "399"), "Принять: осталось 45 мин", POINT, "сегодня, 10:02",
            Chip("Готов к выдаче", "ok"),
        ),
    ),
    unseen=2,
    until="42",
    next_url="/notices/?after=x",
)  # fmt: skip
