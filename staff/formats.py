"""Numbers and moments as a person reads them.

Pure but for one thing: they speak the language that is active (`kaspi_office.languages`). Every app may call them: the
read-models of the pages compose their sentences here, and the template tags of `kaspi_office` are thin wrappers.
Moments are aware; they are shown in the zone of Almaty. The forms themselves come from the design, section «Formats»;
months, days and durations stand in the catalogues.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext, ngettext

from staff.languages import later as _

ALMATY = ZoneInfo("Asia/Almaty")

THIN = "\u2009"
NBSP = "\u00a0"
MINUS = "\u2212"

MINUTE, HOUR, DAY = 60, 3_600, 86_400
OVERDUE = _("просрочен")
# Below a quarter of an hour the chip counts seconds.
CLOCK_BELOW = 15 * MINUTE

MONTHS = (
    _("января"),
    _("февраля"),
    _("марта"),
    _("апреля"),
    _("мая"),
    _("июня"),
    _("июля"),
    _("августа"),
    _("сентября"),
    _("октября"),
    _("ноября"),
    _("декабря"),
)
WEEKDAYS = (_("пн"), _("вт"), _("ср"), _("чт"), _("пт"), _("сб"), _("вс"))
NEAR_DAYS = {-1: _("вчера"), 0: _("сегодня"), 1: _("завтра")}

Number = int | Decimal | Fraction | float


def _rounded(value: Number, digits: int) -> Decimal:
    """Half up, from the exact value: 2.185 becomes 2.19 and never 2.18 through a binary float."""
    exact = (
        Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else Decimal(str(value))
    )
    # Adding zero turns «-0» into «0».
    return exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP) + 0


def _english() -> bool:
    return get_language() == "en"


def grouped(value: Number, *, digits: int = 0) -> str:
    """«1 236», «4,71»: thin space between thousands, comma (in English a point), real minus."""
    text = f"{_rounded(value, digits):,f}".replace(",", THIN).replace("-", MINUS)
    return text if _english() else text.replace(".", ",")


def tenge(amount: Number) -> str:
    """Whole tenge: «1 225 650 ₸»."""
    return f"{grouped(amount)}{NBSP}₸"


def share(value: Number, *, digits: int = 2) -> str:
    """A share 0–1 as per cent: 27/1236 is «2,18 %», in English «2.18%»."""
    return f"{grouped(value * 100, digits=digits)}{'' if _english() else NBSP}%"


def change(value: Number, *, digits: int = 2) -> str:
    """A difference, the sign always shown: «+0,03», «−0,22»; no difference is «0,00»."""
    rounded = _rounded(value, digits)
    return ("+" if rounded > 0 else "") + grouped(rounded, digits=digits)


def plural(count: int, one: str, many: str) -> str:
    """`plural(261, "заказ", "заказов")` is «261 заказ»; the form for few stands in the Russian catalogue."""
    return f"{grouped(count)}{NBSP}{plural_word(count, one, many)}"


def plural_word(count: int, one: str, many: str) -> str:
    """The word alone, in the form that the number asks for in the active language."""
    return ngettext(one, many, abs(count))


def order_groups(code: str) -> tuple[str, str, str]:
    """«284 917 420» as three groups from the right; a short code leaves the first ones empty."""
    return code[:-6], code[-6:-3], code[-3:]


def kz_phone(phone: str) -> str:
    """«+7 (777) 555-40-21» from +7…, 8… or ten digits; what is not a Kazakh number comes back as it was."""
    digits = "".join(filter(str.isdigit, phone))
    local = digits[1:] if len(digits) == 11 and digits[0] in "78" else digits
    if len(local) != 10:
        return phone
    return f"+7 ({local[:3]}) {local[3:6]}-{local[6:8]}-{local[8:]}"


def initials(name: str) -> str:
    """Two letters for a round mark: «Динара Ахметова» is «ДА», «Алма» is «АЛ»."""
    words = [word for word in "".join(c if c.isalnum() else " " for c in name).split() if word]
    letters = [word[0] for word in words[:2]] if len(words) > 1 else list("".join(words)[:2])
    return "".join(letters).upper()


def almaty_time(moment: datetime) -> str:
    """«11:48»."""
    return f"{moment.astimezone(ALMATY):%H:%M}"


def almaty_day(moment: datetime, *, now: datetime) -> str:
    """«вчера», «сегодня», «завтра», «15 октября»; another year is named: «15 октября 2025»."""
    ahead = days_ahead(moment, now=now)
    if ahead in NEAR_DAYS:
        return str(NEAR_DAYS[ahead])
    day = moment.astimezone(ALMATY).date()
    return calendar_day(day, year=day.year != now.astimezone(ALMATY).year)


def days_ahead(moment: datetime, *, now: datetime) -> int:
    """Calendar days of Almaty from now on: 0 today, 1 tomorrow, −1 yesterday."""
    return (moment.astimezone(ALMATY).date() - now.astimezone(ALMATY).date()).days


def calendar_day(day: date, *, year: bool = False) -> str:
    """«15 октября», with the year «15 октября 2025», «2025 ж. 15 қазан»."""
    parts = {"day": day.day, "month": MONTHS[day.month - 1], "year": day.year}
    return gettext("%(day)s %(month)s %(year)s") % parts if year else gettext("%(day)s %(month)s") % parts


def almaty_moment(moment: datetime, *, now: datetime) -> str:
    """«вчера, 22:05»."""
    return f"{almaty_day(moment, now=now)}, {almaty_time(moment)}"


def almaty_weekday(moment: datetime) -> str:
    """A planned date, always named in full: «чт, 15 октября»."""
    day = moment.astimezone(ALMATY).date()
    return f"{WEEKDAYS[day.weekday()]}, {calendar_day(day)}"


def _clock(seconds: int) -> str:
    return f"{seconds // MINUTE:02d}:{seconds % MINUTE:02d}"


def _minutes(seconds: int) -> str:
    return gettext("%(minutes)s мин") % {"minutes": seconds // MINUTE}


def _hours(seconds: int) -> str:
    parts = {"hours": seconds // HOUR, "minutes": f"{seconds % HOUR // MINUTE:02d}"}
    return gettext("%(hours)s ч %(minutes)s мин") % parts


def _days(seconds: int) -> str:
    return plural(seconds // DAY, "день", "дней")


def _seconds(seconds: int) -> str:
    return gettext("%(seconds)s с") % {"seconds": seconds}


# The first row whose bound lies above the value speaks.
_LEFT: tuple[tuple[float, Callable[[int], str]], ...] = (
    (CLOCK_BELOW, _clock),
    (HOUR, _minutes),
    (DAY, _hours),
    (float("inf"), _days),
)
_AGO: tuple[tuple[float, Callable[[int], str]], ...] = (
    (MINUTE, _seconds),
    (HOUR, _minutes),
    (DAY, _hours),
    (float("inf"), _days),
)


def _spoken(seconds: int, table: tuple[tuple[float, Callable[[int], str]], ...]) -> str:
    return next(say(seconds) for bound, say in table if seconds < bound)


def time_left(seconds: int) -> str:
    """«1 день», «2 ч 05 мин», «38 мин», «05:48»; past the deadline «просрочен», «просрочен 6 мин»."""
    if seconds > 0:
        return _spoken(seconds, _LEFT)
    if seconds > -MINUTE:
        return str(OVERDUE)
    return gettext("просрочен %(time)s") % {"time": _spoken(-seconds, _AGO)}


def ago(seconds: int) -> str:
    """«12 с назад», «26 мин назад»."""
    return gettext("%(time)s назад") % {"time": _spoken(max(seconds, 0), _AGO)}


def axis_day(day: date, *, month: bool) -> str:
    """«28 окт» at the ends of an axis, «14» between."""
    return f"{day.day} {str(MONTHS[day.month - 1])[:3]}" if month else str(day.day)
