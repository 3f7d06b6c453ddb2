"""Numbers and moments as a person reads them.

Pure functions, stdlib only, so that every app may call them: the read-models of the pages compose their
sentences here, and the template tags of `kaspi_office` are thin wrappers. Moments are aware; they are shown
in the zone of Almaty. The forms themselves come from the design, section «Formats».
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

ALMATY = ZoneInfo("Asia/Almaty")

THIN = "\u2009"
NBSP = "\u00a0"
MINUS = "\u2212"

MINUTE, HOUR, DAY = 60, 3_600, 86_400
OVERDUE = "просрочен"
# Below a quarter of an hour the chip counts seconds.
CLOCK_BELOW = 15 * MINUTE

MONTHS = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)
WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
NEAR_DAYS = {-1: "вчера", 0: "сегодня", 1: "завтра"}

Number = int | Decimal | Fraction | float


def _rounded(value: Number, digits: int) -> Decimal:
    """Half up, from the exact value: 2.185 becomes 2.19 and never 2.18 through a binary float."""
    exact = (
        Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else Decimal(str(value))
    )
    # Adding zero turns «-0» into «0».
    return exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP) + 0


def grouped(value: Number, *, digits: int = 0) -> str:
    """«1 236», «4,71»: thin space between thousands, comma, real minus."""
    text = f"{_rounded(value, digits):,f}".replace(",", THIN).replace(".", ",")
    return text.replace("-", MINUS)


def tenge(amount: Number) -> str:
    """Whole tenge: «1 225 650 ₸»."""
    return f"{grouped(amount)}{NBSP}₸"


def share(value: Number, *, digits: int = 2) -> str:
    """A share 0–1 as per cent: 27/1236 is «2,18 %»."""
    return f"{grouped(value * 100, digits=digits)}{NBSP}%"


def change(value: Number, *, digits: int = 2) -> str:
    """A difference, the sign always shown: «+0,03», «−0,22»; no difference is «0,00»."""
    rounded = _rounded(value, digits)
    return ("+" if rounded > 0 else "") + grouped(rounded, digits=digits)


def plural(count: int, forms: str) -> str:
    """`plural(261, "заказ,заказа,заказов")` is «261 заказ»."""
    return f"{grouped(count)}{NBSP}{plural_word(count, forms)}"


def plural_word(count: int, forms: str) -> str:
    """The word alone, in the form that the number asks for (one, few, many)."""
    one, few, many = forms.split(",")
    tens, units = abs(count) % 100, abs(count) % 10
    if 11 <= tens <= 14:
        return many
    return one if units == 1 else few if 2 <= units <= 4 else many


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
    day, today = moment.astimezone(ALMATY).date(), now.astimezone(ALMATY).date()
    near = NEAR_DAYS.get((day - today) // timedelta(days=1))
    year = "" if day.year == today.year else f" {day.year}"
    return near or f"{day.day} {MONTHS[day.month - 1]}{year}"


def almaty_moment(moment: datetime, *, now: datetime) -> str:
    """«вчера, 22:05»."""
    return f"{almaty_day(moment, now=now)}, {almaty_time(moment)}"


def almaty_weekday(moment: datetime) -> str:
    """A planned date, always named in full: «чт, 15 октября»."""
    day = moment.astimezone(ALMATY).date()
    return f"{WEEKDAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]}"


def _clock(seconds: int) -> str:
    return f"{seconds // MINUTE:02d}:{seconds % MINUTE:02d}"


def _minutes(seconds: int) -> str:
    return f"{seconds // MINUTE} мин"


def _hours(seconds: int) -> str:
    return f"{seconds // HOUR} ч {seconds % HOUR // MINUTE:02d} мин"


def _days(seconds: int) -> str:
    return plural(seconds // DAY, "день,дня,дней")


# The first row whose bound lies above the value speaks.
_LEFT: tuple[tuple[float, Callable[[int], str]], ...] = (
    (CLOCK_BELOW, _clock),
    (HOUR, _minutes),
    (DAY, _hours),
    (float("inf"), _days),
)
_AGO: tuple[tuple[float, Callable[[int], str]], ...] = (
    (MINUTE, lambda seconds: f"{seconds} с"),
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
    return OVERDUE if seconds > -MINUTE else f"{OVERDUE} {_spoken(-seconds, _AGO)}"


def ago(seconds: int) -> str:
    """«12 с назад», «26 мин назад»."""
    return f"{_spoken(max(seconds, 0), _AGO)} назад"
