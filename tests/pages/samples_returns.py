"""Returns as their pages show them."""

from __future__ import annotations

from orders.card.page_models import Due, HistoryEvent
from orders.returns.page_models import (
    CasePage,
    Choice,
    ClaimLine,
    ClaimPage,
    GoodsLine,
    Laid,
    OrderForm,
    OrderHead,
    Press,
    ProofLine,
    ReturnRow,
    ReturnsPage,
    Told,
)
from orders.shelves.page_models import Deadline
from staff.formats import tenge
from staff.page_parts import Chip, Empty, Fact, Notice, Tab
from tests.pages.samples import chip

TABS = (
    Tab("Новые", "/returns/?tab=new", "2"),
    Tab("На доставке", "/returns/?tab=travelling", "5"),
    Tab("Ожидают решения", "/returns/?tab=deciding", "3", current=True),
    Tab("Споры", "/returns/?tab=disputed", "1", alert=True),
    Tab("Закрытые", "/returns/?tab=closed"),
    Tab("Претензии", "/returns/?tab=claims", "1"),
)
LYING = Notice(
    "Пункт приёма не примет новые заказы",
    "Пока возвраты лежат в пункте, он не возьмёт новые посылки. Заберите их. Абая 52: 3 возврата, с 24 ноября",
    "danger",
    "package-x",
)
INSPECT = Notice(
    "Не осмотрено: 4 возврата",
    "Пока товар не разложен, его нет ни на полке, ни в карантине.",
    "accent",
    "clipboard-list",
    "Осмотреть",
    "/returns/?tab=inspect",
)
ORDER = OrderHead(
    code="284917420",
    url="/orders/284917420/",
    no=("284", "917", "420"),
    item="Кофемашина Bureau B10, чёрная",
    facts=(
        Fact("Заказ", "Возврат получен"),
        Fact("Сумма", tenge(219900)),
        Fact("Точка", "Абая 52"),
        Fact("Выдан", "12 ноября, 15:40"),
    ),
)
HISTORY = (
    HistoryEvent(
        "Причина возврата", "сегодня, 10:12", "Брак, войдёт в возвраты по качеству · Болат", "rotate-ccw", "warn"
    ),
    HistoryEvent("Возврат получен", "вчера, 16:02", icon="arrow-right", level="ok"),
)
OUTCOMES = (Choice("no_answer", "не ответил"), Choice("agreed", "согласен"))


def row(code: tuple[str, str, str], left: Deadline | None, item: str, state: Chip, why: str) -> ReturnRow:
    return ReturnRow(
        url="/returns/0199/",
        no=code,
        no_note="Абая 52",
        item=item,
        item_note="Возврат получен",
        sum=tenge(24990),
        chip=state,
        why=why,
        why_note="с 24 ноября",
        deadline=left,
        since="24 ноября, 12:00",
    )


def returns() -> ReturnsPage:
    waits = Chip("Ждёт решения", "warn")
    return ReturnsPage(
        tabs=TABS,
        rows=(
            row(("284", "871", "190"), chip(-60), "Увлажнитель Samal 5 л", waits, "Брак"),
            row(("284", "889", "034"), chip(5 * 3600), "Наушники Saya Air 3", waits, "причина не указана"),
            row(
                ("284", "890", "417"), None, "Часы Nomad Fit 4, песочные", Chip("В пути к вам"), "Отменён при доставке"
            ),
        ),
        heads=("Срок", "Состояние"),
        lying=LYING,
        inspect=INSPECT,
        may_open=True,
    )


def no_returns() -> ReturnsPage:
    empty = Empty("Решать нечего", "Полученные возвраты ждут здесь решения.")
    return ReturnsPage(
        tabs=TABS, rows=(), heads=("Срок", "Состояние"), empty=empty, problem="Заказа с таким номером нет"
    )


def case() -> CasePage:
    verdicts = (
        ("restocked", "на полку"),
        ("repacked", "переупаковать"),
        ("quarantined", "в карантин"),
        ("written_off", "списать"),
    )
    return CasePage(
        url="/returns/0199/",
        order=ORDER,
        chip=Chip("Ждёт решения", "warn"),
        lead="Заявка на возврат, 24 ноября, 12:00",
        back=Tab("Возвраты", "/returns/?tab=deciding"),
        seen="deciding",
        told=(
            Told("Состояние", "Ждёт решения", "Kaspi, вчера, 16:02"),
            Told("Причина", "Брак", "сотрудник, сегодня, 10:12"),
            Told("Получен", "вчера, 16:02", "Kaspi, вчера, 16:02", "до этого сотрудник: вчера, 15:30"),
        ),
        presses=(
            Press("withdraw", "Покупатель передумал", "undo-2", "/returns/0199/withdraw/"),
            Press("reject", "Отклонили", "ban", "/returns/0199/reject/", danger=True),
            Press("accept", "Приняли возврат", "check", "/returns/0199/accept/", primary=True),
        ),
        reasons=(Choice("defect", "Брак", chosen=True, note="качество"), Choice("wrong", "Привезли другой товар")),
        history=HISTORY,
        due=Due(
            chip(26 * 3600),
            "Срок решения",
            "Решите до завтра, 18:00",
            "Молчание Kaspi считает согласием на возврат.",
            "Осталось 1 день",
        ),
        notices=(Notice("Возврат по качеству", "Приложите фото и переписку.", "", "info"),),
        needs_note=True,
        may_decide=True,
        may_inspect=True,
        lines=tuple(
            GoodsLine(name, sku, 2, tuple(Laid(f"{one}-{n}", label, "0") for one, label in verdicts), error)
            for n, (name, sku, error) in enumerate(
                (
                    ("Кофемашина Bureau B10, чёрная", "BUR-B10-BK", ""),
                    ("Капучинатор Bureau Milk 300 мл", "BUR-MILK-300", "Сколько штук? Нужно целое число"),
                )
            )
        ),
        proofs=(
            ProofLine(
                "file-check",
                "Снимок или файл",
                "вчера, 16:20 · Болат · Трещина на корпусе",
                "/orders/284917420/evidence/1/",
            ),
        ),
        outcomes=OUTCOMES,
        claims=(ClaimLine("/returns/claims/0199/", "Повреждён", tenge(219900), Chip("Не подана", "warn")),),
        claim_url="/orders/284917420/claim/",
        errors={"move": "Возврат уже изменился, сейчас он «Ждёт решения». Посмотрите и решите заново"},
    )


def claim() -> ClaimPage:
    return ClaimPage(
        url="/returns/claims/0199/",
        order=ORDER,
        title="Претензия: повреждён",
        chip=Chip("Подана"),
        back=Tab("Претензии", "/returns/?tab=claims"),
        seen="filed",
        facts=(Fact("Сумма", tenge(219900)), Fact("Повреждение увидели", "вчера, 16:10"), Fact("Номер", "К-77")),
        presses=(
            Press("ask", "Kaspi просит данные", "circle-help"),
            Press("refuse", "Отказали", "ban", danger=True),
            Press("pay", "Возместили", "check", primary=True),
        ),
        asks_share=True,
        shares=("10", "30", "100"),
        outcomes=OUTCOMES,
        history=HISTORY,
        may_decide=True,
    )


def form() -> OrderForm:
    return OrderForm(
        title="Претензия к доставке",
        note="Подают её в кабинете Kaspi, здесь хранятся сроки, доказательства и итог",
        url="/orders/284917420/claim/",
        back_url="/returns/?tab=claims",
        order=ORDER,
        choices=(Choice("lost", "Потерян"), Choice("damaged", "Повреждён")),
        claim=True,
        error="Сумма: целые тенге, больше нуля",
        wrong="amount",
        filled={"amount": "219900"},
    )
