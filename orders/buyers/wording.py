"""Texts for buyers: the fields they may hold, the texts that come with us, and what spoils the tone. Pure.

Fields and texts are in the language of buyers, not of who sends them. Two messages are worth sending (capabilities.md,
row 66): after the order and after the delivery; the others answer what goes wrong in between.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from django.utils.translation import gettext

from staff.errors import Refused
from staff.formats import ALMATY
from staff.languages import later as _

LONGEST_NAME: Final = 80
LONGEST_TEXT: Final = 1000
# Nobody is written to then (capabilities.md, B25, quiet hours), by the clock of Almaty.
QUIET_FROM, QUIET_TO = 21, 9

# Field → what it is filled with, for the page of templates.
FIELDS: Final[Mapping[str, str]] = {
    "имя": _("имя покупателя"),
    "заказ": _("номер заказа"),
    "товар": _("первый товар заказа"),
    "сумма": _("сумма заказа"),
    "магазин": _("название магазина"),
    "точка": _("название точки"),
    "адрес точки": _("город и название точки"),
    "дата": _("плановая дата"),
}
# A code in a message is how orders are stolen: only Kaspi sends it.
SECRET_FIELDS: Final = frozenset({"код", "код выдачи", "код не указываем"})
_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Usual:
    """A template that comes with us. Its name is for staff, its text for buyers."""

    key: str
    name: str
    text: str


USUAL: Final = (
    Usual(
        "ordered",
        _("После заказа"),
        "Здравствуйте, {имя}. Спасибо за заказ {заказ} в магазине «{магазин}»: {товар}. "
        "Ответим здесь на любой вопрос о заказе.",
    ),
    Usual(
        "ready",
        _("Готов к выдаче"),
        "Здравствуйте, {имя}. Заказ {заказ} ждёт вас: {адрес точки}. Код для получения пришлёт Kaspi, "
        "назовите его при выдаче и не сообщайте заранее.",
    ),
    Usual(
        "unreachable",
        _("Не дозвонились"),
        "Здравствуйте, {имя}. Звонили вам по заказу {заказ} и не дозвонились. Напишите, пожалуйста, "
        "когда вам удобно говорить.",
    ),
    Usual(
        "delivered",
        _("После доставки"),
        "Здравствуйте, {имя}. Заказ {заказ} у вас: {товар}. Если что-то не так, напишите нам, разберёмся. "
        "Если всё хорошо, будем рады отзыву в Kaspi.",
    ),
    Usual(
        "rescheduled",
        _("Перенос даты"),
        "Здравствуйте, {имя}. Просим перенести доставку заказа {заказ} на {дата}. Напишите, пожалуйста, "
        "согласны ли вы. Без вашего согласия дату не меняем.",
    ),
)
BY_KEY: Final[Mapping[str, Usual]] = {one.key: one for one in USUAL}

# What spoils the tone (capabilities.md, row 99: even, by name, no quarrel) → what to do about it.
_TONE: Final = (
    (re.compile("!"), _("Без восклицаний спокойнее: поставьте точку")),
    (re.compile(r"\b[А-ЯЁӘҒҚҢӨҰҮҺІ]{5,}\b"), _("Слово заглавными буквами читается как крик")),
    (
        re.compile(r"\b(?:вы должны|обязаны|сами виноваты|ваша вина|врёте|неправда)\b", re.I),
        _("Не спорьте и не вините"),
    ),
    (re.compile(r"\b(?:тебе|тебя|твой|твоя|ты)\b", re.I), _("Обращайтесь на «вы»")),
    (
        re.compile(r"\b(?:скидк\w*|бонус\w*|подар\w*)\b.{0,60}\bотзыв|\bотзыв\w*.{0,60}\b(?:скидк|бонус|подар)", re.I),
        _("Отзыв за подарок или скидку Kaspi считает накруткой"),
    ),
)


def checked_text(text: str) -> str:
    """The text, if all its fields are known. Raises Refused (400) that names the first one that is not."""
    text = text.strip()
    if not text or len(text) > LONGEST_TEXT or "\x00" in text:
        raise _refused("text", gettext("Напишите текст, не длиннее 1000 знаков"))
    for name in _FIELD.findall(text):
        if name.strip().lower() in SECRET_FIELDS:
            raise _refused("text", gettext("Код в сообщении не указываем: его присылает Kaspi"))
        if name not in FIELDS:
            known = ", ".join(f"{{{one}}}" for one in FIELDS)
            raise _refused(
                "text", gettext("Поля {%(name)s} нет. Есть: %(known)s") % {"name": name[:40], "known": known}
            )
    if "{" in (rest := _FIELD.sub("", text)) or "}" in rest:
        raise _refused("text", gettext("У одной из фигурных скобок нет пары"))
    return text


def checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or "\x00" in name:
        raise _refused("name", gettext("Назовите шаблон, не длиннее 80 знаков"))
    return name


def remarks(text: str) -> tuple[str, ...]:
    """What could be said better; a hint, never a refusal."""
    return tuple(str(advice) for pattern, advice in _TONE if pattern.search(text))


def filled(text: str, values: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The text with its fields filled, and the fields that nothing is known for: each leaves «…»."""
    missing = tuple(dict.fromkeys(name for name in _FIELD.findall(text) if not values.get(name)))
    return _FIELD.sub(lambda found: values.get(found[1]) or "…", text), missing


def is_quiet(now: datetime) -> bool:
    """Whether it is night in Almaty: from 21:00 to 09:00."""
    hour = now.astimezone(ALMATY).hour
    return hour >= QUIET_FROM or hour < QUIET_TO


def whatsapp_url(phone: str, text: str) -> str:
    """The address that opens a chat with this number and the text ready; `phone` as +7XXXXXXXXXX."""
    return f"https://wa.me/{phone.removeprefix('+')}?text={quote(text)}"


def sample(now: datetime) -> Mapping[str, str]:
    """Made-up values, to see a template filled."""
    planned = (now + timedelta(days=1)).astimezone(ALMATY)
    return {
        "имя": "Динара",
        "заказ": "284917420",
        "товар": "Кофемашина Bureau B10, чёрная",
        "сумма": "204 900 ₸",
        "магазин": "Saya Electronics",
        "точка": "Кенесары 40",
        "адрес точки": "Астана, Кенесары 40",
        "дата": f"{planned:%d.%m.%Y}",
    }


def _refused(field: str, sentence: str) -> Refused:
    return Refused("bad_template", sentence, status=400, field=field)
