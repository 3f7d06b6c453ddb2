"""The page of tariffs in words: what holds on a day, on whose word, and what held before."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext

from catalog.costs import known
from catalog.costs.page_models import BandRow, Cell, Choice, TariffLine, TariffsPage
from catalog.costs.tariffs import (
    GROUPS,
    SHARES,
    YES_NO,
    Band,
    Confidence,
    Reach,
    Row,
    TariffKind,
    Tariffs,
    whole,
)
from staff.access import Actor
from staff.formats import calendar_day, grouped, share, tenge
from staff.page_parts import Chip, Tab
from staff.permissions import Permission

LEVELS: Final = {Confidence.HIGH: "ok", Confidence.MEDIUM: "", Confidence.LOW: "warn"}
# Without the groups of the commission and the cells of the delivery, which have their own order.
SINGLE: Final = tuple(kind for kind in TariffKind if kind not in (TariffKind.COMMISSION, TariffKind.DELIVERY))


def tariffs_page(on: date, *, today: date, by: Actor, error: str = "") -> TariffsPage:
    """Everything that `templates/catalog/tariffs.html` prints."""
    tariffs = known.tariffs()
    lines = tuple(_lines(tariffs, on))
    return TariffsPage(
        day=calendar_day(on, year=True),
        day_value=on.isoformat(),
        tabs=tuple(_tabs(tariffs, on, today)),
        lines=lines,
        bands=tuple(_bands(tariffs, on)),
        bands_note=_bands_note(tariffs, on),
        choices=tuple(_choices(tariffs, on)),
        error=error,
        manages=by.may(Permission.CATALOG_MANAGE),
    )


def _tabs(tariffs: Tariffs, on: date, today: date) -> Iterator[Tab]:
    """The days around today on which anything changed, and today."""
    turns = sorted({row.since for row in tariffs.rows if row.since.year >= today.year - 1})
    yield Tab(gettext("Сегодня"), "/catalog/tariffs/", current=on == today)
    for day in turns[-6:]:
        yield Tab(
            gettext("с %(day)s") % {"day": calendar_day(day, year=True)},
            f"/catalog/tariffs/?on={day.isoformat()}",
            current=on == day != today,
        )


def _lines(tariffs: Tariffs, on: date) -> Iterator[TariffLine]:
    for group in tariffs.groups():
        yield _line(tariffs, TariffKind.COMMISSION, group, on)
    for kind in SINGLE:
        yield _line(tariffs, kind, "", on)


def _line(tariffs: Tariffs, kind: TariffKind, key: str, on: date) -> TariffLine:
    row, vat = tariffs.row(kind, key, on), tariffs.value(TariffKind.VAT, on) or Decimal(0)
    title = _title(kind, key)
    if row is None:
        return TariffLine(kind, key, title, "—", "", gettext("тариф неизвестен"), Chip(gettext("не известно"), "warn"))
    value = _value(row)
    if kind is TariffKind.COMMISSION:
        value += gettext(", с НДС %(rate)s") % {"rate": share(row.value * (1 + vat))}
    return TariffLine(
        kind=kind,
        key=key,
        title=title,
        value=value,
        since=calendar_day(row.since, year=True),
        source=_source(row),
        trust=_trust(row),
        past=tuple(
            gettext("с %(day)s: %(value)s") % {"day": calendar_day(one.since, year=True), "value": _value(one)}
            for one in tariffs.history(kind, key)
            if one is not row
        ),
    )


def _title(kind: TariffKind, key: str) -> str:
    if kind is not TariffKind.COMMISSION:
        return str(kind.label)
    group = str(GROUPS.get(key, key))
    return gettext("Комиссия без НДС: %(group)s") % {"group": group[:1].lower() + group[1:]}


def _value(row: Row) -> str:
    if row.kind in YES_NO:
        return gettext("да") if row.value else gettext("нет")
    return share(row.value) if row.kind in SHARES else tenge(row.value)


def _source(row: Row) -> str:
    if row.own:
        return row.source or gettext("записала компания")
    return str(row.source)


def _trust(row: Row) -> Chip:
    if row.own:
        return Chip(gettext("своё"), "accent")
    return Chip(gettext("точность %(level)s") % {"level": Confidence(row.confidence).label}, LEVELS[row.confidence])


# --- Delivery ---------------------------------------------------------------------------------------------------------


def _bands(tariffs: Tariffs, on: date) -> Iterator[BandRow]:
    """A row for each worth and weight, a cell for each reach."""
    table, vat = tariffs.bands(on), tariffs.value(TariffKind.VAT, on) or Decimal(0)
    rows: dict[tuple[int, int], dict[Reach, Band]] = {}
    for band in table:
        rows.setdefault((band.worth_from, band.grams_from), {})[band.reach] = band
    for place in sorted(rows):
        bands = rows[place]
        title = _band_title(next(iter(bands.values())))
        yield BandRow(title, tuple(_cell(tariffs, bands.get(reach), table, vat, on) for reach in Reach))


def _cell(tariffs: Tariffs, band: Band | None, table: Mapping[Band, Decimal], vat: Decimal, on: date) -> Cell:
    if band is None:
        return Cell("", "—", "", own=False)
    row = tariffs.row(TariffKind.DELIVERY, band.key, on)
    value = table[band]
    return Cell(band.key, tenge(value), tenge(whole(value * (1 + vat))), own=bool(row and row.own))


def _band_title(band: Band) -> str:
    worth = (
        gettext("от %(low)s") % {"low": tenge(band.worth_from)}
        if band.worth_to is None
        else gettext("%(low)s – %(high)s") % {"low": grouped(band.worth_from), "high": tenge(band.worth_to - 1)}
    )
    if band.grams_from == 0 and band.grams_to is None:
        return worth
    kg = band.grams_from // 1000
    if band.grams_to is None:
        return gettext("%(worth)s, тяжелее %(kg)s кг") % {"worth": worth, "kg": kg}
    return gettext("%(worth)s, %(low)s–%(high)s кг") % {"worth": worth, "low": kg, "high": band.grams_to // 1000}


def _bands_note(tariffs: Tariffs, on: date) -> str:
    band = next(iter(tariffs.bands(on)), None)
    row = tariffs.row(TariffKind.DELIVERY, band.key, on) if band else None
    if row is None:
        return gettext("на этот день тарифы доставки неизвестны")
    return gettext("без НДС, ниже с НДС · %(source)s") % {"source": _source(row)}


def _choices(tariffs: Tariffs, on: date) -> Sequence[Choice]:
    """What may be set from a day on: every line of the page, and every cell of the table."""
    singles = [Choice(f"{TariffKind.COMMISSION}:{key}", _title(TariffKind.COMMISSION, key)) for key in tariffs.groups()]
    singles += [Choice(f"{kind}:", _title(kind, "")) for kind in SINGLE]
    cells = [
        Choice(f"{TariffKind.DELIVERY}:{band.key}", f"{_reach(band.reach)}: {_band_title(band)}")
        for band in sorted(tariffs.bands(on), key=lambda band: (list(Reach).index(band.reach), band[1:4:2]))
    ]
    return [*singles, *cells]


def _reach(reach: Reach) -> str:
    return {
        Reach.CITY: gettext("Доставка по городу"),
        Reach.COUNTRY: gettext("Доставка по стране"),
        Reach.EXPRESS: gettext("Экспресс-доставка"),
    }[reach]
