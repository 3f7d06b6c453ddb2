"""What the owner tells of Kaspi's sanctions: told, and taken back when it was a mistake. Both leave a word in the journal."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext

from orders.turns import take_turn
from quality.formulas import Metric
from quality.models import Sanction
from quality.profiles.assigned import profile_of
from quality.reading import today_of
from quality.standing.ladder import STEPS, WITHIN_DAYS
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import Refused
from staff.formats import plural
from staff.models import Shop
from staff.permissions import Permission

LONGEST_NOTE: Final = 500
# What is older has left the ladder, and with it every use.
OLDEST: Final = timedelta(days=2 * WITHIN_DAYS)


@dataclass(frozen=True, slots=True)
class Word:
    """What the owner says: Kaspi took this step of the ladder (from 1) on that Almaty day, for this number if he knows."""

    step: int
    began_on: date
    metric: Metric | None = None
    note: str = ""


def tell(shop: Shop, word: Word, *, by: Actor, now: datetime) -> Sanction:
    """Keep what the owner says of a sanction.

    Raises Refused: 403 without the right over the whole shop, 400 for a wrong step, day or note, 409 when a sanction of that
    day has been told.
    """
    require_whole(by, Permission.QUALITY_MANAGE, shop_id=shop.pk)
    today = today_of(now)
    _check(word, today, len(profile_of(shop.pk, today).ladder or STEPS))
    # One at a time, or two who tell the same would both find nothing told.
    take_turn(shop.pk)
    if Sanction.objects.filter(shop_id=shop.pk, began_on=word.began_on, withdrawn_at=None).exists():
        raise Refused("told_already", gettext("О санкции этого дня уже сказано"), field="began_on")
    told: Sanction = Sanction.objects.create(
        shop_id=shop.pk,
        step=word.step,
        metric=word.metric or "",
        began_on=word.began_on,
        note=word.note,
        actor_label=by.label,
        told_at=now,
    )
    audit.record(by, "quality.sanction_told", subject=("shop", shop.slug), now=now, details=_details(told))
    return told


def recall(shop: Shop, began_on: date, *, by: Actor, now: datetime) -> None:
    """The sanction of that day was told by mistake. Raises Refused: 403 as `tell`, 409 when none is told of that day."""
    require_whole(by, Permission.QUALITY_MANAGE, shop_id=shop.pk)
    take_turn(shop.pk)
    told: Sanction | None = Sanction.objects.filter(shop_id=shop.pk, began_on=began_on, withdrawn_at=None).first()
    if told is None:
        raise Refused("not_told", gettext("О санкции этого дня не сказано"), field="began_on")
    Sanction.objects.filter(pk=told.pk).update(withdrawn_at=now)
    audit.record(by, "quality.sanction_withdrawn", subject=("shop", shop.slug), now=now, details=_details(told))


def _check(word: Word, today: date, steps: int) -> None:
    if not 1 <= word.step <= steps:
        raise Refused("bad_value", gettext("Выберите этап"), status=400, field="step")
    if word.began_on > today:
        raise Refused("bad_day", gettext("Этот день ещё не наступил"), status=400, field="began_on")
    if today - word.began_on > OLDEST:
        days = plural(OLDEST.days, "день", "дней")
        sentence = gettext("Санкции старше %(days)s уже не считаются") % {"days": days}
        raise Refused("bad_day", sentence, status=400, field="began_on")
    if len(word.note) > LONGEST_NOTE:
        sentence = gettext("Заметка не длиннее %(most)s знаков") % {"most": LONGEST_NOTE}
        raise Refused("too_long", sentence, status=400, field="note")


def _details(told: Sanction) -> dict[str, str | int]:
    return {"step": told.step, "began_on": told.began_on.isoformat(), "metric": told.metric}
