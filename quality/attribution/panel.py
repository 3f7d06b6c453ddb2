"""«Откуда берётся число» in words: a number by points and people, goods, categories, hours, reasons."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext

from quality.attribution import reading
from quality.attribution.page_models import BreakdownPanel, StopSale
from quality.attribution.reading import Dimension, Number
from quality.attribution.tables import Made, Split, Url, measured_of, member_table, point_table, split_table, units_text
from quality.attribution.words import DIMENSIONS, UNITS
from quality.budget import room
from quality.formulas import Metric
from quality.reading import Live, together
from staff.access import Actor
from staff.errors import Refused
from staff.formats import calendar_day, plural, share
from staff.page_parts import Tab
from staff.places import Places

SHORT: Final = 7
# From so much of the budget on a good is worth a look; one order alone proves nothing.
EATS: Final = Fraction(1, 5)
FEWEST: Final = 2
MOST_STOPS: Final = 3
# A mark has a day and no hour; of a return we know when we learned it.
TIMED: Final = (Metric.CANCELLED, Metric.LATE_HANDOVER)
STOPPABLE: Final = (Metric.CANCELLED, Metric.QUALITY_RETURNS)


def parse_split(params: Mapping[str, str]) -> Split:
    """`?by=sku&days=7`. Raises Refused (400)."""
    by, days = params.get("by", ""), params.get("days", "")
    if by and by not in [one.value for one in DIMENSIONS]:
        raise Refused("bad_value", gettext("Нет такой разбивки"), status=400, field="by")
    if days not in ("", str(SHORT)):
        raise Refused("bad_value", gettext("Период: 7 дней или всё окно"), status=400, field="days")
    return Split(Dimension(by) if by else None, int(days) if days else None)


def breakdown_panel(
    number: Number,
    *,
    places: Places,
    actor: Actor,
    by_point: Mapping[int, Live],
    by: Dimension | None,
    url: Url,
) -> BreakdownPanel | None:
    """The panel of one number, or None for who sees only orders given to him: numbers are of all the others too.

    `by_point`: what the profile counts of each point that the actor sees. `by`: what to split by; None: points and people.
    `url(**changed)` is the address of the page with some of its parameters changed; a blank one is left out.
    """
    if actor.orders_of is not None:
        return None
    made = Made(
        number=number,
        places=places,
        actor=actor,
        url=url,
        by_point=by_point,
        units=reading.units(number, seen_by=actor),
        most=_most(number, together(by_point.values())),
    )
    tables = (point_table(made), member_table(made)) if by is None else (split_table(made, by),)
    return BreakdownPanel(
        note=_note(made),
        tabs=_tabs(made, by),
        periods=_periods(number, url),
        tables=tables,
        stop_sales=_stop_sales(made),
    )


def _most(number: Number, live: Live) -> int:
    """How much the whole window holds, however few days of it are split."""
    if number.metric is Metric.RATING:
        return 0
    measured = measured_of(replace(number, days=None), live)
    return room(measured.numerator, measured.denominator, number.rule.critical).crosses_at - 1


def _note(made: Made) -> str:
    window = made.number.window
    told = {"first": calendar_day(window.first), "last": calendar_day(window.last)}
    note = gettext("%(first)s – %(last)s") % told
    if made.units.cut:
        note += gettext(", разобраны последние %(most)s") % {
            "most": plural(reading.most_of(made.metric), *UNITS[made.metric])
        }
    return note


def _tabs(made: Made, by: Dimension | None) -> tuple[Tab, ...]:
    shown = [one for one in DIMENSIONS if one is not Dimension.HOUR or made.metric in TIMED]
    places = Tab(gettext("Точки и люди"), made.url(by="") + "#breakdown", current=by is None)
    return (
        places,
        *(Tab(str(DIMENSIONS[one]), made.url(by=one.value) + "#breakdown", current=by is one) for one in shown),
    )


def _periods(number: Number, url: Url) -> tuple[Tab, ...]:
    whole = number.rule.window_days
    return tuple(
        Tab(
            plural(days, "день", "дней"),
            url(days="" if days == whole else str(days)) + "#breakdown",
            current=(number.days or whole) == days,
        )
        for days in (whole, SHORT)
    )


def _stop_sales(made: Made) -> tuple[StopSale, ...]:
    if made.metric not in STOPPABLE or not made.most:
        return ()
    parts = made.parts(Dimension.SKU)
    eating: list[Any] = [key for key, part in parts.items() if key and part >= FEWEST and made.share(part) >= EATS]
    # What would come of it is asked about a whole shop.
    seen = {unit.sku: made.actor.sees_whole(unit.shop_id) for unit in made.units.found}
    eating = [key for key in eating if seen.get(key)]
    eating.sort(key=lambda key: (-parts[key], key))
    titles = reading.titles_of(eating[:MOST_STOPS], made.units.found)
    return tuple(_stop_sale(made, sku, titles.get(sku, sku), parts[sku]) for sku in eating[:MOST_STOPS])


def _stop_sale(made: Made, sku: str, title: str, part: Fraction) -> StopSale:
    shop_id = next((unit.shop_id for unit in made.units.found if unit.sku == sku), made.number.shop_ids[0])
    query = {"shop": made.places.shop_by_id(shop_id).slug, "metric": made.metric.value, "sku": sku}
    told = {
        "title": title or sku,
        "units": units_text(part),
        "most": made.most,
        "share": share(made.share(part), digits=0),
    }
    sentence = gettext("«%(title)s» занимает %(share)s бюджета: %(units)s из %(most)s. Что даст снятие с продажи?")
    return StopSale(sentence % told, "/quality/whatif/?" + urlencode(query))
