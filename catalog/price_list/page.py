"""The block «Загрузка прайс-листа» and the page of one load."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext

from catalog.models import LoadMode, LoadState, PriceKind, PriceLine, PriceLoad, PriceOutcome, PriceProblem
from catalog.price_list import uploads
from catalog.price_list.applying import takes_much_off
from catalog.price_list.columns import BOUNDS, WORDS
from catalog.price_list.page_models import Choice, ColumnField, Count, LoadCard, PastLoad, UploadPanel
from catalog.price_list.words import line_row, problem_row
from staff.access import Actor
from staff.formats import almaty_moment, grouped, plural, share
from staff.languages import kept
from staff.languages import later as _
from staff.models import PointOfSale, Shop
from staff.page_parts import Chip, Empty, Notice, Tab
from staff.permissions import Permission
from staff.places import visible

ROWS: Final = 50
IN_PANEL: Final = 8
PAST: Final = 8
URL: Final = "/catalog/upload/"
BUSY: Final = (LoadState.QUEUED, LoadState.READING, LoadState.APPLYING, LoadState.UNDOING)
# What the block shows by itself: what somebody has still to do with.
AT_HAND: Final = (*BUSY, *uploads.OPEN)
WRONG, MOVED = "wrong", "moved"
TABS: Final[Mapping[str, str]] = {
    WRONG: _("С ошибкой"),
    PriceKind.CHANGE: _("Обновятся"),
    PriceKind.NEW: _("Новые"),
    PriceKind.OFF: _("Снимутся с продажи"),
    PriceKind.HELD: _("За границами цен"),
    MOVED: _("Изменили тем временем"),
}
_COUNTS: Final[Mapping[str, str]] = {
    WRONG: "wrong",
    PriceKind.CHANGE: "changed",
    PriceKind.NEW: "added",
    PriceKind.OFF: "off",
    PriceKind.HELD: "held",
    MOVED: "moved",
}
_ICONS: Final[Mapping[str, str]] = {LoadState.FAILED: "circle-x", LoadState.STOPPED: "circle-minus"}
_LEVELS: Final[Mapping[str, tuple[str, str]]] = {
    LoadState.READY: ("warn", ""),
    LoadState.COLUMNS: ("warn", ""),
    LoadState.APPLIED: ("ok", "check"),
    LoadState.FAILED: ("danger", "circle-alert"),
    LoadState.STOPPED: ("", ""),
}


def upload_panel(shop: Shop | None, by: Actor, *, now: datetime, error: str = "") -> UploadPanel | None:
    """The block of `templates/catalog/_upload.html`; of one shop where one is chosen. None for who may not load lists."""
    shops = [one for one in visible(by).shops if by.sees_whole(one.pk)]
    if not by.may(Permission.CATALOG_MANAGE) or not shops:
        return None
    loads = uploads.of(by)
    if shop is not None:
        loads = loads.filter(shop_id=shop.pk)
    found = list(loads.exclude(undoes__isnull=False)[: PAST + 1])
    at_hand = found[0] if found and found[0].state in AT_HAND else None
    undone = _undone(found)
    return UploadPanel(
        shops=tuple(Choice(one.slug, one.name, shop is not None and one.pk == shop.pk) for one in shops),
        modes=tuple(Choice(mode.value, str(mode.label), mode is LoadMode.LISTED) for mode in LoadMode),
        load=load_card(at_hand, by=by, now=now, rows=IN_PANEL) if at_hand else None,
        past=tuple(_past(load, load.pk in undone, now=now) for load in found if load is not at_hand)[:PAST],
        error=error,
    )


def load_card(
    load: PriceLoad, *, by: Actor, now: datetime, kind: str = "", start: int = 0, rows: int = ROWS
) -> LoadCard:
    """One load; the lines of one kind of it, a page at a time."""
    url, busy = f"{URL}{load.public_id}/", load.state in BUSY
    chosen = kind if kind in TABS else _first_kind(load)
    shown = (load.read_at is not None and load.undoes_id is None) or load.applied_at is not None
    card = LoadCard(
        url=url,
        # Nothing is chosen for him while it is being read: what is wrong comes first once it is known.
        fragment_url=f"{url}?{urlencode({'kind': kind, 'start': start, 'rows': rows})}",
        name=load.name or gettext("Прайс-лист"),
        note=_note(load, now=now),
        poll=busy,
        total=load.rows_all if load.state == LoadState.READING else 0,
        done=load.rows_done,
        state=None if busy else Chip(str(LoadState(load.state).label), *_LEVELS[load.state]),
        counts=_counts(load) if shown else (),
        notices=tuple(_notices(load, by=by, now=now)),
        tabs=tuple(_tabs(load, url, chosen)) if shown and rows == ROWS else (),
        **_part(load, chosen, start, rows) if shown and not busy else {},
        **_deeds(load, url, by=by),
    )
    return card


def _part(load: PriceLoad, kind: str, start: int, rows: int) -> dict[str, Any]:
    """The lines of this kind, and the way to those before and after."""
    url, count = f"{URL}{load.public_id}/", getattr(load, _COUNTS[kind])
    if kind == WRONG:
        found = PriceProblem.objects.filter(load_id=load.pk).order_by("row", "id")
        is_open = load.state == LoadState.READY
        cells: list[Any] = [problem_row(one, open_=is_open) for one in found[start : start + rows]]
        count = max(count, start + len(cells))
        part: dict[str, Any] = {"problems": tuple(cells)}
    else:
        points = dict(PointOfSale.objects.filter(shop_id=load.shop_id).values_list("pk", "name"))
        cells = [line_row(one, points) for one in _lines(load, kind)[start : start + rows]]
        part = {"lines": tuple(cells)}
    if not cells and rows == ROWS:
        part["empty"] = Empty(gettext("Здесь пусто"), gettext("Таких строк в этом прайс-листе нет."))
    last = start + len(cells)
    if rows == ROWS and count > ROWS and cells:
        part["place"] = f"{grouped(start + 1)}–{grouped(last)} / {grouped(count)}"
        part["previous_url"] = f"{url}?{urlencode({'kind': kind, 'start': start - ROWS})}" if start else ""
        part["next_url"] = f"{url}?{urlencode({'kind': kind, 'start': last})}" if last < count else ""
    return part


def _lines(load: PriceLoad, kind: str) -> Any:
    lines = PriceLine.objects.filter(load_id=load.pk).order_by("id")
    return lines.filter(outcome=PriceOutcome.MOVED) if kind == MOVED else lines.filter(kind=kind)


def _first_kind(load: PriceLoad) -> str:
    return next((kind for kind, name in _COUNTS.items() if getattr(load, name)), PriceKind.CHANGE)


def _note(load: PriceLoad, *, now: datetime) -> str:
    """What is going on with it, in a line."""
    if load.state == LoadState.READING and load.rows_all:
        told = {"done": grouped(load.rows_done), "all": grouped(load.rows_all), "left": _left(load, now=now)}
        return gettext("Проверяем: %(done)s из %(all)s строк%(left)s") % told
    if load.state in BUSY:
        return str(LoadState(load.state).label).capitalize()
    when = {"when": almaty_moment(load.asked_at, now=now), "who": load.actor_label, "shop": load.shop.name}
    return gettext("%(shop)s · %(when)s · %(who)s") % when


def _left(load: PriceLoad, *, now: datetime) -> str:
    """«, осталось около 20 с»: at the pace so far."""
    if not load.begun_at or not load.rows_done:
        return ""
    seconds = (now - load.begun_at).total_seconds() * (load.rows_all - load.rows_done) / load.rows_done
    return gettext(", осталось около %(seconds)s с") % {"seconds": grouped(max(1, round(seconds)))}


def _counts(load: PriceLoad) -> tuple[Count, ...]:
    if load.applied_at:
        return (
            Count(grouped(load.applied), gettext("изменено")),
            Count(grouped(load.same), gettext("без изменений")),
            Count(grouped(load.moved), gettext("изменили тем временем"), "warn" if load.moved else ""),
            Count(grouped(load.wrong), gettext("с ошибкой"), "danger" if load.wrong else ""),
        )
    return (
        Count(grouped(load.changed), gettext("обновятся")),
        Count(grouped(load.added), gettext("новые")),
        Count(grouped(load.same), gettext("без изменений")),
        Count(grouped(load.wrong), gettext("с ошибкой"), "danger" if load.wrong else ""),
    )


def _notices(load: PriceLoad, *, by: Actor, now: datetime) -> Iterator[Notice]:
    if load.problem:
        title = gettext("Файл не прочитан") if load.state == LoadState.FAILED else gettext("Не получилось")
        yield Notice(title, kept(load.problem), "danger", "circle-alert")
    if load.state == LoadState.READY and load.off:
        told = {"offers": plural(load.off, "товар", "товаров"), "share": _share_off(load)}
        text = gettext("В файле нет: %(offers)s, это %(share)s того, что продаётся") % told
        yield Notice(gettext("Снимутся с продажи"), text, "warn", "triangle-alert")
    if load.state == LoadState.READY and load.held and not by.may(Permission.PRICES_GUARD):
        text = gettext("Их подтвердит тот, кто отвечает за границы цен. Остальное можно применить сейчас.")
        yield Notice(gettext("Цены за границами"), text, "", "lock")
    if load.moved:
        yield Notice(*_moved_words(load), "warn", "triangle-alert")
    back = PriceLoad.objects.filter(undoes_id=load.pk).only("applied_at", "applied_label", "public_id").first()
    if back is not None and back.applied_at:
        told = {"who": back.applied_label, "when": almaty_moment(back.applied_at, now=now)}
        text = gettext("%(who)s, %(when)s") % told
        where = f"{URL}{back.public_id}/"
        yield Notice(gettext("Загрузку отменили"), text, "", "undo-2", gettext("Что вернулось"), where)


def _moved_words(load: PriceLoad) -> tuple[str, str]:
    if load.undoes_id:
        return gettext("Вернулось не всё"), gettext("Эти товары изменили после загрузки, их мы не тронули.")
    return gettext("Применилось не всё"), gettext("Эти товары изменили после проверки, их мы не тронули.")


def _share_off(load: PriceLoad) -> str:
    return share(load.off / max(load.on_sale, 1), digits=0)


def _tabs(load: PriceLoad, url: str, chosen: str) -> Iterator[Tab]:
    for kind, label in TABS.items():
        count = getattr(load, _COUNTS[kind])
        if count or kind == chosen:
            yield Tab(
                str(label),
                f"{url}?{urlencode({'kind': str(kind)})}",
                grouped(count) if count else "",
                alert=kind == WRONG and count > 0,
                current=kind == chosen,
            )


def _deeds(load: PriceLoad, url: str, *, by: Actor) -> dict[str, Any]:
    """What may be done with it now."""
    deeds: dict[str, Any] = {}
    if load.state in (*uploads.UNREAD, *uploads.OPEN):
        deeds["stop_url"] = f"{url}stop/"
    if load.wrong and load.read_at:
        deeds["errors_url"] = f"{url}errors.xlsx"
    if load.state in uploads.OPEN:
        deeds |= {"columns": _columns(load), "columns_needed": load.state == LoadState.COLUMNS}
    if load.state == LoadState.READY:
        deeds |= _apply(load, url, by=by)
    if by.may(Permission.PRICES_GUARD) and _waits(load):
        prices = plural(load.held, "цену", "цен")
        deeds["beyond_label"] = gettext("Применить и %(prices)s за границами") % {"prices": prices}
        if load.state == LoadState.APPLIED:
            deeds |= {"apply_url": f"{url}apply/", "apply_label": gettext("Применить оставшиеся")}
    if load.state == LoadState.APPLIED and load.applied and not PriceLoad.objects.filter(undoes_id=load.pk).exists():
        deeds["undo_url"] = f"{url}undo/"
    return deeds


def _apply(load: PriceLoad, url: str, *, by: Actor) -> dict[str, Any]:
    goods = load.changed + load.added + load.off + (load.held if by.may(Permission.PRICES_GUARD) else 0)
    return {
        "apply_url": f"{url}apply/" if goods else "",
        "apply_label": gettext("Применить"),
        "foot": gettext("Строки с ошибкой пропустим, остальные применим") if load.wrong else "",
        "off_label": gettext("Да, снять с продажи %(share)s товаров") % {"share": _share_off(load)}
        if takes_much_off(load)
        else "",
    }


def _waits(load: PriceLoad) -> bool:
    """Whether prices beyond their bounds wait for somebody's word."""
    if not load.held or load.state not in (LoadState.READY, LoadState.APPLIED):
        return False
    held = PriceLine.objects.filter(load_id=load.pk, kind=PriceKind.HELD, outcome=PriceOutcome.NONE)
    return bool(held.exists())


def _columns(load: PriceLoad) -> tuple[ColumnField, ...]:
    fields = _offered(load)
    found = []
    for place, title in enumerate(load.titles):
        code = load.columns[place] if place < len(load.columns) else ""
        offered = {**fields, **uploads.city_choices(code)}
        sample = next((row[place] for row in load.samples if place < len(row) and row[place]), "")
        choices = tuple(Choice(value, label, value == code) for value, label in offered.items())
        found.append(ColumnField(title or gettext("Без названия"), sample, choices))
    return tuple(found)


def _offered(load: PriceLoad) -> dict[str, str]:
    """What any column may be, but for towns."""
    fields = {"": gettext("не читать")}
    fields |= {field.value: str(word) for field, word in WORDS.items() if load.bounds or field not in BOUNDS}
    points = uploads.point_choices(load.shop_id)
    return fields | {code: gettext("Остаток, %(point)s") % {"point": name} for code, name in points.items()}


def _undone(loads: list[PriceLoad]) -> set[int | None]:
    asked = PriceLoad.objects.filter(undoes_id__in=[load.pk for load in loads])
    return set(asked.values_list("undoes_id", flat=True))


def _past(load: PriceLoad, undone: bool, *, now: datetime) -> PastLoad:
    url = f"{URL}{load.public_id}/"
    may_undo = load.state == LoadState.APPLIED and load.applied and not undone
    icon = _ICONS.get(load.state, "triangle-alert" if load.wrong or load.moved else "circle-check")
    return PastLoad(
        url=url,
        name=load.name or gettext("Прайс-лист"),
        note=" · ".join(filter(None, (almaty_moment(load.asked_at, now=now), _outcome(load, undone=undone)))),
        icon="undo-2" if undone else icon,
        undo_url=f"{url}undo/" if may_undo else "",
    )


def _outcome(load: PriceLoad, *, undone: bool) -> str:
    if undone:
        return gettext("отменена")
    if load.state == LoadState.FAILED:
        return kept(load.problem).rstrip(".")
    if load.wrong and load.applied_at:
        return gettext("%(rows)s пропущено") % {"rows": plural(load.wrong, "строка", "строк")}
    if load.applied_at:
        return gettext("изменено %(offers)s") % {"offers": plural(load.applied, "товар", "товаров")}
    return str(LoadState(load.state).label)
