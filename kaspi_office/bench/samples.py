"""What the orders of a measured world look like: one sample of each stage, made by the product from Kaspi's own form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from integrations.kaspi.facts import KaspiOrder
from kaspi_office.bench import kaspi
from orders.facts.storing import COLUMNS, ENTRY_COLUMNS
from orders.facts.sync import ShopPlace
from orders.lifecycle import Stage
from orders.merging import Observation, merge
from staff.bulk import line_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OLDEST = 400 * DAY
ACCEPTED = "ACCEPTED_BY_MERCHANT"


@dataclass(frozen=True, slots=True)
class Sample:
    """How orders of a stage look: `share` is a weight among its like, `moments` are told from the approval on.

    Ages run from `youngest` to `oldest` by `step`.
    """

    stage: Stage
    kind: str
    state: str
    status: str
    share: int
    moments: Mapping[str, timedelta] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    youngest: timedelta = 2 * MINUTE
    oldest: timedelta = 5 * DAY
    step: timedelta = HOUR

    def ages(self) -> Iterator[timedelta]:
        age = self.youngest
        while age <= self.oldest:
            yield age
            age += self.step


def _ended(stage: Stage, kind: str, status: str, share: int, facts: Mapping[str, Any], **moments: timedelta) -> Sample:
    return Sample(stage, kind, "ARCHIVE", status, share, moments, facts, youngest=6 * DAY, oldest=OLDEST, step=6 * HOUR)


_COURIER = {"courier_planned_at": DAY}
_HANDED = {**_COURIER, "courier_handed_at": DAY - HOUR}
_PACKED = {"assembled": True}
_NO_STOCK = {"cancellation_reason": "MERCHANT_OUT_OF_STOCK"}
_KD = "kaspi_delivery"
# None of them may run out while the measurements go on: three working hours are left after a hundred minutes.
NEW = Sample(Stage.NEW, "pickup", "NEW", "APPROVED_BY_BANK", 30, oldest=100 * MINUTE, step=MINUTE)
ON_SHELVES = (
    NEW,
    Sample(Stage.SIGNING, "signature", "SIGN_REQUIRED", ACCEPTED, 2),
    Sample(Stage.PICKUP, "pickup", "PICKUP", ACCEPTED, 15),
    Sample(Stage.DELIVERY, "own_delivery", "DELIVERY", ACCEPTED, 8),
    Sample(Stage.KD_PREORDER, "pre_order", "KASPI_DELIVERY", ACCEPTED, 3),
    # One in 25 of those still to be handed over is late.
    Sample(Stage.KD_PACKING, _KD, "KASPI_DELIVERY", ACCEPTED, 15, _COURIER, oldest=25 * HOUR),
    Sample(Stage.KD_HANDOVER, _KD, "KASPI_DELIVERY", ACCEPTED, 12, _COURIER, _PACKED, oldest=25 * HOUR),
    Sample(Stage.KD_TRANSIT, _KD, "KASPI_DELIVERY", ACCEPTED, 15, _HANDED, _PACKED),
)
ARCHIVED = (
    _ended(Stage.COMPLETED, _KD, "COMPLETED", 91, _PACKED, **_HANDED, completed_at=3 * DAY),
    _ended(Stage.CANCELLED, "pickup", "CANCELLED", 6, _NO_STOCK, status_changed_at=HOUR),
    _ended(Stage.RETURNED, "pickup", "RETURNED", 3, {}, completed_at=2 * DAY, status_changed_at=5 * DAY),
)


class Mould(NamedTuple):
    """An order of one stage and age: its line for COPY and those of its entries, with gaps for what differs."""

    order: str
    entries: tuple[str, ...]


# What differs from order to order; everything else is as the product merged it.
_GAPS = {
    "company_id": "%(company)s",
    "shop_id": "%(shop)s",
    "point_id": "%(point)s",
    "public_id": "%(uuid)s",
    "kaspi_id": "b%(code)s",
    "code": "%(code)s",
    "buyer_first_name": "%(first)s",
    "buyer_last_name": "%(last)s",
    "buyer_search": "%(search)s",
    "phone": "%(phone)s",
    "total_price": "%(price)s",
    "first_sku": "%(sku)s",
}
_ENTRY_GAPS = {"company_id": "%(company)s", "order_id": "%(id)s", "sku": "%(sku)s"}
# The column that Kaspi's fact calls otherwise.
_NAMED = {"category": "category_title"}


def moulds(place: ShopPlace, *, now: datetime) -> dict[Stage, list[Mould]]:
    """The moulds of every stage, youngest first."""
    facts = {sample.kind: _fact(sample.kind) for sample in (*ON_SHELVES, *ARCHIVED)}
    return {
        sample.stage: [_mould(sample, facts[sample.kind], now - age, place, now) for age in sample.ages()]
        for sample in (*ON_SHELVES, *ARCHIVED)
    }


def _fact(kind: str) -> KaspiOrder:
    (body,) = kaspi.bodies(1, kinds=(kind,))
    return kaspi.read(body).orders[0]


def _mould(sample: Sample, fact: KaspiOrder, approved: datetime, place: ShopPlace, now: datetime) -> Mould:
    moments: Mapping[str, Any] = {name: approved + later for name, later in sample.moments.items()}
    seen = replace(
        fact,
        state=sample.state,
        status=sample.status,
        created_at=approved - MINUTE,
        approved_at=approved,
        planned_delivery_at=approved + 3 * DAY,
        **moments,
        **sample.facts,
    )
    point_id, calendar = place.point_of(seen)
    row = merge(None, Observation(seen, now, point_id, calendar)).row
    assert row is not None, "an order seen for the first time is always news"
    assert row["stage"] == sample.stage, f"{row['stage']} is not {sample.stage}"
    values = {**row, "return_for_quality": False}
    order = _line([_GAPS.get(name) or _escaped(values[name]) for name in COLUMNS], fact.code)
    return Mould("%(id)s\t" + order, tuple(_entries(seen)))


def _entries(fact: KaspiOrder) -> Iterator[str]:
    for entry in fact.entries or ():
        named = {
            name: _ENTRY_GAPS.get(name) or _escaped(getattr(entry, _NAMED.get(name, name))) for name in ENTRY_COLUMNS
        }
        yield _line(list(named.values()), fact.code)


def _line(values: list[str], code: str) -> str:
    return "\t".join(values).replace(code, "%(code)s") + "\n"


def _escaped(value: object) -> str:
    return line_of([value])[:-1].replace("%", "%%")
