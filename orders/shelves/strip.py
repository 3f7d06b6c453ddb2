"""The deadline strip over «Новые»: every waiting order as a mark on a square-root axis of four hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from orders.shelves.page_models import DeadlineStrip, Mark
from staff.drawing import Tick, per_cent, root_axis, zones
from staff.formats import HOUR, MINUTE, plural, time_left
from staff.languages import later as _

LENGTH = 4 * HOUR
URGENT, SOON = 15 * MINUTE, HOUR
LEVELS = ((URGENT, "urgent"), (SOON, "soon"))
TICKS = (
    (0, _("сейчас"), "start", False),
    (URGENT, _("15 мин"), "middle", False),
    (30 * MINUTE, "30", "middle", True),
    (SOON, _("1 ч"), "middle", False),
    (2 * HOUR, _("2 ч"), "middle", False),
    (3 * HOUR, _("3 ч"), "middle", True),
    (LENGTH, _("4 ч"), "end", False),
)
NOTE = _("Не принятый в срок заказ отменится и войдёт в долю отмен")


@dataclass(frozen=True, slots=True)
class Waiting:
    code: str
    url: str
    seconds_left: int


def _level(seconds_left: int) -> str:
    return next((level for bound, level in LEVELS if seconds_left < bound), "")


def _lead(urgent: int, total: int) -> tuple[str, str]:
    """What stands in red, and the rest of the sentence."""
    if urgent:
        return plural(urgent, "заказ", "заказов"), gettext("меньше 15 минут")
    return "", gettext("%(total)s принятия") % {"total": plural(total, "заказ ждёт", "заказов ждут")}


def deadline_strip(waiting: Sequence[Waiting], *, total: int = 0) -> DeadlineStrip | None:
    """The strip of these orders; nothing waits, no strip. Longer than four hours stands on the right edge.

    `total` counts all that wait, when only the most urgent of them are given.
    """
    if not waiting:
        return None
    total = max(total, len(waiting))
    levels = [_level(order.seconds_left) for order in waiting]
    urgent, soon = levels.count("urgent"), levels.count("soon")
    lead_alert, lead = _lead(urgent, total)
    return DeadlineStrip(
        lead_alert=lead_alert,
        lead=lead,
        note=NOTE,
        summary=(
            gettext("Заказы по оставшемуся времени: %(urgent)s меньше 15 минут, %(soon)s до часа, %(total)s позже")
            % {"urgent": urgent, "soon": soon, "total": total - urgent - soon}
        ),
        zones=zones([root_axis(URGENT, length=LENGTH), root_axis(SOON, length=LENGTH)], ("urgent", "soon", "calm")),
        ticks=tuple(
            Tick(per_cent(root_axis(at, length=LENGTH)), text, anchor, minor) for at, text, anchor, minor in TICKS
        ),
        marks=tuple(
            Mark(
                url=order.url,
                label=gettext("Заказ %(code)s, осталось %(time)s")
                % {"code": order.code, "time": time_left(max(order.seconds_left, 0))},
                x=per_cent(root_axis(order.seconds_left, length=LENGTH)),
                level=level,
            )
            for order, level in zip(waiting, levels, strict=True)
        ),
    )
