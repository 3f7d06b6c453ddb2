"""What addresses ask of an audit: a number, a day, a moment of knowledge. Bad ones are refused in words."""

from datetime import date, datetime

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext

from quality.audit.kaspi import EARLIEST
from quality.formulas import Metric
from staff.errors import Refused
from staff.formats import ALMATY

METRICS = {metric.value: metric for metric in Metric}


def read_metric(name: str) -> Metric:
    """Raises Refused (400)."""
    if name not in METRICS:
        raise _bad("metric", gettext("Нет такого показателя: %(name)s") % {"name": name[:40]})
    return METRICS[name]


def read_day(text: str, *, today: date) -> date | None:
    """The day on which a number is shown, today at the latest; None for nothing. Raises Refused (400)."""
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not EARLIEST <= day <= today:
        raise _bad("on", gettext("on: ждём дату 2026-11-22, не позже сегодняшней"))
    return day


def read_known(text: str, *, now: datetime) -> datetime | None:
    """A moment that has been; without a zone it is Almaty's. None for nothing. Raises Refused (400)."""
    if not text:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=ALMATY)
    # Years whose instants do not exist in UTC are no moments of ours either.
    if moment is None or not EARLIEST.year <= moment.year <= now.year or moment > now:
        raise _bad("known", gettext("known: ждём прошедший момент, например 2026-11-22T09:00"))
    return moment


def _bad(field: str, sentence: str) -> Refused:
    return Refused("bad_value", sentence, status=400, field=field)
