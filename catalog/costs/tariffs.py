"""Tariffs by date: what comes with the product, and what a company set over it. Pure but for `TextChoices`.

One rule says what holds on a day: the row with the latest `since` that is not after it; of one day the company's, and of
these the newest. So the past is never rewritten, and a new law takes effect although the company once set a value of its
own for the old one. Built-in figures are of kaspi-api.md §9; money is ₸, shares are 0–1.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from django.db.models import TextChoices

from staff.languages import later as _


class TariffKind(TextChoices):
    COMMISSION = "commission", _("Комиссия Kaspi, без НДС")
    KASPI_PAY = "kaspi_pay", _("Kaspi Pay")
    VAT = "vat", _("НДС")
    TAX = "tax", _("Налог с оборота")
    VAT_PAYER = "vat_payer", _("Компания платит НДС")
    FEES_BACK = "fees_back", _("При возврате Kaspi возвращает комиссию")
    DELIVERY_KEPT = "delivery_kept", _("При возврате доставка остаётся расходом")
    DELIVERY = "delivery", _("Kaspi Доставка, без НДС")


class Confidence(TextChoices):
    HIGH = "high", _("высокая")
    MEDIUM = "medium", _("средняя")
    LOW = "low", _("низкая")


class Reach(StrEnum):
    """How far a parcel goes; the tariff of Kaspi Delivery has a column for each."""

    CITY = "city"
    COUNTRY = "country"
    EXPRESS = "express"


YES_NO: Final = frozenset({TariffKind.VAT_PAYER, TariffKind.FEES_BACK, TariffKind.DELIVERY_KEPT})
SHARES: Final = frozenset({TariffKind.COMMISSION, TariffKind.KASPI_PAY, TariffKind.VAT, TariffKind.TAX})
# Of a commission: the group that an offer without one belongs to.
DEFAULT_GROUP: Final = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A value since a day. `own`: set by the company; `order` tells apart what it set for one day, the newest last."""

    kind: TariffKind
    key: str
    since: date
    value: Decimal
    source: str = ""
    confidence: Confidence = Confidence.HIGH
    own: bool = False
    order: int = 0


class Band(NamedTuple):
    """A row of the delivery's table: what parcels of this worth (₸) and weight (grams) cost on this reach, without VAT.

    Bounds: from, inclusive; to, exclusive; None: no end.
    """

    reach: Reach
    worth_from: int
    worth_to: int | None
    grams_from: int
    grams_to: int | None

    @property
    def key(self) -> str:
        return f"{self.reach}:{self.worth_from}:{self.grams_from}"


@dataclass(frozen=True, slots=True)
class Rates:
    """What holds of one commission group on a day. None: no source tells."""

    commission: Decimal | None
    kaspi_pay: Decimal | None
    vat: Decimal
    tax: Decimal
    vat_payer: bool
    fees_back: bool
    delivery_kept: bool

    @property
    def commission_with_vat(self) -> Decimal:
        return (self.commission or Decimal(0)) * (1 + self.vat)

    @property
    def vat_inside(self) -> Decimal:
        """The share of a price with VAT that is VAT."""
        return self.vat / (1 + self.vat)


@dataclass(frozen=True)
class Tariffs:
    """All rows that are known, ours and the company's."""

    rows: Sequence[Row]
    _by_name: dict[tuple[str, str], list[Row]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found: dict[tuple[str, str], list[Row]] = {}
        for row in sorted(self.rows, key=lambda row: (row.since, row.own, row.order)):
            found.setdefault((row.kind, row.key), []).append(row)
        object.__setattr__(self, "_by_name", found)

    def row(self, kind: TariffKind, key: str, day: date) -> Row | None:
        """The row that holds on a day; None before the first."""
        return next((row for row in reversed(self._by_name.get((kind, key), [])) if row.since <= day), None)

    def value(self, kind: TariffKind, day: date, key: str = "") -> Decimal | None:
        found = self.row(kind, key, day)
        return found.value if found else None

    def history(self, kind: TariffKind, key: str = "") -> Sequence[Row]:
        """All rows of one tariff, the oldest first."""
        return tuple(self._by_name.get((kind, key), ()))

    def groups(self) -> list[str]:
        """Commission groups that have a rate, the default first."""
        return sorted({key for kind, key in self._by_name if kind == TariffKind.COMMISSION})

    def rates(self, group: str, day: date) -> Rates:
        """A group without rows of its own is the default one."""
        commission = self.value(TariffKind.COMMISSION, day, group)
        if commission is None:
            commission = self.value(TariffKind.COMMISSION, day, DEFAULT_GROUP)
        return Rates(
            commission,
            self.value(TariffKind.KASPI_PAY, day),
            self.value(TariffKind.VAT, day) or Decimal(0),
            self.value(TariffKind.TAX, day) or Decimal(0),
            bool(self.value(TariffKind.VAT_PAYER, day)),
            bool(self.value(TariffKind.FEES_BACK, day)),
            bool(self.value(TariffKind.DELIVERY_KEPT, day)),
        )

    def bands(self, day: date) -> dict[Band, Decimal]:
        """The delivery's table as it holds on a day, without VAT: of one table ours, cell by cell the company's."""
        since = max((since for since in DELIVERY if since <= day), default=None)
        if since is None:
            return {}
        table = {band: self.row(TariffKind.DELIVERY, band.key, day) for band in DELIVERY[since]}
        # What was set in an earlier table is over with that table, and so is a cell that this one has not.
        return {band: row.value for band, row in table.items() if row is not None and row.since >= since}

    def delivery(self, *, worth: Decimal, grams: int, reach: Reach, day: date) -> Decimal | None:
        """What Kaspi takes for bringing a parcel, whole ₸ with VAT; None where no tariff tells."""
        for band, value in self.bands(day).items():
            fits = band.worth_from <= worth and (band.worth_to is None or worth < band.worth_to)
            light = band.grams_from <= grams and (band.grams_to is None or grams < band.grams_to)
            if band.reach is reach and fits and light:
                return whole(value * (1 + (self.value(TariffKind.VAT, day) or 0)))
        return None

    def stretches(self, first: date, last: date) -> Iterator[tuple[date, date]]:
        """The days between, both inclusive, cut where any tariff changes."""
        turns = sorted({row.since for row in self.rows if first < row.since <= last})
        begins = [first, *turns]
        ends = [turn - timedelta(days=1) for turn in turns] + [last]
        return zip(begins, ends, strict=True)


def whole(amount: Decimal) -> Decimal:
    """Whole ₸, half up: Kaspi's own sheets show 699 × 1,12 as 783 (kaspi-api.md §9)."""
    return amount.quantize(Decimal(1), rounding="ROUND_HALF_UP")


def _bands(reach: Reach, rows: Iterable[tuple[int, int | None, int, int | None, int]]) -> dict[Band, Decimal]:
    return {
        Band(reach, worth, worth_to, kg * 1000, None if kg_to is None else kg_to * 1000): Decimal(value)
        for worth, worth_to, kg, kg_to, value in rows
    }


def _by_weight(
    worth: int, weights: Sequence[int], values: Sequence[int]
) -> Iterator[tuple[int, int | None, int, int | None, int]]:
    """Rows of parcels of this worth and more, by kilograms from each of `weights` to the next."""
    for place, (kg, value) in enumerate(zip(weights, values, strict=True)):
        yield worth, None, kg, weights[place + 1] if place + 1 < len(weights) else None, value


def _of_2026(reach: Reach, middle: int, values: Sequence[int]) -> dict[Band, Decimal]:
    cheap = ((0, 1_000, 49), (1_000, 3_000, 149), (3_000, 5_000, 199), (5_000, 10_000, middle))
    rows = [(low, high, 0, None, value) for low, high, value in cheap]
    return _bands(reach, [*rows, *_by_weight(10_000, (0, 5, 15, 30, 60, 100), values)])


def _of_2025(reach: Reach, middle: int, values: Sequence[int]) -> dict[Band, Decimal]:
    rows = [(5_000, 15_000, 0, None, middle)]
    return _bands(reach, [*rows, *_by_weight(15_000, (0, 5, 15, 50), values)])


# What a parcel below 5 000 ₸ cost in 2025, and a heavy one by Express, no source tells.
DELIVERY: Final[Mapping[date, Mapping[Band, Decimal]]] = {
    date(2025, 1, 1): {
        **_of_2025(Reach.CITY, 699, (799, 999, 2_299, 3_999)),
        **_of_2025(Reach.COUNTRY, 799, (1_299, 1_699, 3_599, 6_499)),
        **_bands(Reach.EXPRESS, [(0, 5_000, 0, None, 0), (5_000, 15_000, 0, None, 799), (15_000, None, 0, 5, 1_499)]),
    },
    date(2026, 1, 1): {
        **_of_2026(Reach.CITY, 699, (1_099, 1_349, 2_299, 2_899, 4_149, 6_449)),
        **_of_2026(Reach.COUNTRY, 799, (1_299, 1_699, 3_599, 5_649, 8_549, 11_999)),
        **_of_2026(Reach.EXPRESS, 799, (1_699, 1_849, 3_149, 3_599, 5_599, 8_449)),
    },
}

GROUPS: Final[Mapping[str, object]] = {
    DEFAULT_GROUP: _("Большинство товаров"),
    "food": _("Продукты и лекарства"),
    "accessories": _("Аксессуары, сумки, аксессуары для телефонов"),
}
_CALCULATOR = _("сторонний калькулятор по тарифам Kaspi 2026 года")
_BACKWARDS = _("тарифы 2026 года, взятые и для 2025: своих за тот год мы не нашли")
_LAW = _("Налоговый кодекс")
_TABLES = _("таблицы продавцов, сверено с выгрузкой кабинета")
_USUAL = _("обычно для упрощённого режима, проверьте у своего бухгалтера")
_GUIDE = _("справка Kaspi для продавцов")
_COMMISSIONS: Final = {DEFAULT_GROUP: Decimal("0.109"), "food": Decimal("0.064"), "accessories": Decimal("0.135")}
_2025, _2026 = date(2025, 1, 1), date(2026, 1, 1)
C, K = Confidence, TariffKind

BUILT_IN: Final[tuple[Row, ...]] = (
    *(Row(K.COMMISSION, group, _2025, value, _BACKWARDS, C.LOW) for group, value in _COMMISSIONS.items()),
    *(Row(K.COMMISSION, group, _2026, value, _CALCULATOR, C.MEDIUM) for group, value in _COMMISSIONS.items()),
    Row(K.KASPI_PAY, "", _2025, Decimal("0.0095"), _CALCULATOR, C.MEDIUM),
    Row(K.VAT, "", date(2009, 1, 1), Decimal("0.12"), _LAW),
    Row(K.VAT, "", _2026, Decimal("0.16"), _LAW),
    Row(K.TAX, "", date(2009, 1, 1), Decimal("0.03"), _USUAL, C.LOW),
    Row(K.VAT_PAYER, "", date(2009, 1, 1), Decimal(0), _USUAL, C.LOW),
    Row(K.FEES_BACK, "", date(2009, 1, 1), Decimal(1), _GUIDE, C.MEDIUM),
    Row(K.DELIVERY_KEPT, "", date(2009, 1, 1), Decimal(1), _GUIDE),
    *(
        Row(K.DELIVERY, band.key, since, value, _TABLES, C.MEDIUM)
        for since, table in DELIVERY.items()
        for band, value in table.items()
    ),
)
