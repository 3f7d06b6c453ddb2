"""The pages of matching in words: the lists that were brought, and the lines of one, with the offers that each may be."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, QuerySet
from django.utils.translation import gettext

from catalog.cards.page_models import Choice
from catalog.matching import lists
from catalog.matching.deciding import undecided
from catalog.matching.page_models import Candidate, LineRow, ListPage, ListRow, ListsPage
from catalog.matching.scoring import SURE, Reason
from catalog.models import OPEN_VERDICTS, ListState, Offer, SupplierLine, SupplierList, Verdict
from staff.access import Actor
from staff.formats import almaty_moment, grouped, plural
from staff.languages import kept
from staff.languages import later as _
from staff.models import Shop
from staff.page_parts import Chip, Empty, Fact, Notice, Tab
from staff.permissions import Permission
from staff.places import Places

ROWS: Final = 30
SHOWN: Final = 30
URL: Final = "/catalog/matches/"
STATES: Final[Mapping[ListState, tuple[str, str]]] = {
    ListState.QUEUED: ("", "clock"),
    ListState.READING: ("accent", "loader-circle"),
    ListState.READY: ("warn", ""),
    ListState.FAILED: ("danger", "circle-alert"),
}
LEVELS: Final[Mapping[Verdict, str]] = {
    Verdict.CERTAIN: "ok",
    Verdict.REVIEW: "warn",
    Verdict.NONE: "",
    Verdict.BOUND: "ok",
    Verdict.DRAFTED: "accent",
    Verdict.SKIPPED: "",
}
WHY: Final[Mapping[Reason, str]] = {
    Reason.BARCODE: _("штрихкод тот же: %(what)s"),
    Reason.MODEL: _("модель совпала: %(what)s"),
    Reason.BRAND: _("бренд совпал: %(what)s"),
    Reason.WORDS: _("слова: %(what)s"),
    Reason.OTHER_MODEL: _("модель другая: %(what)s"),
    Reason.OTHER_BRAND: _("бренд другой: %(what)s"),
}
AGAINST: Final = frozenset({Reason.OTHER_MODEL, Reason.OTHER_BRAND})


def lists_page(by: Actor, places: Places, shop: Shop | None, *, now: datetime, error: str = "") -> ListsPage:
    """The form and the lists of late."""
    found = lists.of(by)
    batches = list((found if shop is None else found.filter(shop_id=shop.pk))[:SHOWN])
    left = undecided(batches)
    shops = tuple(Choice(one.slug, one.name, one == shop) for one in places.shops if by.sees_whole(one.pk))
    rows = tuple(_list(batch, left.get(batch.pk, 0), now=now) for batch in batches)
    return ListsPage(shops, rows, by.may(Permission.CATALOG_MANAGE), error)


def list_page(
    batch: SupplierList,
    kind: Verdict,
    start: int,
    *,
    by: Actor,
    now: datetime,
    refusal: tuple[int, str] = (0, ""),
) -> ListPage:
    """The lines of one kind; `refusal`: (row, sentence) of what was just refused."""
    counts = _counts(batch)
    rows = list(_lines(batch, kind)[start : start + ROWS])
    may_write = by.may(Permission.CATALOG_MANAGE)
    url, count = f"{URL}{batch.public_id}/", counts.get(kind, 0)
    sure = counts.get(Verdict.CERTAIN, 0) if may_write else 0
    return ListPage(
        url=url,
        title=batch.name or gettext("Список товаров"),
        note=f"{batch.shop.name} · {almaty_moment(batch.asked_at, now=now)} · {batch.actor_label}",
        state=_chip(batch, sum(counts.get(one, 0) for one in OPEN_VERDICTS)),
        facts=_facts(batch, counts) if batch.state == ListState.READY else (),
        notices=tuple(_notices(batch)),
        tabs=tuple(_tabs(url, kind, counts)) if batch.state == ListState.READY else (),
        rows=tuple(_rows(rows, may_write=may_write, refusal=refusal)),
        kind=kind.value,
        may_write=may_write,
        unread=tuple((row, kept(sentence)) for row, sentence in batch.unread),
        poll=batch.state in lists.UNREAD,
        sure=gettext("Привязать уверенные: %(count)s") % {"count": grouped(sure)} if sure else "",
        empty=Empty(gettext("Здесь пусто"), "") if batch.state == ListState.READY and not rows else None,
        previous_url=_url(url, kind, max(start - ROWS, 0)) if start else "",
        next_url=_url(url, kind, start + ROWS) if start + ROWS < count else "",
        place=f"{grouped(start + 1)}–{grouped(start + len(rows))} / {grouped(count)}" if count > ROWS and rows else "",
    )


def first_kind(batch: SupplierList) -> Verdict:
    """What there is to do first: what a person must look at, then what is sure, then what was not found."""
    counts = _counts(batch)
    order = (Verdict.REVIEW, Verdict.CERTAIN, Verdict.NONE)
    return next((kind for kind in order if counts.get(kind)), Verdict.BOUND if counts else Verdict.REVIEW)


def _counts(batch: SupplierList) -> dict[str, int]:
    lines = SupplierLine.objects.filter(batch_id=batch.pk)
    return dict(lines.order_by().values_list("verdict").annotate(count=Count("pk")))


def _lines(batch: SupplierList, kind: Verdict) -> "QuerySet[SupplierLine]":
    found: QuerySet[SupplierLine] = SupplierLine.objects.filter(batch_id=batch.pk, verdict=kind)
    return found.select_related("offer", "card").order_by("-score", "pk")


def _url(url: str, kind: Verdict, start: int) -> str:
    return f"{url}?kind={kind.value}" + (f"&start={start}" if start else "")


def _chip(batch: SupplierList, left: int) -> Chip:
    if batch.state == ListState.READY and not left:
        return Chip(gettext("разобран"), "ok", "check")
    level, icon = STATES[ListState(batch.state)]
    return Chip(str(ListState(batch.state).label), level, icon)


def _list(batch: SupplierList, left: int, *, now: datetime) -> ListRow:
    goods = plural(batch.rows, "строка", "строк")
    waiting = gettext("%(goods)s, ждут решения %(left)s") % {"goods": goods, "left": grouped(left)}
    told = {ListState.FAILED: kept(batch.problem), ListState.READY: waiting if left else goods}
    return ListRow(
        url=f"{URL}{batch.public_id}/",
        name=batch.name or gettext("Список товаров"),
        shop=batch.shop.name,
        when=almaty_moment(batch.asked_at, now=now),
        who=batch.actor_label,
        state=_chip(batch, left),
        outcome=told.get(ListState(batch.state), ""),
    )


def _facts(batch: SupplierList, counts: Mapping[str, int]) -> tuple[Fact, ...]:
    kinds = (Verdict.CERTAIN, Verdict.REVIEW, Verdict.NONE, Verdict.BOUND)
    told = [(_capital(kind), counts.get(kind, 0)) for kind in kinds]
    facts = [(gettext("Строк в файле"), batch.rows), *told, (gettext("Не прочитано"), len(batch.unread))]
    return tuple(Fact(label, grouped(count)) for label, count in facts)


def _capital(kind: Verdict) -> str:
    label = str(kind.label)
    return label[:1].upper() + label[1:]


def _notices(batch: SupplierList) -> Iterator[Notice]:
    if batch.state == ListState.FAILED:
        yield Notice(gettext("Файл не прочитан"), kept(batch.problem), "danger", "circle-alert")
    if batch.binds_stock and batch.state == ListState.READY:
        text = gettext("Товары с одним артикулом поставщика будут делить один остаток.")
        yield Notice(gettext("Привязка меняет складской артикул"), text, "", "circle-help")


def _tabs(url: str, chosen: Verdict, counts: Mapping[str, int]) -> Iterator[Tab]:
    for kind in Verdict:
        count = counts.get(kind, 0)
        if count or kind in OPEN_VERDICTS:
            text = grouped(count) if count else ""
            yield Tab(_capital(kind), _url(url, kind, 0), text, current=kind == chosen)


def _rows(lines: Sequence[SupplierLine], *, may_write: bool, refusal: tuple[int, str]) -> Iterator[LineRow]:
    offers = Offer.objects.in_bulk({key for line in lines for key, *_ in line.found})
    for line in lines:
        is_open = line.verdict in OPEN_VERDICTS
        done, done_url = _done(line)
        told = (line.brand, line.barcode, line.supplier_sku, line.card_code)
        yield LineRow(
            row=line.row,
            name=line.name,
            note=" · ".join(filter(None, told)),
            state=Chip(_score(line), LEVELS[Verdict(line.verdict)]),
            candidates=tuple(_candidates(line.found, offers)) if is_open else (),
            open=is_open and may_write,
            may_draft=bool(line.supplier_sku),
            done=done,
            done_url=done_url,
            error=refusal[1] if refusal[0] == line.row else "",
        )


def _score(line: SupplierLine) -> str:
    """«проверьте · 74 из 100»."""
    label = str(Verdict(line.verdict).label)
    if line.verdict not in (Verdict.CERTAIN, Verdict.REVIEW):
        return label
    return gettext("%(label)s · %(score)s из 100") % {"label": label, "score": line.score}


def _done(line: SupplierLine) -> tuple[str, str]:
    if line.verdict == Verdict.BOUND and line.offer is not None:
        return f"{line.offer.sku} · {line.offer.name}", f"/catalog/?q={line.offer.sku}"
    if line.verdict == Verdict.DRAFTED and line.card is not None:
        return line.card.title, f"/catalog/cards/{line.card.public_id}/"
    return "", ""


def _candidates(found: Sequence[Any], offers: Mapping[int, Offer]) -> Iterator[Candidate]:
    for key, score, why in found:
        offer = offers.get(key)
        if offer is not None:
            told = [(Reason(reason), str(WHY[Reason(reason)]) % {"what": what}) for reason, what in why]
            yield Candidate(
                sku=offer.sku,
                name=offer.name,
                score=gettext("%(score)s из 100") % {"score": score},
                level="ok" if score >= SURE else "warn",
                why=tuple(text for reason, text in told if reason not in AGAINST),
                against=tuple(text for reason, text in told if reason in AGAINST),
            )
