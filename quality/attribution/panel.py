"""«Откуда берётся число» in words: a number by points and people, goods, categories, hours, reasons."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext

from quality.attribution import reading
from quality.attribution.page_models import BreakdownPanel, StopSale
from quality.attribution.reading import Dimension
from quality.attribution.tables import Made, Split, Url, measured_of, member_table, point_table, split_table, units_text
from quality.attribution.words import DIMENSIONS, UNITS
from quality.budget import room
from quality.formulas import Metric
from quality.metrics import Window, official_window
from quality.reading import Live, together
from quality.thresholds import Profile, Rule
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
    metric: Metric,
    shop_ids: Sequence[int],
    *,
    places: Places,
    actor: Actor,
    today: date,
    profile: Profile,
    by_point: Mapping[int, Live],
    asked: Split,
    url: Url,
) -> BreakdownPanel | None:
    """The panel of one number, or None for who sees only orders given to him: numbers are of all the others too.

    `by_point`: what the profile counts of each point that the actor sees. `url(**changed)` is the address of the page with
    some of its parameters changed; a blank one is left out.
    """
    if actor.orders_of is not None:
        return None
    rule = profile.rules[metric]
    whole = official_window(today, rule.window_days)
    window = reading.window_of(whole, asked.days)
    made = Made(
        metric=metric,
        shop_ids=shop_ids,
        places=places,
        actor=actor,
        profile=profile,
        asked=asked,
        url=url,
        window=window,
        by_point=by_point,
        units=reading.units(metric, shop_ids, window, seen_by=actor),
        most=_most(together(by_point.values()), metric, whole, rule),
    )
    tables = (
        (point_table(made, today=today), member_table(made)) if asked.by is None else (split_table(made, asked.by),)
    )
    return BreakdownPanel(
        note=_note(made),
        tabs=_tabs(made),
        periods=_periods(made, rule),
        tables=tables,
        stop_sales=_stop_sales(made),
    )


def _most(live: Live, metric: Metric, window: Window, rule: Rule) -> int:
    if metric is Metric.RATING:
        return 0
    measured = measured_of(live, metric, window)
    return room(measured.numerator, measured.denominator, rule.critical).crosses_at - 1


def _note(made: Made) -> str:
    told = {"first": calendar_day(made.window.first), "last": calendar_day(made.window.last)}
    note = gettext("%(first)s – %(last)s") % told
    if made.units.cut:
        note += gettext(", разобраны последние %(most)s") % {
            "most": plural(reading.most_of(made.metric), *UNITS[made.metric])
        }
    return note


def _tabs(made: Made) -> tuple[Tab, ...]:
    shown = [one for one in DIMENSIONS if one is not Dimension.HOUR or made.metric in TIMED]
    places = Tab(gettext("Точки и люди"), made.url(by="") + "#breakdown", current=made.asked.by is None)
    return (
        places,
        *(
            Tab(str(DIMENSIONS[one]), made.url(by=one.value) + "#breakdown", current=made.asked.by is one)
            for one in shown
        ),
    )


def _periods(made: Made, rule: Rule) -> tuple[Tab, ...]:
    return tuple(
        Tab(
            plural(days, "день", "дней"),
            made.url(days="" if days == rule.window_days else str(days)) + "#breakdown",
            current=(made.asked.days or rule.window_days) == days,
        )
        for days in (rule.window_days, SHORT)
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
    shop_id = next((unit.shop_id for unit in made.units.found if unit.sku == sku), made.shop_ids[0])
    query = {"shop": made.places.shop_by_id(shop_id).slug, "metric": made.metric.value, "sku": sku}
    told = {
        "title": title or sku,
        "units": units_text(part),
        "most": made.most,
        "share": share(made.share(part), digits=0),
    }
    sentence = gettext("«%(title)s» занимает %(share)s бюджета: %(units)s из %(most)s. Что даст снятие с продажи?")
    return StopSale(sentence % told, "/quality/whatif/?" + urlencode(query))
