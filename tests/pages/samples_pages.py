"""The other pages as the design shows them, within what the product counts."""

from __future__ import annotations

from dataclasses import replace

from catalog.page_models import CatalogPage, Cell, Filter, MenuChoice, OfferRow, PlaceField
from integrations.page_models import (
    CheckCard,
    CheckStep,
    Choice,
    ExpiryChoice,
    ImportProgress,
    IntegrationsPage,
    KeyForm,
    KeyLine,
    MadeKey,
    ParkedLine,
    ShopAccount,
    ShopForm,
    SlotLine,
    WaitingAction,
)
from kaspi_office.page_models import Frame, HomePage, Risk, ShopLine, Stat
from quality.page_models import BehindList, BehindOrder, Budget, Links, MetricCard, QualityPage, Threshold
from staff.drawing import columns, metric_scale
from staff.formats import tenge
from staff.journal.page_models import Line
from staff.page_models import (
    InvitationLine,
    Matrix,
    MatrixCell,
    MatrixGroup,
    MatrixRow,
    Person,
    PointCard,
    RoleColumn,
    StaffPage,
)
from staff.page_parts import Chip, Notice, Tab
from tests.pages.samples import OWNER_FRAME

RISING = ("good", "fair", "bad")


def frame(nav: str) -> Frame:
    return replace(OWNER_FRAME, nav=nav)


CARDS = (
    MetricCard(
        "Рейтинг",
        "?metric=rating",
        "4,71",
        Chip("Отлично", "ok"),
        "1 940 баллов / 412 оценок, 90 дней",
        budget="До критической 98 оценок «1»",
        scale=metric_scale(
            4.71, low=3, high=5, bounds=((4, "4"), (4.6, "4,6")), kinds=("bad", "fair", "good"), label="Рейтинг 4,71"
        ),
    ),
    MetricCard(
        "Доля отмен",
        "?metric=cancelled",
        "2,18",
        Chip("В норме", "accent"),
        "27 отмен / 1 236 заказов, 30 дней",
        unit="%",
        preview="к вечеру 2,26 %",
        budget="Запас 10, критична 38-я",
        scale=metric_scale(2.18, low=0, high=4, bounds=((1, "1"), (3, "3")), kinds=RISING, label="Доля отмен 2,18 %"),
        current=True,
    ),
    MetricCard(
        "Задержки передачи",
        "?metric=late_handover",
        "10,4",
        Chip("Критично", "danger"),
        "74 задержки / 714 передач, 30 дней",
        unit="%",
        budget="Выше границы на 3",
        budget_icon="ban",
        level="danger",
        scale=metric_scale(10.4, low=0, high=13, bounds=((5, "5"), (10, "10")), kinds=RISING, label="Задержки 10,4 %"),
    ),
    MetricCard(
        "Возвраты по качеству",
        "?metric=quality_returns",
        "—",
        Chip("Мало данных"),
        "0 возвратов / 6 выданных",
        budget="Пока 6 заказов из 10",
        budget_icon="clock",
    ),
)
LEAVING = (1, 2, 3, 1, 0, 2, 1, 3, 0, 1, 1, 0, 1, 0)
QUALITY = QualityPage(
    note="Saya Electronics",
    verdict="Три показателя в норме, один за границей.",
    advice="Ближе всего к границе доля отмен, в запасе 10.",
    cards=CARDS,
    metric="cancelled",
    budget=Budget(
        "Бюджет отмен",
        "окно 30 дней, 15 сентября – 14 октября",
        "10",
        "отмен в запасе. 38-я отмена даст 3,07 %.",
        "27 отмен использовано, 16 выйдут из окна, 10 в запасе",
        pips=("leaving",) * 16 + ("used",) * 11 + ("free",) * 10 + ("limit",),
        legend=(("accent", "16 выйдут из окна до 28 октября"), ("ink", "11 останутся"), ("free", "10 в запасе")),
        columns=columns([(f"{15 + n} окт" if not n else str(15 + n), count) for n, count in enumerate(LEAVING)]),
        columns_title="Сколько отмен выйдет из окна по дням",
    ),
    thresholds=(
        Threshold("Критично", "от 3 %", "danger"),
        Threshold("Отлично", "ниже 1 %", "ok"),
        Threshold("Окно", "30 дней, по вчера"),
        Threshold("Считается", "от 10 заказов"),
    ),
    thresholds_note="Контроль качества Kaspi, 2026. Официальное число стоит в кабинете, здесь расчёт по заказам.",
    behind=BehindList(
        note="27 отмен по вине магазина",
        filters=(Tab("нет в наличии", "?why=1", "15"), Tab("не принят в срок", "?why=2", "9")),
        rows=tuple(
            BehindOrder(
                f"/orders/28160421{n}/",
                f"/quality/orders/28160421{n}/",
                ("281", "604", f"21{n}"),
                Chip("нет в наличии", "danger"),
                "Мультиварка Qazan 5 л",
                "Мангилик Ел 55",
                "15 сентября",
                "15 октября",
                "завтра",
                excluded="" if n else "вина покупателя",
            )
            for n in range(4)
        ),
    ),
    links=Links(
        rules="/quality/rules/",
        audit="/quality/audit/",
        history="/quality/history/",
        disputes="/quality/disputes/",
        export="/quality/history/export/",
        export_orders="/quality/history/orders/",
        import_file="/quality/import/",
    ),
)

HOME = HomePage(
    day="среда, 14 октября",
    note="2 магазина",
    stats=(
        Stat("Заказы", "36", "пришли сегодня"),
        Stat("Сумма", tenge(1225650), "заказы за сегодня"),
        Stat("Ждут принятия", "19", alert="3 меньше 15 минут", url="/orders/new/"),
        Stat("Отмены по нашей вине", "1", "сегодня", url="/quality/?metric=cancelled"),
    ),
    risks=(
        Risk(
            "3 заказа ждут меньше 15 минут", "Saya Electronics, ближайший до 11:48", "Принять", "/orders/new/", "danger"
        ),
        Risk(
            "Обмен остановлен 26 минут",
            "Tulpar Tools, Kaspi не принял токен",
            "Заменить",
            "/integrations/",
            "danger",
            "unplug",
        ),
        Risk("Запас: одна отмена", "Дала Дом, 2,86 %", "Открыть", "/quality/", "warn", "gauge"),
    ),
    shops=(
        ShopLine(
            "Saya Electronics",
            "SE",
            "/orders/new/?shop=saya",
            "4 точки",
            "19",
            tenge(742300),
            "14",
            "4,71",
            "2,18 %",
            "12 с назад",
            "3 срочно",
            "запас 10",
        ),
        ShopLine(
            "Tulpar Tools",
            "TT",
            "/orders/new/?shop=tulpar",
            "1 точка",
            "5",
            tenge(164900),
            "1",
            "—",
            "2,86 %",
            "остановлен 26 мин",
            "",
            "запас 1",
            "warn",
            "danger",
        ),
    ),
)
FIRST_RUN = HomePage("среда, 14 октября", "нет магазинов", (), (), (), first_run=True)

PRICE = Cell(
    "price-nom",
    "/catalog/NOM-R2-W/price/?shop=saya",
    "price",
    "Цена, Робот-пылесос",
    "84 990",
    "84990",
    "84 990",
    suffix="₸",
)
PIECES = Cell(
    "pieces-nom-1", "/catalog/NOM-R2-W/stock/?shop=saya", "pieces", "Остаток, Робот-пылесос", "6", "6", "6", "PP1"
)
BELOW = replace(PRICE, mark="price-bur", error="Ниже минимальной цены 27 500 ₸", can_confirm=True)
CATALOG = CatalogPage(
    url="/catalog/",
    note="2 в каталоге",
    rows=(
        OfferRow(
            "nom",
            "saya/NOM-R2-W",
            "/catalog/NOM-R2-W/?shop=saya",
            "Робот-пылесос Nomad R2, белый",
            "NOM-R2-W",
            Chip("В продаже", "ok"),
            tenge(84990),
            "6",
            PRICE,
            (PIECES,),
            "1 из 2",
            sale_url="/catalog/NOM-R2-W/sale/?shop=saya",
        ),
        OfferRow(
            "bur",
            "saya/BUR-B10-BK",
            "/catalog/BUR-B10-BK/?shop=saya",
            "Кофемашина Bureau B10",
            "BUR-B10-BK",
            Chip("Нет остатка", "danger"),
            tenge(204900),
            "0",
            BELOW,
            (
                replace(PIECES, mark="b1", title="Мангилик Ел 55"),
                replace(PIECES, mark="b2", title="Склад", note="в резерве 1"),
            ),
            "0 из 2",
            "Кофемашины",
            "свободно −1",
            "danger",
            place="A-12",
            places=(
                PlaceField("saya", "PP1", "Мангилик Ел 55", "A-12"),
                PlaceField("saya", "PP2", "Склад", ""),
            ),
        ),
    ),
    tabs=(Tab("Все", "/catalog/", "2", current=True), Tab("Нет остатка", "/catalog/?stock=none", "1", alert=True)),
    filters=(
        Filter(
            "Точка",
            "store",
            (MenuChoice("Все", "/catalog/"), MenuChoice("Склад", "/catalog/?point=PP2", True)),
            "Склад",
        ),
    ),
    range_text="1–2 из 2",
    next_url="?after=2",
    reset_url="/catalog/",
    here="/catalog/",
    new_url="/catalog/new/",
    may_manage=True,
)

STAFF = StaffPage(
    note="2 человека, 2 точки продаж",
    people=(
        Person(
            "Асель Нурланова",
            "asel@saya.example",
            "АН",
            Chip("Владелец", "plum"),
            "все точки",
            "с 12 марта",
            second_step=True,
            seen="сейчас",
            lately=True,
        ),
        Person(
            "Динара Ахметова",
            "dinara@saya.example",
            "ДА",
            Chip("Менеджер заказов"),
            "Абая 52",
            "с 1 октября",
            seen="вчера, 20:04",
            url="/staff/members/1/",
        ),
    ),
    invitations=(
        InvitationLine(
            "Ильяс Темиров",
            "ссылка или QR",
            "Курьер",
            "заказы, которые ему дали",
            "Асель Нурланова",
            Chip("до 15 октября, 11:40"),
            "/staff/invitations/1/revoke/",
            "/staff/invitations/1/renew/",
        ),
    ),
    matrix=Matrix(
        (
            RoleColumn("Владелец", 1),
            RoleColumn("Менеджер заказов", 1, "/staff/roles/order_manager/", changed=True),
        ),
        (
            MatrixGroup(
                "Заказы",
                (
                    MatrixRow("Видеть полки", (MatrixCell(True), MatrixCell(True, "своей точки"))),
                    MatrixRow("Выгружать покупателей", (MatrixCell(True), MatrixCell(False))),
                ),
            ),
        ),
        "/staff/roles/new/",
    ),
    notice=Notice("У 1 человека нет второго шага входа.", "С 1 ноября без него не войти.", "warn", "smartphone"),
    invite_url="/staff/invite/",
    remind_url="/staff/remind/",
    second_step_url="/staff/second-step/",
    points=(
        PointCard(
            "Абая 52",
            "PP1",
            "Saya Electronics",
            (("пн–сб", "10:00–20:00"), ("вс", "выходной")),
            "Алматы",
            people=("ДА",),
        ),
        PointCard(
            "Склад Райымбека 348",
            "PP2",
            "Saya Electronics",
            (("пн–пт", "09:00–13:00, 14:00–18:00"),),
            "Алматы",
            "16 декабря выходной",
        ),
    ),
    audit=(Line("11:41", "Динара Ахметова", "Принят", "заказ 284902618", "10.0.0.7", "/orders/284902618/"),),
)

SLOTS = (SlotLine("Новые", "каждые 15 с, 12 с назад"), SlotLine("Архив", "раз в сутки, 3 ч назад", "warn"))
EXPIRY = (
    ExpiryChoice(
        "mirror", "Отметить и ждать отмены от Kaspi", "Kaspi отменяет такой заказ сам. Ничего не отправляем.", True
    ),
    ExpiryChoice("push", "Отменить и отправить отмену в Kaspi", "Отмена уйдёт с причиной «нет в наличии»."),
    ExpiryChoice("off", "Только отметить просрочку", "Заказ останется на полке."),
)
CHECK = CheckCard(
    "Проверка токена •••• 7f2c",
    "сегодня, 11:40",
    (
        CheckStep("ok", "Kaspi принимает токен"),
        CheckStep(
            "no", "Точки, которых у нас нет: PP7 (3 заказа)", "Срок идёт по обычным часам.", "Завести", "/staff/"
        ),
        CheckStep("wait", "Считаем заказы за 14 дней: 2 из 6 состояний, 14 заказов"),
    ),
    waiting=True,
    open=True,
)
INTEGRATIONS = IntegrationsPage(
    note="ТОО «Сая Трейд», 2 магазина",
    shops=(
        ShopAccount(
            "saya",
            "Saya Electronics",
            "SE",
            Chip("Подключён", "ok"),
            "7f2c",
            "последний ответ 12 с назад",
            progress=ImportProgress("Загружаем заказы за 90 дней", "4 окна из 7, 812 заказов", 4, 7),
            check=CHECK,
            check_url="/integrations/saya/check/",
            gaps_url="/integrations/saya/gaps/",
            fingerprint="9f4ac01e",
            slots=SLOTS,
            expiry_url="/integrations/saya/expiry/",
            expiry_choices=EXPIRY,
        ),
        ShopAccount(
            "tulpar",
            "Tulpar Tools",
            "TT",
            Chip("Не принят", "danger"),
            "3d11",
            "обмен остановлен в 11:16",
            problem="Kaspi не принимает токен магазина. Обмен приостановлен: заказы не обновляются, решения ждут.",
            token_url="/integrations/tulpar/token/",
            resume_url="/integrations/tulpar/resume/",
        ),
    ),
    parked=(ParkedLine("284902618", "Saya Electronics", "Нет суммы заказа", "сегодня, 11:02", "3"),),
    waiting=(
        WaitingAction(
            "284917420",
            "/orders/284917420/",
            "Принять",
            "Ответ не получен до срока",
            "11:56",
            Chip("ждёт человека", "warn"),
        ),
    ),
    keys=(
        KeyLine(
            "1С склад",
            "kz_live_9f4a…",
            "товары: менять",
            "12 октября, Асель",
            used="1 мин назад",
            state=Chip("Работает", "ok"),
            replace_url="/integrations/keys/1/replace/",
            revoke_url="/integrations/keys/1/revoke/",
        ),
    ),
    poll=True,
    manages=True,
    made=MadeKey("Склад WMS", "kz_live_example"),
    key_form=KeyForm(
        "", (Choice("orders:read", "заказы: читать", True),), (Choice("saya", "Saya"),), (Choice("90", "90 дней"),)
    ),
    shop_form=ShopForm(),
    leak_url="/integrations/leak/",
)
