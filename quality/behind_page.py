"""The list of orders behind a number, in words."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation import gettext

from orders.lifecycle import Stage
from orders.words import CANCEL_REASONS
from quality.asked import Asked
from quality.attribution.judging import answerers
from quality.attribution.page import number_url
from quality.behind import EXPIRED, FOR_QUALITY, Listed
from quality.formulas import Metric
from quality.metrics import Measured
from quality.page_models import BehindList, BehindOrder
from quality.reading import Behind
from quality.words import EXCLUDED, NOUNS
from staff.formats import NEAR_DAYS, calendar_day, order_groups, plural, time_left
from staff.languages import later as _
from staff.languages import noun
from staff.page_parts import Chip, Tab
from staff.places import Places

ROWS: Final = 50
LINES: Final[Mapping[str, str]] = {
    "point": _("точка"),
    "member": _("сотрудник"),
    "sku": _("артикул"),
    "category": _("категория"),
    "hour": _("час"),
    "cause": _("причина"),
}
MARK_LEVELS: Final[Mapping[int, str]] = {1: "danger", 2: "danger", 3: "warn", 4: "", 5: "ok"}


def behind_list(found: Listed, measured: Measured, asked: Asked, *, places: Places) -> BehindList:
    """The section «Заказы за этим числом»; `measured` says how many of them are in the number."""
    inside = [one.order for one in found.rows if one.counts]
    people = answerers(asked.metric, inside, places=places) if inside else {}
    first, last = asked.start + 1, asked.start + len(found.rows)
    return BehindList(
        note=_note(found, measured, asked),
        rows=tuple(_row(one, asked, people.get(one.order.pk, "")) for one in found.rows),
        filters=_filters(found, asked),
        range_text=gettext("%(first)s–%(last)s из %(shown)s") % {"first": first, "last": last, "shown": found.chosen}
        if found.rows
        else "",
        prev_url=asked.url(start=str(max(asked.start - ROWS, 0) or "")) if asked.start else "",
        next_url=asked.url(start=str(last)) if found.chosen > last else "",
        narrowed=_narrowed(asked),
        all_url=asked.url(why="", **dict.fromkeys(asked.of.params, "")) if asked.of else "",
    )


def _narrowed(asked: Asked) -> str:
    """Which lines of the breakdown the list is narrowed to: «Артикул, час, 7 дней»."""
    days = [plural(asked.split.days, "день", "дней")] if asked.of and asked.split.days else []
    return ", ".join([*(str(LINES[name]) for name in asked.of.params), *days]).capitalize()


def _note(found: Listed, measured: Measured, asked: Asked) -> str:
    if asked.of or asked.why:
        return plural(found.chosen, "заказ", "заказов")
    rating = measured.metric is Metric.RATING
    nouns = noun("оценка", "оценок") if rating else NOUNS[measured.metric][0]
    return plural(measured.denominator if rating else measured.numerator, *nouns)


def reason_word(code: str, metric: Metric) -> str:
    """Why an order stands behind the number, in a word or two."""
    if metric is Metric.RATING:
        return gettext("оценка %(mark)s") % {"mark": code}
    if metric is Metric.QUALITY_RETURNS:
        return gettext("возврат по качеству") if code == FOR_QUALITY else gettext("возврат")
    if code == EXPIRED:
        return gettext("не принят в срок")
    return str(CANCEL_REASONS.get(code, gettext("причина не названа"))).lower()


def reason_of(behind: Behind, metric: Metric) -> Chip:
    """The reason of one order, coloured when it counts."""
    order, level = behind.order, "danger" if behind.counts else ""
    if metric is Metric.RATING:
        return Chip(reason_word(str(order.mark), metric), MARK_LEVELS.get(order.mark or 0, "") if behind.counts else "")
    if metric is Metric.LATE_HANDOVER and order.handed_at and order.courier_planned_at:
        late = int((order.handed_at - order.courier_planned_at).total_seconds())
        told = gettext("позже на %(time)s") % {"time": time_left(late)} if late >= 60 else gettext("позже срока")
        return Chip(told, level)
    if metric is Metric.QUALITY_RETURNS:
        return Chip(reason_word(FOR_QUALITY if order.return_for_quality else "", metric), level)
    expired = order.expired_at or order.stage == Stage.EXPIRED
    return Chip(reason_word(EXPIRED if expired else order.cancellation_reason, metric), level)


def _row(behind: Behind, asked: Asked, answers: str) -> BehindOrder:
    order = behind.order
    leaves = (behind.leaves_on - asked.today).days
    return BehindOrder(
        url=f"/orders/{order.code}/",
        number_url=number_url(order, asked.metric, shop=order.shop.slug),
        no=order_groups(order.code),
        reason=reason_of(behind, asked.metric),
        item=order.first_item,
        point=order.point.name if order.point else gettext("без точки"),
        answers=answers,
        day=calendar_day(behind.day),
        leaves=calendar_day(behind.leaves_on),
        leaves_note=NEAR_DAYS.get(leaves) or gettext("через %(days)s") % {"days": plural(leaves, "день", "дней")},
        excluded=gettext("не входит: %(excluded)s") % {"excluded": EXCLUDED[behind.why]} if behind.why else "",
    )


def _filters(found: Listed, asked: Asked) -> Sequence[Tab]:
    """What is in the number, all of it or by reason; and what looks like it and is not."""
    outside = asked.why == OUTSIDE
    tabs = [Tab(gettext("в числе"), asked.url(why=""), "" if outside else str(found.total), current=not asked.why)]
    if not outside and len(found.reasons) > 1:
        # A reason that Kaspi did not name is chosen by a word of ours.
        for code, count in found.reasons:
            name = code or UNNAMED
            tabs.append(
                Tab(reason_word(code, asked.metric), asked.url(why=name), str(count), current=name == asked.why)
            )
    if asked.metric is not Metric.LATE_HANDOVER:
        shown = str(found.total) if outside else ""
        tabs.append(Tab(gettext("похожи, но не входят"), asked.url(why=OUTSIDE), shown, current=outside))
    return tabs if len(tabs) > 1 else ()


UNNAMED: Final = "unnamed"
# The orders that look like the number and are not in it.
OUTSIDE: Final = "outside"
