"""The page of a shelf, composed in words: six queries at most (performance.md §3, goal 1).

Shops and points, what stands around the rows, the rows by keyset, what stands beside them; the strip of «Новые» where
the page is not the whole shelf, and whom it was shown to.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.utils.translation import gettext

from integrations.models import ActionKind
from orders.buyers.disclosing import of_lines
from orders.clocks import Calendars, deadline
from orders.deadlines import time_left
from orders.documents.menus import menus_for
from orders.lifecycle import SUBSHELVES, Shelf, Stage
from orders.returns.lying import lying, warning
from orders.shelves.around import Around, freshness, has_point_menu
from orders.shelves.lines import Line
from orders.shelves.page_models import (
    Columns,
    DeadlineStrip,
    Filters,
    Handover,
    LivePill,
    PointChoice,
    Pulse,
    Row,
    ShelfPage,
)
from orders.shelves.pulse import Since, newcomers
from orders.shelves.rows import row_of
from orders.shelves.standing import ROWS, Mark, View, page_of, reader_of, shelves_of, slug_of, waiting
from orders.shelves.strip import Waiting, deadline_strip
from orders.stakes import stakes_of
from orders.words import EMPTY
from staff.access import Actor
from staff.formats import DAY, HOUR, MINUTE, plural, plural_word
from staff.languages import later as _
from staff.page_parts import Empty, Notice, Tab
from staff.permissions import Permission
from staff.places import chosen_shop

# The strip shows the most urgent of the waiting orders, up to so many: more of them would only hide each other.
STRIP_ORDERS = 100

COLUMNS: Mapping[Shelf, Columns] = {
    Shelf.NEW: Columns(_("Принять до"), _("Покупатель"), _("Получение"), soon=HOUR, urgent=15 * MINUTE),
    Shelf.SIGNING: Columns(_("Ждём с"), _("Покупатель"), _("Получение")),
    Shelf.PICKUP: Columns(_("Хранить до"), _("Покупатель"), _("Точка"), soon=DAY, urgent=HOUR),
    Shelf.DELIVERY: Columns(_("Доставить до"), _("Покупатель"), _("Адрес"), soon=3 * HOUR, urgent=HOUR),
    Shelf.KASPI_DELIVERY: Columns(_("Передать до"), _("Куда везти"), _("Накладная"), soon=3 * HOUR, urgent=HOUR),
    Shelf.ARCHIVE: Columns(_("Завершён"), _("Покупатель"), _("Итог")),
    Shelf.UNKNOWN: Columns(_("Пришёл"), _("Покупатель"), _("Состояние в Kaspi")),
}
SUB_LABELS: Mapping[str, str] = {
    "preorder": _("Предзаказ"),
    "packing": _("Упаковка"),
    "handover": _("Передача"),
    "transit": _("Переданы на доставку"),
    "returning": _("Отменены при доставке"),
}
# Parcels that must still be handed over.
TO_HAND_OVER = (Stage.KD_PACKING, Stage.KD_HANDOVER)


def shelf_page(view: View) -> ShelfPage:
    """Everything that `templates/orders/shelf.html` prints."""
    lines, cursor = page_of(view)
    reader = reader_of(view.request, view.shelf, lines, now=view.around.now)
    rows = tuple(row_of(line, reader) for line in lines)
    fresh, level = freshness(view.around)
    whole_shelf = not (cursor or view.request.GET.get("after") or view.wanted.q)
    return ShelfPage(
        slug=slug_of(view.shelf),
        title=view.shelf.label,
        fresh=fresh,
        fresh_level=level,
        url=view.url(),
        pulse_url=_pulse_url(view, Since.seen(view, lines)),
        tabs=_tabs(view),
        sub_tabs=_sub_tabs(view),
        columns=COLUMNS[view.shelf],
        rows=rows,
        filters=_filters(view),
        strip=_strip(view, lines if whole_shelf else None),
        handover=_handover(view),
        empty=None if rows else _empty(view),
        notice=_notice(view.around, by=view.request.actor),
        papers=menus_for(view.request.actor) if any(row.pickable for row in rows) else (),
        bulk_accept=_offers(rows, ActionKind.ACCEPT),
        bulk_pack=_offers(rows, ActionKind.ASSEMBLE),
        next_url=view.url(after=cursor) if cursor else "",
        prev_url=view.url() if view.request.GET.get("after") else "",
        range_text=_range(view, rows),
        auto_accept_url=_auto_accept_url(view),
        persons=of_lines(lines, view.shelf, by=view.request.actor, now=view.around.now),
    )


def pulse_of(view: View, since: Since) -> Pulse:
    """What has changed around the rows since the page was made."""
    fresh, level = freshness(view.around)
    return Pulse(
        pulse_url=_pulse_url(view, since.asked_again(view.around)),
        fresh=fresh,
        fresh_level=level,
        tabs=_tabs(view),
        pill=_pill(view, newcomers(view, since)),
        strip=_strip(view, None),
        handover=_handover(view),
    )


def _offers(rows: Sequence[Row], kind: ActionKind) -> bool:
    return any(row.action is not None and row.action.kind == kind for row in rows)


def _pulse_url(view: View, since: Since) -> str:
    return view.url("pulse/", q="", since=str(since))


def _tabs(view: View) -> tuple[Tab, ...]:
    """The six shelves; «Неизвестные» only while something lies there. The archive only grows, so it is not counted."""
    counts = {shelf: view.around.on_shelf(shelf, points=view.point_ids) for shelf in Shelf}
    shelves = shelves_of(view.request.actor)
    return tuple(
        Tab(
            label=shelf.label,
            url=view.url(shelf=shelf, stage=""),
            count=str(counts[shelf]) if counts[shelf] and shelf is not Shelf.ARCHIVE else "",
            alert=shelf is Shelf.NEW and view.around.urgent,
            current=shelf is view.shelf,
        )
        for shelf in Shelf
        if shelf is view.shelf or (shelf in shelves and (shelf is not Shelf.UNKNOWN or counts[shelf]))
    )


def _sub_tabs(view: View) -> tuple[Tab, ...]:
    if view.shelf is not Shelf.KASPI_DELIVERY:
        return ()
    found = [
        Tab(
            gettext("Все"),
            view.url(stage=""),
            str(view.around.on_shelf(view.shelf, points=view.point_ids)),
            current=not view.wanted.stages,
        )
    ]
    for name, stages in SUBSHELVES.items():
        count = view.around.at_stages(stages, points=view.point_ids)
        found.append(
            Tab(
                SUB_LABELS[name],
                view.url(stage=name),
                str(count) if count else "",
                current=view.wanted.stages == stages,
            )
        )
    return tuple(found)


def _filters(view: View) -> Filters:
    shop = chosen_shop(view.request)
    # A courier has a handful of orders, wherever they come from.
    menu = has_point_menu(view.places, shop) and view.request.actor.orders_of is None
    points = view.places.points_of(shop) if menu else ()
    chosen = view.wanted.point or ""
    choices = [
        PointChoice(view.url(point=""), gettext("Все точки"), str(view.around.on_shelf(view.shelf)), chosen=not chosen)
    ]
    for point in points:
        count = view.around.on_shelf(view.shelf, points=frozenset({point.pk}))
        choices.append(
            PointChoice(view.url(point=point.code), point.name, str(count or ""), chosen=point.code == chosen)
        )
    hidden = tuple((name, value) for name in ("shop", "point", "stage") if (value := view.request.GET.get(name)))
    return Filters(
        url=view.url(shop="", point="", stage="", q=""),
        q=view.wanted.q,
        points=tuple(choices) if points else (),
        point_label=next((point.name for point in points if point.code == chosen), gettext("все")),
        point_chosen=bool(chosen),
        hidden=hidden,
        reset_url=view.url(point="", q="") if chosen or view.wanted.q else "",
        route_url=_route_url(view) if view.shelf is Shelf.DELIVERY else "",
    )


def _route_url(view: View) -> str:
    kept = {name: view.request.GET.get(name, "") for name in ("shop", "point")}
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"/orders/route/{'?' + query if query else ''}"


def _auto_accept_url(view: View) -> str:
    """Where new orders are accepted by a rule; for who may have them accepted so."""
    if view.shelf is not Shelf.NEW or not view.request.actor.may(Permission.ORDERS_AUTOMATE):
        return ""
    slug = view.request.GET.get("shop", "")
    return f"/orders/auto-accept/{'?' + urlencode({'shop': slug}) if slug else ''}"


def _strip(view: View, lines: Sequence[Line | Mark] | None) -> DeadlineStrip | None:
    """The strip of «Новые», from the rows of the page when they are the whole shelf."""
    if view.shelf is not Shelf.NEW or not view.count():
        return None
    calendars, now = Calendars(view.places), view.around.now
    marks = []
    for line in waiting(view, limit=STRIP_ORDERS) if lines is None else lines:
        found = deadline(line.due_kind, line.due_at, since=line.approved_at)
        if found is not None:
            left = time_left(found, now, calendars.of(line.point_id))
            marks.append(Waiting(line.code, f"/orders/{line.code}/", left))
    return deadline_strip(marks, total=view.count())


def _handover(view: View) -> Handover | None:
    """What must be handed over, and what lateness costs."""
    if view.shelf is not Shelf.KASPI_DELIVERY:
        return None
    count = view.around.at_stages(TO_HAND_OVER, points=view.point_ids)
    lead = (
        gettext("Передать %(count)s") % {"count": plural(count, "заказ", "заказов")}
        if count
        else gettext("Передавать пока нечего")
    )
    note = gettext("Опоздание войдёт в долю задержек, она считается за 30 дней")
    blocked = _blocked(view)
    if not view.request.actor.may(Permission.QUALITY_VIEW):
        return Handover(lead, note, blocked=blocked)
    stakes = stakes_of(view.shop_ids, now=view.around.now)
    url = f"/quality/?metric=late_handover{'&shop=' + view.wanted.shop if view.wanted.shop else ''}"
    return Handover(
        lead,
        note,
        metric=stakes.late,
        metric_note=stakes.late_note,
        metric_url=url,
        scale=stakes.late_scale,
        blocked=blocked,
    )


def _blocked(view: View) -> Notice | None:
    """Whether the drop point would turn the parcels away; asked for only when some point's might."""
    if not view.around.blocked:
        return None
    found = lying(view.request.actor, shop_ids=view.shop_ids, point_ids=view.point_ids)
    kept = {name: view.request.GET.get(name, "") for name in ("shop", "point")}
    url = f"/returns/?{urlencode({'tab': 'travelling'} | {name: value for name, value in kept.items() if value})}"
    return warning(found, view.places, now=view.around.now, url=url)


def _empty(view: View) -> Empty:
    if view.wanted.q:
        archive = view.shelf is not Shelf.ARCHIVE
        return Empty(
            gettext("На полке нет «%(query)s»") % {"query": view.wanted.q},
            gettext(
                "Искали в номере, накладной, телефоне, имени и артикуле. Заказ мог уйти на другую полку или в архив."
            ),
            action_label=gettext("Искать везде") if archive else "",
            action_url=f"/orders/search/?{urlencode({'q': view.wanted.q})}" if archive else "",
            reset_url=view.url(q=""),
        )
    title, text = EMPTY[view.shelf]
    return Empty(title, text)


def _notice(around: Around, *, by: Actor) -> Notice | None:
    exchange = around.exchange
    if exchange.refused:
        text = gettext("Kaspi не принимает токен. Заказы на экране могли измениться, решения ждут.")
        mends = (gettext("Заменить токен"), "/integrations/") if by.may(Permission.SHOPS_MANAGE) else ("", "")
        return Notice(gettext("Обмен остановлен."), text, "danger", "unplug", *mends)
    if exchange.importing:
        return Notice(
            gettext("Загружаем заказы за 90 дней."),
            gettext("Полки пополняются, счётчики растут."),
            "accent",
            "cloud-upload",
        )
    return None


def _pill(view: View, count: int) -> LivePill:
    if not count:
        return LivePill()
    shown = plural(count, "новый заказ", "новых заказов")
    return LivePill(
        f"{count} {plural_word(count, 'новый', 'новых')}",
        gettext("Показать %(shown)s") % {"shown": shown},
        view.url(),
    )


def _range(view: View, rows: Sequence[Row]) -> str:
    """«1–50 из 214» on the first page; further on the number of rows, for a keyset does not count."""
    if view.wanted.q or view.shelf is Shelf.ARCHIVE or view.request.GET.get("after"):
        return gettext("%(rows)s на странице") % {"rows": len(rows)}
    return (
        gettext("1–%(rows)s из %(count)s") % {"rows": len(rows), "count": view.count()}
        if len(rows) == ROWS
        else gettext("всего %(rows)s") % {"rows": len(rows)}
    )
