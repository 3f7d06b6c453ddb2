"""Papers of the storekeeper in words: the list, the form with what it would change, and a posted paper."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.db.models import Q
from django.utils.translation import gettext, gettext_lazy

from catalog.models import DocumentKind, Movement, Offer, StockDocument, StockItem
from catalog.papers.lines import BadLine, Read, codes, read
from catalog.papers.page_models import BadRow, Choice, LineRow, PaperForm, PaperPage, PaperRow, PapersPage
from catalog.papers.posting import Posting
from catalog.shared import items_of
from staff.formats import almaty_moment, grouped, plural
from staff.models import PointOfSale
from staff.page_parts import Empty
from staff.places import Places

ROWS: Final = 30
MOST_SHOWN: Final = 500
WRONG: Final[Mapping[str, Any]] = {
    "unknown": gettext_lazy("Нет такого артикула или штрихкода в магазине этой точки"),
    "bad_quantity": gettext_lazy("Количество – целое число от 0 до 1 000 000"),
    "too_many_lines": gettext_lazy("Больше 5 000 строк. Разделите документ или загрузите прайс-лист"),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it came, its choices found."""

    kind: DocumentKind
    point: PointOfSale
    to_point: PointOfSale | None
    text: str
    note: str
    key: UUID

    def posting(self, told: Read) -> Posting:
        to_point = self.to_point if self.kind is DocumentKind.MOVE else None
        return Posting(self.kind, self.point, told.pieces, self.key, self.note, to_point)


def papers_page(
    places: Places, *, form: PaperForm | None, before: int | None, now: datetime, shop: str = ""
) -> PapersPage:
    """The newest papers of the visible points; `before`: those with a smaller number."""
    points = {point.pk: point for point in places.points}
    found = StockDocument.objects.filter(point_id__in=points).order_by("-number")
    found = found.filter(number__lt=before) if before else found
    papers = list(found[: ROWS + 1])
    shown = papers[:ROWS]
    more = f"/catalog/papers/?before={shown[-1].number}{'&shop=' + shop if shop else ''}" if len(papers) > ROWS else ""
    return PapersPage(
        note=gettext("каждый документ двигает остаток один раз и не меняется: ошибку правят новым"),
        rows=tuple(_row(paper, points, now=now) for paper in shown),
        form=form,
        next_url=more,
        empty=None
        if shown
        else Empty(gettext("Документов пока нет"), gettext("Пересчитайте точку, и остатки оживут.")),
    )


def blank_form(points: Sequence[PointOfSale], *, homes: Sequence[PointOfSale]) -> PaperForm:
    """An empty form for these points; goods may be moved to `homes`."""
    return PaperForm(
        action="/catalog/papers/",
        kinds=tuple(Choice(kind.value, str(kind.label), kind is DocumentKind.COUNT) for kind in DocumentKind),
        points=_choices(points),
        to_points=_choices(homes),
        key=str(uuid4()),
    )


def filled_form(form: PaperForm, typed: Typed, told: Read) -> PaperForm:
    """The form with what it says and what that would change; `checked` when every line was understood."""
    return replace(
        form,
        kinds=_chosen(form.kinds, typed.kind.value),
        points=_chosen(form.points, str(typed.point.pk)),
        to_points=_chosen(form.to_points, str(typed.to_point.pk) if typed.to_point else ""),
        key=str(typed.key),
        lines=typed.text,
        note=typed.note,
        rows=tuple(_would_change(typed, told)[:MOST_SHOWN]),
        bad=tuple(_bad(one) for one in told.bad[:MOST_SHOWN]),
        checked=bool(told.pieces) and not told.bad,
    )


def read_lines(typed: Typed) -> Read:
    """What the lines say: goods of the point's shop by SKU or barcode."""
    asked = codes(typed.text)
    named = Q(sku__in=asked) | Q(barcode__in=asked)
    offers = Offer.objects.filter(named, shop_id=typed.point.shop_id).values_list("sku", "barcode").order_by("-id")
    barcodes = {barcode: sku for sku, barcode in offers if barcode}
    return read(typed.text, barcodes | {sku: sku for sku, _ in offers})


def paper_page(paper: StockDocument, *, point: PointOfSale, now: datetime) -> PaperPage:
    """A posted paper with its movements, and how many lines are not shown."""
    moved = list(Movement.objects.filter(document_id=paper.pk).order_by("id")[: MOST_SHOWN + 1])
    names = _names(point.shop_id, (one.sku for one in moved))
    said = [point.name, almaty_moment(paper.at, now=now), paper.actor_label, paper.note]
    return PaperPage(
        title=gettext("%(kind)s № %(number)s")
        % {"kind": DocumentKind(paper.kind).label, "number": grouped(paper.number)},
        note=" · ".join(filter(None, said)),
        rows=tuple(
            LineRow(one.sku, names.get(one.sku, ""), "", "", _signed(one.on_hand_change)) for one in moved[:MOST_SHOWN]
        ),
        cut=gettext("Показаны первые 500 строк") if len(moved) > MOST_SHOWN else "",
    )


def _choices(points: Iterable[PointOfSale]) -> tuple[Choice, ...]:
    return tuple(Choice(str(point.pk), point.name) for point in points)


def _chosen(choices: tuple[Choice, ...], value: str) -> tuple[Choice, ...]:
    return tuple(replace(one, chosen=one.value == value) for one in choices)


def _row(paper: StockDocument, points: Mapping[int, PointOfSale], *, now: datetime) -> PaperRow:
    to_point = points.get(paper.to_point_id or 0)
    place = points[paper.point_id].name
    return PaperRow(
        title=f"{DocumentKind(paper.kind).label} № {grouped(paper.number)}",
        url=f"/catalog/papers/{paper.key}/",
        point=f"{place} → {to_point.name}" if to_point else place,
        when=almaty_moment(paper.at, now=now),
        by=paper.actor_label,
        note=paper.note,
        lines=plural(paper.lines, "строка", "строк"),
    )


def _would_change(typed: Typed, told: Read) -> list[LineRow]:
    places = items_of((typed.point.pk, sku) for sku in told.pieces)
    rows = StockItem.objects.filter(
        point_id__in={place[0] for place in places.values()}, sku__in={place[1] for place in places.values()}
    )
    items = {(row.point_id, row.sku): row for row in rows}
    names = _names(typed.point.shop_id, told.pieces)
    return [
        _line(sku, names.get(sku, ""), items.get(places[typed.point.pk, sku]), typed.kind, pieces)
        for sku, pieces in told.pieces.items()
    ]


def _line(sku: str, name: str, item: StockItem | None, kind: DocumentKind, pieces: int) -> LineRow:
    before = item.on_hand if item else 0
    after = {DocumentKind.COUNT: pieces, DocumentKind.RECEIPT: before + pieces}.get(kind, before - pieces)
    held = item.reserved if item else 0
    level = "danger" if after < 0 or after < held else ""
    return LineRow(sku, name, grouped(before), grouped(after), _signed(after - before), grouped(held), level)


def _bad(line: BadLine) -> BadRow:
    return BadRow(line.number, line.text, str(WRONG[line.code]))


def _names(shop_id: int, skus: Iterable[str]) -> dict[str, str]:
    wanted = set(skus)
    return dict(Offer.objects.filter(shop_id=shop_id, sku__in=wanted).values_list("sku", "name"))


def _signed(change: int) -> str:
    return f"+{grouped(change)}" if change > 0 else grouped(change)
