"""The journal as a page: entries in words, the newest first, by keyset."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from staff.access import Actor
from staff.formats import almaty_moment
from staff.journal import words
from staff.journal.page_models import Choice, Filters, JournalPage, Line
from staff.journal.reading import NAMES, Wanted, parse, select
from staff.journal.sealing import head_of
from staff.models import ApiKey, AuditSeal, Company, CounterDesk, Invitation, Member, PointOfSale, Shop
from staff.paging import place

ROWS, LATEST = 50, 10
PUBLIC_ID = 36
URL = "/staff/journal/"
SHOWN = (
    "id",
    "at",
    "actor_label",
    "acting_for",
    "action",
    "subject_kind",
    "subject_id",
    "details",
    "before",
    "after",
    "address",
)
Row = Mapping[str, Any]


def journal_page(actor: Actor, asked: Mapping[str, str], *, now: datetime) -> JournalPage:
    """Everything that `templates/journal/journal.html` prints. Raises Refused (400) for a wrong filter or cursor."""
    wanted = parse(asked)
    kept = {name: asked[name] for name in NAMES if asked.get(name)}
    here = place(
        kept | {"cursor": asked.get("after", ""), "limit": str(ROWS)},
        columns=("-at", "-id"),
        name="journal",
        company_id=actor.company_id,
    )
    rows, cursor = here.page(here.cut(select(actor, wanted)).values(*SHOWN))
    head, last = head_of(), AuditSeal.objects.order_by("-seq").values_list("sealed_at", flat=True).first()
    return JournalPage(
        filters=_filters(wanted, asked),
        lines=tuple(lines_of(rows, now=now)),
        next_url=f"{URL}?{urlencode(kept | {'after': cursor})}" if cursor else "",
        first_url=f"{URL}?{urlencode(kept)}" if asked.get("after") else "",
        head=str(head or ""),
        sealed=almaty_moment(last, now=now) if last else "",
        kept=tuple(kept.items()),
    )


def latest(actor: Actor, *, now: datetime) -> tuple[Line, ...]:
    """The newest entries, for the page of the team."""
    rows = select(actor, Wanted()).order_by("-at", "-id").values(*SHOWN)[:LATEST]
    return tuple(lines_of(rows, now=now))


def lines_of(rows: Iterable[Row], *, now: datetime) -> Iterator[Line]:
    """Entries in words."""
    listed = list(rows)
    names = names_of(listed)
    for row in listed:
        details = row["details"]
        yield Line(
            time=almaty_moment(row["at"], now=now),
            who=who(row),
            what=words.deed(row["action"]),
            over=over(row, names),
            address=row["address"],
            url=f"/orders/{row['subject_id']}/" if row["subject_kind"] == "order" else "",
            changes=tuple(words.changes(row["before"], row["after"])),
            note=" · ".join(words.told(details)),
            hint=words.hint(details),
        )


def who(row: Row) -> str:
    """«Айгерим», «API: 1С за Болата»."""
    if not row["acting_for"]:
        return str(row["actor_label"])
    return _("%(who)s, за: %(whom)s") % {"who": row["actor_label"], "whom": row["acting_for"]}


# Things that entries name by public id.
_NAMED: Mapping[str, Any] = {
    "shop": Shop,
    "point": PointOfSale,
    "company": Company,
    "member": Member,
    "api_key": ApiKey,
    "counter_desk": CounterDesk,
    "invitation": Invitation,
}


def over(row: Row, names: Mapping[str, str]) -> str:
    """«заказ 284917420», «магазин Алма Техника»; of what has no name any more the end of its id."""
    kind, thing = row["subject_kind"], row["subject_id"]
    name = names.get(thing) or (f"…{thing[-6:]}" if len(thing) == PUBLIC_ID else thing)
    return f"{words.SUBJECTS.get(kind, kind)} {words.ROLES.get(name, name) if kind == 'role' else name}"


def names_of(rows: Iterable[Row]) -> dict[str, str]:
    """The names of what these entries tell of, by public id; what is gone is not among them."""
    found: dict[str, str] = {}
    wanted: dict[str, set[str]] = {}
    for row in rows:
        if row["subject_kind"] in _NAMED and len(row["subject_id"]) == PUBLIC_ID:
            wanted.setdefault(row["subject_kind"], set()).add(row["subject_id"])
    for kind, ids in wanted.items():
        found |= {
            str(key): name
            for key, name in _NAMED[kind].objects.filter(public_id__in=ids).values_list("public_id", "name")
        }
    return found


def _filters(wanted: Wanted, asked: Mapping[str, str]) -> Filters:
    chosen = str(wanted.who or "")
    people = [
        *Member.objects.order_by("-is_active", "name").values_list("public_id", "name"),
        *((key, f"API: {name}") for key, name in ApiKey.objects.order_by("name").values_list("public_id", "name")),
    ]
    return Filters(
        who=tuple(Choice(str(key), name, str(key) == chosen) for key, name in people),
        actions=tuple(
            Choice(code, label, code == wanted.action)
            for code, label in sorted(
                ((code, str(label)) for code, label in words.DEEDS.items()), key=lambda deed: deed[1]
            )
        ),
        doors=tuple(Choice(code, str(label), code == wanted.door) for code, label in words.DOORS.items()),
        subject=wanted.subject,
        since=asked.get("since", ""),
        until=asked.get("until", ""),
        used=any(asked.get(name) for name in NAMES),
    )
