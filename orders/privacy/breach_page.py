"""The report of a breach as a page and as a file: who was shown or took out which orders, sums, what the law asks for."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.db import connection
from django.utils.translation import gettext

from orders.privacy.page_models import BreachPage, SeenLine, TotalLine, WhoChoice
from staff.access import Actor
from staff.exports.kinds import MOST_ROWS, Cell, Column, Kind, Row
from staff.formats import ALMATY, almaty_moment, grouped
from staff.languages import later as _
from staff.models import ApiKey, Disclosure, Door, Member, Role
from staff.page_parts import Chip, Fact
from staff.paging import place
from staff.permissions import Permission
from staff.privacy import breach
from staff.privacy.breach import Total, Wanted

ROWS: Final = 50
CODES: Final = 8
URL: Final = "/privacy/breach/"
DOORS: Final[Mapping[str, str]] = {
    Door.PAGE: _("страница"),
    Door.API: _("API"),
    Door.EXPORT: _("выгрузка"),
    Door.PRINT: _("печать"),
}
# What leaves the office in one piece stands out.
LEVELS: Final[Mapping[str, str]] = {Door.EXPORT: "warn", Door.API: "accent"}
PIECE: Final = 1_000

# A buyer is told apart by Kaspi's id of him; whoever is forgotten counts once for each order.
_BUYERS: Final = """
SELECT count(DISTINCT seen.code), count(DISTINCT coalesce(nullif(o.buyer_kaspi_id, ''), nullif(o.phone, ''), seen.code))
FROM (
  SELECT DISTINCT code FROM staff_disclosure d CROSS JOIN LATERAL unnest(d.subjects) code
  WHERE {where} AND (%(order)s = '' OR code = %(order)s)) seen
LEFT JOIN orders_order o ON o.company_id = %(company)s AND o.code = seen.code
"""


def breach_page(actor: Actor, asked: Mapping[str, str], *, now: datetime) -> BreachPage:
    """Everything that `templates/privacy/breach.html` prints. Raises Refused (400) for a wrong filter or cursor."""
    wanted = breach.parse(asked, today=now.astimezone(ALMATY).date())
    kept = {name: asked[name] for name in breach.NAMES if asked.get(name)}
    here = place(
        kept | {"cursor": asked.get("after", ""), "limit": str(ROWS)},
        columns=("-at", "-id"),
        name="breach",
        company_id=actor.company_id,
    )
    rows, cursor = here.page(here.cut(breach.select(wanted)).values())
    totals = breach.totals(wanted)
    return BreachPage(
        since=wanted.since.isoformat(),
        until=wanted.until.isoformat(),
        address=wanted.address,
        order=wanted.order,
        who=_people(wanted),
        figures=_figures(wanted, totals),
        totals=tuple(_total(one, now=now) for one in totals),
        lines=tuple(_seen(row, wanted, now=now) for row in rows),
        kept=tuple({**kept, "since": wanted.since.isoformat(), "until": wanted.until.isoformat()}.items()),
        notice=_notice(actor),
        used=bool(kept),
        next_url=f"{URL}?{urlencode(kept | {'after': cursor})}" if cursor else "",
        first_url=f"{URL}?{urlencode(kept)}" if asked.get("after") else "",
    )


def counted(wanted: Wanted) -> tuple[int, int]:
    """Different orders that were seen, and different buyers of them."""
    where, values = breach.condition(wanted)
    with connection.cursor() as cursor:
        cursor.execute(_BUYERS.format(where=where), values)
        orders, buyers = cursor.fetchone()
    return int(orders), int(buyers)


def _figures(wanted: Wanted, totals: Sequence[Total]) -> tuple[Fact, ...]:
    people = len({(one.kind, one.actor_id) for one in totals})
    if any(one.orders is None for one in totals):
        # Told apart they would be fewer; a shorter time tells them apart.
        counted_words: tuple[Fact, ...] = (
            Fact(gettext("Показов, возьмите меньше дней"), grouped(sum(one.shown for one in totals))),
        )
    else:
        orders, buyers = counted(wanted) if totals else (0, 0)
        counted_words = (Fact(gettext("Покупателей"), grouped(buyers)), Fact(gettext("Заказов"), grouped(orders)))
    days = (wanted.until - wanted.since).days + 1
    return (*counted_words, Fact(gettext("Людей и ключей API"), grouped(people)), Fact(gettext("Дней"), grouped(days)))


def _total(one: Total, *, now: datetime) -> TotalLine:
    period = f"{almaty_moment(one.first, now=now)} – {almaty_moment(one.last, now=now)}"
    return TotalLine(
        who=one.label,
        door=str(DOORS[one.door]),
        orders=f"≤ {grouped(one.shown)}" if one.orders is None else grouped(one.orders),
        times=grouped(one.times),
        period=period if one.first != one.last else almaty_moment(one.first, now=now),
    )


def _seen(row: Mapping[str, Any], wanted: Wanted, *, now: datetime) -> SeenLine:
    # The order that is asked about comes first; of an export of thousands only some are named.
    codes = sorted(row["subjects"], key=lambda code: (code != wanted.order, code))
    rest = len(codes) - CODES
    return SeenLine(
        time=almaty_moment(row["at"], now=now),
        who=row["actor_label"],
        door=Chip(str(DOORS[row["door"]]), LEVELS.get(row["door"], "")),
        address=row["address"],
        codes=tuple((code, f"/orders/{code}/") for code in codes[:CODES]),
        more=gettext("и ещё %(count)s") % {"count": grouped(rest)} if rest > 0 else "",
    )


def _people(wanted: Wanted) -> tuple[WhoChoice, ...]:
    people = Member.objects.order_by("name", "id").values_list("public_id", "name")
    keys = ApiKey.objects.order_by("name", "id").values_list("public_id", "name")
    listed = [(str(public_id), name) for public_id, name in people]
    listed += [(str(public_id), f"API: {name}") for public_id, name in keys]
    return tuple(WhoChoice(value, label, chosen=value == wanted.who_id) for value, label in listed)


def _notice(actor: Actor) -> tuple[Fact, ...]:
    """What the notice to the ministry holds (reliability.md §5.15; law 94-V)."""
    owners = Member.objects.filter(role=Role.OWNER, is_active=True).order_by("id").values_list("name", flat=True)
    return (
        Fact(gettext("Срок"), gettext("один рабочий день с часа, когда вы узнали об утечке")),
        Fact(gettext("Кому"), gettext("министерство, которое отвечает за защиту персональных данных")),
        Fact(gettext("Когда и как"), gettext("дни отбора, через что ушло: страница, API, выгрузка, печать")),
        Fact(gettext("Сколько людей"), gettext("число покупателей вверху этой страницы")),
        Fact(gettext("Какие данные"), gettext("имя, телефон, адрес доставки, номер и состав заказа")),
        Fact(gettext("Кто видел"), gettext("таблица «По людям», подробно в файле")),
        Fact(
            gettext("Что сделано"), gettext("отключённый человек, отозванный ключ, закрытые сеансы: они есть в журнале")
        ),
        Fact(gettext("Ответственный"), ", ".join(owners)),
    )


# --- as a file --------------------------------------------------------------------------------------------------------

COLUMNS: Final = (
    Column(_("Время"), Cell.MOMENT, 18),
    Column(_("Кто"), width=28),
    Column(_("Через что"), width=14),
    Column(_("Откуда"), width=18),
    Column(_("Заказ"), width=16),
    Column(_("Запрос"), width=36),
)


def _read(actor: Actor, asked: Mapping[str, str]) -> dict[str, str]:
    wanted = breach.parse(asked, today=datetime.now(ALMATY).date())
    kept = {name: asked[name] for name in breach.NAMES if asked.get(name)}
    return {**kept, "since": wanted.since.isoformat(), "until": wanted.until.isoformat()}


def _rows(actor: Actor, stored: Mapping[str, str]) -> Iterator[Row]:
    """A row for each order of each showing, the newest first."""
    wanted = breach.parse(stored, today=date.fromisoformat(stored["until"]))
    told = 0
    for row in breach.select(wanted).order_by("-at", "-id").iterator(PIECE):
        for code in row.subjects if not wanted.order else [wanted.order]:
            if told == MOST_ROWS:
                return
            told += 1
            yield Row(_values(row, code))


def _values(row: Disclosure, code: str) -> tuple[Any, ...]:
    return row.at, row.actor_label, str(DOORS[row.door]), row.address, code, row.request_id


def _columns(actor: Actor) -> Sequence[Column]:
    return COLUMNS


BREACH: Final = Kind("breach", _("Кому показали покупателей"), Permission.COMPANY_MANAGE, _read, _columns, _rows)
