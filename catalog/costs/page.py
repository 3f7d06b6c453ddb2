"""The page of receipts in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.utils.translation import gettext

from catalog.costs import fifo, receipts
from catalog.costs.files import Problem
from catalog.costs.page_models import CostsPage, LayerRow, LoadRow, ProblemRow
from catalog.models import CostLayer, CostLoad, Offer
from staff.access import Actor
from staff.formats import ALMATY, almaty_moment, calendar_day, grouped, plural, tenge
from staff.page_parts import Empty
from staff.permissions import Permission

ROWS: Final = 50
LOADS: Final = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """`sku`: of one item; empty: the newest of all."""

    sku: str = ""
    start: int = 0

    def url(self, **changed: str) -> str:
        query = {name: value for name, value in ({"sku": self.sku} | changed).items() if value}
        return f"/catalog/costs/{'?' + urlencode(query) if query else ''}"


def costs_page(
    asked: Asked, *, by: Actor, now: datetime, error: str = "", problems: Sequence[Problem] = ()
) -> CostsPage:
    """Everything that `templates/catalog/costs.html` prints."""
    manages = by.may(Permission.CATALOG_MANAGE)
    rows = receipts.standing()
    # Of one item in the order in which its pieces are sold, else the newest first.
    rows = rows.filter(sku=asked.sku).order_by("day", "pk") if asked.sku else rows.order_by("-pk")
    found = list(rows[asked.start : asked.start + ROWS + 1])
    here, skus = found[:ROWS], sorted({one.sku for one in found[:ROWS]})
    left, names = _left(skus), dict(Offer.objects.filter(sku__in=skus).values_list("sku", "name"))
    return CostsPage(
        sku=asked.sku,
        title=names.get(asked.sku, asked.sku),
        rows=tuple(_row(one, names, left, now=now, manages=manages) for one in here),
        loads=tuple(_loads(now)) if manages and not asked.sku else (),
        problems=tuple(ProblemRow(str(one.row), one.column, one.value, one.sentence) for one in problems),
        summary=_summary(asked.sku) if asked.sku else "",
        today=f"{now.astimezone(ALMATY):%Y-%m-%d}",
        error=error,
        manages=manages,
        range_text=gettext("%(rows)s на странице") % {"rows": len(here)},
        prev_url=asked.url(start=str(max(asked.start - ROWS, 0) or "")) if asked.start else "",
        next_url=asked.url(start=str(asked.start + ROWS)) if len(found) > ROWS else "",
        empty=None if here else _empty(asked),
    )


def _left(skus: Sequence[str]) -> Mapping[int, int]:
    """How many pieces of each receipt are not sold yet, by its id."""
    gone, found = receipts.gone_of(skus), dict[int, int]()
    rows = receipts.standing().filter(sku__in=skus).order_by("sku", "day", "pk")
    by_sku: dict[str, list[CostLayer]] = {}
    for row in rows:
        by_sku.setdefault(row.sku, []).append(row)
    for sku, layers in by_sku.items():
        told = fifo.left_of([fifo.Layer(one.pieces, one.unit_cost) for one in layers], gone.get(sku, 0))
        found.update(zip((one.pk for one in layers), told, strict=True))
    return found


def _row(
    one: CostLayer, names: Mapping[str, str], left: Mapping[int, int], *, now: datetime, manages: bool
) -> LayerRow:
    return LayerRow(
        sku=one.sku,
        name=names.get(one.sku, ""),
        day=calendar_day(one.day, year=True),
        pieces=grouped(one.pieces),
        unit_cost=tenge(one.unit_cost) if one.unit_cost == one.unit_cost.to_integral_value() else _exact(one),
        left=grouped(left.get(one.pk, one.pieces)),
        note=one.note,
        who=f"{one.by}, {almaty_moment(one.at, now=now)}",
        id=str(one.pk) if manages else "",
    )


def _exact(one: CostLayer) -> str:
    return f"{grouped(one.unit_cost, digits=2)}\u00a0₸"


def _summary(sku: str) -> str:
    layers, gone = receipts.layers_of([sku]).get(sku, []), receipts.gone_of([sku]).get(sku, 0)
    cost = fifo.next_cost(layers, gone)
    if cost is None:
        return ""
    lacks = gone - sum(one.pieces for one in layers)
    said = gettext("Следующая штука стоит %(cost)s.") % {"cost": tenge(cost)}
    if lacks > 0:
        said += gettext(" Продано на %(pieces)s больше, чем поступило: запишите поступление.") % {
            "pieces": plural(lacks, "штуку", "штук")
        }
    return said


def _loads(now: datetime) -> list[LoadRow]:
    counting = set(receipts.standing().filter(load__isnull=False).values_list("load_id", flat=True).distinct())
    return [
        LoadRow(
            str(one.pk),
            one.name or gettext("без имени"),
            plural(one.receipts, "поступление", "поступлений"),
            f"{almaty_moment(one.at, now=now)} · {one.by}",
            one.pk in counting,
        )
        for one in CostLoad.objects.order_by("-pk")[:LOADS]
    ]


def _empty(asked: Asked) -> Empty:
    if asked.sku:
        return Empty(gettext("Поступлений этого товара нет"), gettext("Запишите, сколько пришло и почём."))
    return Empty(
        gettext("Себестоимость ещё не записана"),
        gettext("Запишите поступления по одному или файлом: без них прибыль видна только до закупки."),
    )
