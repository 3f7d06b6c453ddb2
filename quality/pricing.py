"""What one more cancel or delay would do to a shop's numbers: told to the pages of orders through `orders.stakes`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext

from orders.card.page_models import BeforeAfter
from orders.stakes import Budget, Stakes
from quality.budget import DayAhead, OneMore, after_one_more, days_ahead, next_room, room
from quality.formulas import Metric
from quality.metrics import Measured
from quality.reading import readings_of, standing, today_of, verdict
from quality.scales import scale_of
from quality.standing.series import pace_of
from quality.thresholds import Rule, Status, judge
from staff.formats import calendar_day, grouped, share


def tell(shop_ids: Sequence[int], now: datetime) -> Stakes:
    """The stakes by the numbers of the preview: a cancel of today counts today, and the cabinet shows it tomorrow."""
    today = today_of(now)
    profile, live = standing(shop_ids, now=now)
    found = readings_of(live, profile, today=today)
    late = verdict(found[Metric.LATE_HANDOVER], profile)
    measured, rule = late.reading.preview, profile.rules[Metric.CANCELLED]
    is_counted = measured.value is not None
    cancelled = found[Metric.CANCELLED].preview
    days = live.days.get(Metric.CANCELLED, ())
    pace = pace_of(days, today=today, window_days=rule.window_days)
    ahead = days_ahead(days, rule, today=today, horizon=rule.window_days, arrivals_a_day=pace)
    return Stakes(
        one_more_cancel=one_more_cancel(cancelled, rule, ahead),
        late=gettext("Задержки %(value)s") % {"value": share(measured.value)} if measured.value is not None else "",
        late_note=left_of(measured, late.rule),
        late_scale=scale_of(measured, late.rule) if is_counted else None,
    )


def tell_budget(shop_ids: Sequence[int], now: datetime, days: int) -> Budget:
    """How many more cancels fit today, by the preview as `tell` has it; on a day before it by the number that stood in the
    cabinet then. Of days whose window reaches back beyond what is counted nothing is told.
    """
    today = today_of(now)
    profile, live = standing(shop_ids, now=now)
    counted = live.days.get(Metric.CANCELLED, ())
    known_from = min((one.day for one in counted), default=today)
    then = {}
    for past in (today - timedelta(days=n) for n in range(1, days + 1)):
        shown = readings_of(live, profile, today=past)[Metric.CANCELLED].official
        if shown.window.first >= known_from:
            then[past] = affordable(shown, profile.rules[Metric.CANCELLED])
    preview = readings_of(live, profile, today=today)[Metric.CANCELLED].preview
    return Budget(affordable(preview, profile.rules[Metric.CANCELLED]), then)


def affordable(measured: Measured, rule: Rule) -> int | None:
    """How many more cancels fit; None while even one more would be judged by nobody, for there are too few orders."""
    used, total = measured.numerator, measured.denominator
    if judge(replace(measured, numerator=used + 1), rule) is Status.NOT_ENOUGH_DATA:
        return None
    return room(used, total, rule.critical).left


def one_more_cancel(measured: Measured, rule: Rule, ahead: Sequence[DayAhead] = ()) -> BeforeAfter | None:
    """«2,18 %, 27 из 1 236, запас 10» → «2,27 %, 28 из 1 236, запас 9», and what the days `ahead` give back; None where
    there is nothing to share by.
    """
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
        ahead=_given_back(more, ahead),
    )


def _given_back(more: OneMore, ahead: Sequence[DayAhead]) -> str:
    """When the next cancel falls out of the window; and where the one to come leaves no room, when there is room again."""
    # The window of the preview is that of tomorrow: what leaves by then is not in its number any more.
    leaving = next((day for day in ahead[1:] if day.leaving_used), None)
    said = []
    if leaving is not None:
        said.append(gettext("Следующая отмена выйдет из окна %(day)s") % {"day": calendar_day(leaving.day)})
    if more.left_after == 0:
        # The cancel to come stays in the window on all the days ahead, so one must fit besides it.
        again = next_room(1, ahead)
        said.append(
            gettext("место для ещё одной появится %(day)s") % {"day": calendar_day(again.day)}
            if again is not None
            else gettext("место для ещё одной в ближайшие дни не появится, если заказов придёт как раньше")
        )
    return ", ".join(said)


def cancels_left(shop_id: int, now: datetime) -> int | None:
    """How many more cancels fit under the line by which the shop is judged; None while there is nothing to share by."""
    profile, live = standing([shop_id], now=now)
    measured = readings_of(live, profile, today=today_of(now))[Metric.CANCELLED].preview
    if not measured.denominator:
        return None
    return room(measured.numerator, measured.denominator, profile.rules[Metric.CANCELLED].critical).left


def left_of(measured: Measured, rule: Rule) -> str:
    """«запас 29, критична 72-я», or by how many the line is crossed."""
    if not measured.denominator:
        return ""
    found = room(measured.numerator, measured.denominator, rule.critical)
    if found.used >= found.crosses_at:
        return gettext("выше границы на %(used)s") % {"used": found.used - found.crosses_at + 1}
    return gettext("запас %(left)s, критична %(crosses_at)s-я") % {"left": found.left, "crosses_at": found.crosses_at}
