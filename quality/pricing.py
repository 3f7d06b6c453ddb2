"""What one more cancel or delay would do to a shop's numbers: told to the pages of orders through `orders.stakes`."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext

from orders.card.page_models import BeforeAfter
from orders.stakes import Stakes
from quality.budget import after_one_more, room
from quality.metrics import Measured, Metric
from quality.reading import numbers, today_of, verdict
from quality.scales import scale_of
from quality.thresholds import Rule, profile_on
from staff.formats import grouped, share


def tell(shop_ids: Sequence[int], now: datetime) -> Stakes:
    """The stakes by the numbers of the preview: a cancel of today counts today, and the cabinet shows it tomorrow."""
    found, rules = numbers(shop_ids, now=now), profile_on(today_of(now)).rules
    late = verdict(found[Metric.LATE_HANDOVER], now=now)
    measured = late.reading.preview
    counted = measured.value is not None
    return Stakes(
        one_more_cancel=one_more_cancel(found[Metric.CANCELLED].preview, rules[Metric.CANCELLED]),
        late=gettext("Задержки %(value)s") % {"value": share(measured.value)} if measured.value is not None else "",
        late_note=left_of(measured, late.rule),
        late_scale=scale_of(measured, late.rule) if counted else None,
    )


def one_more_cancel(measured: Measured, rule: Rule) -> BeforeAfter | None:
    """«2,18 %, 27 из 1 236, запас 10» → «2,27 %, 28 из 1 236, запас 9»; None where there is nothing to share by."""
    used, total = measured.numerator, measured.denominator
    more = after_one_more(used, total, rule.critical)
    if more.before is None or more.after is None:
        return None
    left = room(used, total, rule.critical).left
    after_note = (
        gettext("граница перейдена")
        if more.crosses
        else gettext("запас %(left_after)s") % {"left_after": more.left_after}
    )
    return BeforeAfter(
        before=share(more.before),
        before_note=gettext("%(used)s из %(total)s, запас %(left)s")
        % {"used": grouped(used), "total": grouped(total), "left": left},
        after=share(more.after),
        after_note=gettext("%(used)s из %(total)s, %(after_note)s")
        % {"used": grouped(used + 1), "total": grouped(total), "after_note": after_note},
    )


def left_of(measured: Measured, rule: Rule) -> str:
    """«запас 29, критична 72-я», or by how many the line is crossed."""
    if not measured.denominator:
        return ""
    found = room(measured.numerator, measured.denominator, rule.critical)
    if found.used >= found.crosses_at:
        return gettext("выше границы на %(used)s") % {"used": found.used - found.crosses_at + 1}
    return gettext("запас %(left)s, критична %(crosses_at)s-я") % {"left": found.left, "crosses_at": found.crosses_at}
