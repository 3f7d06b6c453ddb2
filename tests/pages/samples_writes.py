"""Questions of a line, proofs, another planned date and the page of what is watched, as the design shows their like."""

from __future__ import annotations

from dataclasses import replace

from orders.card.page_models import (
    BeforeAfter,
    CodeTry,
    EvidenceCard,
    EvidenceDialog,
    EvidenceRow,
    LineDialog,
    Option,
    OrderPage,
    ProofFields,
    RescheduleDialog,
)
from orders.shelves.page_models import ActionButton
from orders.watch_models import Mover, WatchedOrder, WatchPage
from tests.pages import samples_orders

URL = "/orders/284902618/"
PROOF = ProofFields(
    outcomes=(Option("no_answer", "не ответил"), Option("agreed", "согласен", chosen=True)),
    called_at="2026-10-14T11:36",
    text="Удобно в пятницу с 14 до 18",
    kept="Уже приложено: сегодня, 09:12, сегодня, 11:20. Этого достаточно.",
)
LINE = LineDialog(
    kind="cancel_entry",
    url=f"{URL}cancel-entry/",
    version="delivery",
    entry=0,
    name="Кофемашина Bureau B10, чёрная",
    amount="3 шт.",
    most="2",
    typed="1",
    reasons=tuple(
        replace(reason, effect=None, chip="по вине магазина" if reason.counts else "не по вине магазина")
        for reason in samples_orders.REASONS
    ),
)
IMEI = replace(LINE, kind="imei", url=f"{URL}imei/", devices=("490154203237518 356938035643809", ""))
WEIGH = replace(
    LINE, kind="weigh", url=f"{URL}weigh/", amount="1000 г", most="1000", step="any", typed="950", reasons=()
)
RESCHEDULE = RescheduleDialog(
    url=f"{URL}reschedule/",
    lead="Заказ 284902618, сейчас на ср, 14 октября",
    planned="2026-10-14T18:59:59+00:00",
    days=tuple(
        Option(f"2026-10-{day}", f"{name}, {day} октября", day == 16)
        for name, day in (("чт", 15), ("пт", 16), ("сб", 17), ("вс", 18), ("пн", 19))
    ),
    hint="Доступны 15 октября – 19 октября: не больше 5 дней от обещанной даты за все переносы.",
    asked_by=(Option("buyer", "Покупатель", chosen=True), Option("shop", "Мы не успеваем")),
    proof=PROOF,
)
EVIDENCE = EvidenceCard(
    rows=(
        EvidenceRow("Звонок, не ответил", "Отмена · сегодня, 11:20 · Болат", "Два гудка и сброс", "phone"),
        EvidenceRow("Снимок или файл", "Отмена · сегодня, 11:24 · Болат", "", "file-check", f"{URL}evidence/1/"),
    ),
    add_url=f"{URL}evidence/",
    pack_url=f"{URL}evidence/pack/",
)
ADD = EvidenceDialog(f"{URL}evidence/", (Option("cancel", "Отмена", chosen=True), Option("return", "Возврат")), PROOF)


def desk_order(**asked: object) -> OrderPage:
    """An order in own delivery with all that may be pressed on it."""
    page = samples_orders.pickup_order()
    assert page.issue is not None and page.cancel is not None
    buttons = (
        ActionButton("cancel_entry", "Убрать…", f"{URL}cancel-entry/?entry=0", dialog=True, icon="circle-minus"),
        ActionButton("imei", "IMEI…", f"{URL}imei/?entry=0", dialog=True, icon="smartphone"),
    )
    first = replace(page.items[0], devices="490154203237518 / 356938035643809", actions=buttons)
    move = ActionButton("reschedule", "Перенести…", f"{URL}reschedule/", dialog=True, icon="calendar-clock")
    ahead = "Следующая отмена выйдет из окна 27 ноября"
    effect = BeforeAfter("2,18 %", "27 из 1 236, запас 10", "2,27 %", "28 из 1 236, запас 9", ahead)
    priced = tuple(replace(one, effect=effect if one.counts else None) for one in page.cancel.reasons)
    tries = (
        CodeTry("Код не подошёл", "сегодня, 11:42 · Болат", "danger"),
        CodeTry("Код отправлен", "сегодня, 11:41 · Болат"),
    )
    issue = replace(
        page.issue,
        wait="Отправить ещё раз можно в 11:42:10",
        barred="Пять неверных кодов подряд, пауза до 11:56",
        tries=tries,
    )
    shown = replace(
        page,
        items=(first, *page.items[1:]),
        actions=(page.actions[0], move, *page.actions[1:]),
        cancel=replace(page.cancel, reasons=priced, proof=PROOF, chosen="out_of_stock"),
        issue=issue,
        evidence=EVIDENCE,
    )
    return replace(shown, **asked)  # type: ignore[arg-type]


WATCHED = WatchedOrder(
    URL, ("284", "902", "618"), "Не дозвонились до покупателя", "Кофемашина Bureau B10", "Абая 52", "вчера, 22:05"
)
WATCH = WatchPage(
    note="Отмены за 60 дней, переносы за 30 дней",
    unproven=(replace(WATCHED, evidence_url=f"{URL}evidence/"),),
    rewritten=(replace(WATCHED, reason="Не дозвонились до покупателя → Нет в наличии"),),
    movers=(Mover("Болат", "3 из 20 заказов", "15 %"),),
    movers_note="доля его заказов в доставке магазина",
)
