"""The pages of the cabinet's export: the files that were brought, and the report of one."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext

from orders.buyers.showing import sees_buyer
from orders.cabinet import uploads
from orders.cabinet.page_models import BatchPage, ChangeLine, ImportLine, ImportsPage, ReportLine, ShopChoice
from orders.cabinet.told import FIELDS
from orders.lifecycle import Stage
from orders.models import CabinetImport, CabinetLine, ImportState, LineKind
from staff.access import Actor
from staff.formats import almaty_moment, grouped, order_groups, plural
from staff.languages import kept
from staff.languages import later as _
from staff.models import Shop
from staff.page_parts import Chip, Empty, Fact, Notice, Tab
from staff.places import Places

ROWS: Final = 50
SHOWN: Final = 30
LEVELS: Final[Mapping[str, tuple[str, str]]] = {
    ImportState.QUEUED: ("", "clock"),
    ImportState.READING: ("accent", "loader-circle"),
    ImportState.READY: ("warn", ""),
    ImportState.APPLIED: ("ok", "check"),
    ImportState.FAILED: ("danger", "circle-alert"),
}
TABS: Final[Mapping[LineKind, str]] = {
    LineKind.CHANGE: _("Изменятся"),
    LineKind.AGAINST: _("Расходятся с Kaspi"),
    LineKind.UNKNOWN: _("Нет у нас"),
    LineKind.UNREAD: _("Не прочитано"),
}
EMPTY: Final[Mapping[LineKind, str]] = {
    LineKind.CHANGE: _("Файл не говорит об этих заказах ничего нового."),
    LineKind.AGAINST: _("Всё, что сказано в файле, сходится с тем, что сообщил Kaspi."),
    LineKind.UNKNOWN: _("Все номера из файла нам известны."),
    LineKind.UNREAD: _("Каждая ячейка прочитана."),
}
CONFLICTS: Final[Mapping[str, str]] = {
    "status": _("в файле «%(file)s», а по Kaspi заказ «%(ours)s»"),
    "received": _("в файле заказ поступил %(file)s, а по Kaspi %(ours)s"),
    "sum": _("сумма строк в файле %(file)s ₸, а по Kaspi %(ours)s ₸"),
    "older": _("файл старше того, что уже записано: статус от %(file)s, а записан от %(ours)s"),
}


def imports_page(by: Actor, places: Places, shop: Shop | None, *, now: datetime, error: str = "") -> ImportsPage:
    """The form and the files of late; of one shop when one is chosen."""
    found = uploads.of(by)
    if shop is not None:
        found = found.filter(shop_id=shop.pk)
    shops = tuple(
        ShopChoice(one.slug, one.name, shop is not None and one.pk == shop.pk)
        for one in places.shops
        if by.sees_whole(one.pk)
    )
    return ImportsPage(shops, tuple(_line(batch, now=now) for batch in found[:SHOWN]), error)


def batch_page(batch: CabinetImport, kind: LineKind, start: int, *, by: Actor, now: datetime) -> BatchPage:
    """The report of one file, a kind of lines at a time."""
    waiting = batch.state in uploads.UNREAD
    lines = list(_lines_of(batch, kind)[start : start + ROWS])
    count = getattr(batch, _COUNTS[kind])
    url = f"/orders/import/{batch.public_id}/"
    return BatchPage(
        url=url,
        title=batch.name or gettext("Выгрузка кабинета"),
        note=f"{batch.shop.name} · {almaty_moment(batch.asked_at, now=now)} · {batch.actor_label}",
        state=_chip(batch),
        facts=_facts(batch) if batch.read_at else (),
        notices=tuple(_notices(batch, now=now)),
        tabs=tuple(_tabs(batch, url, kind)) if batch.read_at else (),
        lines=tuple(_report(line, by=by, now=now) for line in lines),
        empty=Empty(gettext("Здесь пусто"), str(EMPTY[kind])) if batch.read_at and not lines else None,
        poll=waiting,
        previous_url=_page_url(url, kind, start - ROWS) if start else "",
        next_url=_page_url(url, kind, start + ROWS) if start + ROWS < count else "",
        place=f"{grouped(start + 1)}–{grouped(start + len(lines))} / {grouped(count)}"
        if count > ROWS and lines
        else "",
        **_apply(batch, url),
    )


def persons_of(batch: CabinetImport, kind: LineKind, start: int, *, by: Actor, now: datetime) -> list[str]:
    """Orders on this page of the report whose buyer's own words are shown."""
    lines = _lines_of(batch, kind)[start : start + ROWS]
    return [line.code for line in lines if "review" in line.before and _sees(line, by=by, now=now)]


_COUNTS: Final[Mapping[LineKind, str]] = {
    LineKind.CHANGE: "changed",
    LineKind.AGAINST: "against",
    LineKind.UNKNOWN: "unknown",
    LineKind.UNREAD: "unread",
}


def _lines_of(batch: CabinetImport, kind: LineKind) -> Any:
    return CabinetLine.objects.filter(batch_id=batch.pk, kind=kind).select_related("order").order_by("id")


def _apply(batch: CabinetImport, url: str) -> dict[str, str]:
    if batch.state != ImportState.READY or not (batch.changed or batch.against):
        return {}
    orders = plural(batch.changed, "заказ", "заказов")
    against = gettext("и %(orders)s, о которых Kaspi говорит другое")
    return {
        "apply_url": f"{url}apply/",
        "apply_label": gettext("Записать %(orders)s") % {"orders": orders},
        "against_label": against % {"orders": plural(batch.against, "заказ", "заказов")} if batch.against else "",
    }


def _page_url(url: str, kind: LineKind, start: int) -> str:
    return f"{url}?{urlencode({'kind': kind.value, 'start': max(start, 0)})}"


def _chip(batch: CabinetImport) -> Chip:
    level, icon = LEVELS[batch.state]
    if batch.state == ImportState.READY and not (batch.changed or batch.against):
        return Chip(gettext("ничего нового"), "ok", "check")
    return Chip(str(ImportState(batch.state).label), level, icon)


def _line(batch: CabinetImport, *, now: datetime) -> ImportLine:
    return ImportLine(
        url=f"/orders/import/{batch.public_id}/",
        name=batch.name or gettext("Выгрузка кабинета"),
        shop=batch.shop.name,
        when=almaty_moment(batch.asked_at, now=now),
        who=batch.actor_label,
        state=_chip(batch),
        outcome=_outcome(batch),
    )


def _outcome(batch: CabinetImport) -> str:
    if batch.state == ImportState.FAILED:
        return kept(batch.problem)
    if not batch.read_at:
        return ""
    if batch.state == ImportState.APPLIED:
        return gettext("изменили %(orders)s") % {"orders": plural(batch.applied, "заказ", "заказов")}
    return gettext("изменится %(orders)s") % {"orders": plural(batch.changed, "заказ", "заказов")}


def _facts(batch: CabinetImport) -> tuple[Fact, ...]:
    counts = (
        (gettext("Строк в файле"), batch.rows),
        (gettext("Изменились") if batch.applied_at else gettext("Изменятся"), batch.applied or batch.changed),
        (gettext("Без нового"), batch.same),
        (gettext("Расходятся с Kaspi"), batch.against),
        (gettext("Нет у нас"), batch.unknown),
        (gettext("Ячеек не прочитано"), batch.unread),
    )
    return tuple(Fact(label, grouped(count)) for label, count in counts)


def _notices(batch: CabinetImport, *, now: datetime) -> Iterator[Notice]:
    if batch.state == ImportState.FAILED:
        yield Notice(gettext("Файл не прочитан"), kept(batch.problem), "danger", "circle-alert")
    if batch.applied_at:
        told = {"who": batch.applied_label, "when": almaty_moment(batch.applied_at, now=now)}
        yield Notice(gettext("Записано"), gettext("%(who)s, %(when)s") % told, "ok", "check")
    elif earlier := uploads.same_before(batch):
        told = {"when": almaty_moment(earlier.asked_at, now=now)}
        text = gettext("Этот же файл загружали %(when)s. Записывать второй раз нечего, если ниже пусто.") % told
        yield Notice(gettext("Файл уже был"), text, "", "circle-help")
    if batch.missing:
        text = ", ".join(f"«{title}»" for title in batch.missing)
        yield Notice(gettext("В файле нет столбцов"), text, "warn", "triangle-alert")
    if batch.extra:
        text = ", ".join(f"«{title}»" for title in batch.extra[:10])
        yield Notice(gettext("Этих столбцов мы не знаем и не читаем"), text, "", "circle-help")


def _tabs(batch: CabinetImport, url: str, chosen: LineKind) -> Iterator[Tab]:
    for kind, label in TABS.items():
        count = getattr(batch, _COUNTS[kind])
        text = grouped(count) if count else ""
        yield Tab(
            str(label),
            _page_url(url, kind, 0),
            text,
            alert=kind is LineKind.AGAINST and count > 0,
            current=kind is chosen,
        )


def _report(line: CabinetLine, *, by: Actor, now: datetime) -> ReportLine:
    return ReportLine(
        row=line.row,
        no=order_groups(line.code) if line.code else None,
        url=f"/orders/{line.order.public_id}/" if line.order_id else "",
        changes=tuple(_changes(line, by=by, now=now)),
        conflicts=tuple(_conflict(*one) for one in line.conflicts),
        title=line.title,
        sentence=kept(line.sentence),
        applied=line.applied,
    )


def _changes(line: CabinetLine, *, by: Actor, now: datetime) -> Iterator[ChangeLine]:
    hidden = not _sees(line, by=by, now=now)
    for name in FIELDS:
        if name not in line.before:
            continue
        if name == "review" and hidden:
            yield ChangeLine(str(FIELDS[name]), "", gettext("скрыт, у вас нет права видеть покупателей"))
        else:
            yield ChangeLine(str(FIELDS[name]), said(line.before[name]), said(line.told[name]))


def _sees(line: CabinetLine, *, by: Actor, now: datetime) -> bool:
    return line.order_id is not None and sees_buyer(by, closed_at=line.order.closed_at, now=now)


def said(value: Any) -> str:
    """A value of CabinetFacts as a person reads it; empty for nothing."""
    if isinstance(value, bool):
        return gettext("да") if value else ""
    return _day(str(value)) if value not in (None, "") else ""


def _day(text: str) -> str:
    try:
        return f"{date.fromisoformat(text):%d.%m.%Y}" if len(text) == len("2026-11-30") else text
    except ValueError:
        return text


def _conflict(what: str, file: str, ours: str) -> str:
    shown = str(Stage(ours).label) if what == "status" else _day(ours)
    return str(CONFLICTS[what]) % {"file": _day(file), "ours": shown}


def read_kind(text: str, lines: Sequence[str] = LineKind.values) -> LineKind:
    """The kind that an address asks for; changes for anything else."""
    return LineKind(text) if text in lines else LineKind.CHANGE
