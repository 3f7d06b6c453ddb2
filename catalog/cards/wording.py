"""Cards in words: a sentence for each broken rule, what a card lacks, states and their colours."""

from collections.abc import Mapping
from typing import Final

from catalog.cards.rules import Fault, Flaw
from catalog.models import CardState, UploadState
from staff.languages import later as _
from staff.page_parts import Chip

FIELDS: Final[Mapping[str, str]] = {
    "sku": _("Артикул"),
    "title": _("Название"),
    "brand": _("Бренд"),
    "category": _("Категория"),
    "description": _("Описание"),
    "weight": _("Вес"),
    "family": _("Семейство"),
    "barcode": _("Штрихкод"),
    "attributes": _("Характеристики"),
    "images": _("Картинки"),
}
SENTENCES: Final[Mapping[Flaw, str]] = {
    Flaw.MISSING: _("Заполните: без этого Kaspi карточку не берёт"),
    Flaw.TOO_LONG: _("Длиннее %(most)s знаков: сократите"),
    Flaw.BAD_CATEGORY: _("Такой категории у Kaspi нет: выберите её поиском"),
    Flaw.TOO_MANY: _("Больше %(most)s: оставьте главное"),
    Flaw.BAD_CODE: _("Код характеристики не из каталога Kaspi: уберите её"),
    Flaw.BAD_URL: _("Нужна ссылка на картинку в интернете: https://…"),
    Flaw.UNKNOWN_ATTRIBUTE: _("В этой категории такой характеристики нет: уберите её"),
    Flaw.NO_TEXT: _("Нужен текст"),
    Flaw.NO_CHOICE: _("Такого значения у Kaspi нет: выберите из списка"),
    Flaw.NO_NUMBER: _("Нужно число, например 2,5"),
    Flaw.NO_YES_OR_NO: _("Выберите да или нет"),
    Flaw.ONLY_ONE: _("Можно только одно значение"),
    Flaw.TWICE: _("Одно значение названо дважды"),
    Flaw.CATEGORY_UNREAD: _("Ещё не знаем, что Kaspi спрашивает в этой категории"),
}
# What a part of the score asks for.
LACKS: Final[Mapping[str, str]] = {
    "mandatory": _("Обязательные характеристики"),
    "images": _("Три картинки и больше"),
    "description": _("Описание от 200 знаков"),
    "title": _("Название"),
    "brand": _("Бренд"),
    "attributes": _("Остальные характеристики"),
    "category": _("Категория"),
    "barcode": _("Штрихкод"),
}
CHIPS: Final[Mapping[CardState, tuple[str, str]]] = {
    CardState.DRAFT: ("", ""),
    CardState.READY: ("accent", "check"),
    CardState.SENT: ("plum", "upload"),
    CardState.CHECKING: ("plum", "loader-circle"),
    CardState.ACCEPTED: ("ok", "check"),
    CardState.FAULTY: ("danger", "circle-alert"),
    CardState.UNKNOWN: ("warn", "circle-help"),
}
UPLOAD_CHIPS: Final[Mapping[UploadState, tuple[str, str]]] = {
    UploadState.QUEUED: ("", "clock"),
    UploadState.SENDING: ("accent", "loader-circle"),
    UploadState.CHECKING: ("plum", "loader-circle"),
    UploadState.FINISHED: ("ok", "check"),
    UploadState.REFUSED: ("danger", "circle-alert"),
    UploadState.UNKNOWN: ("warn", "circle-help"),
}


def sentence_of(fault: Fault) -> str:
    """«Длиннее 256 знаков: сократите»."""
    return str(SENTENCES[fault.flaw]) % {"most": fault.most}


def chip_of(state: str) -> Chip:
    level, icon = CHIPS[CardState(state)]
    return Chip(str(CardState(state).label), level, icon)


def upload_chip(state: str) -> Chip:
    level, icon = UPLOAD_CHIPS[UploadState(state)]
    return Chip(str(UploadState(state).label), level, icon)


def attribute_name(code: str) -> str:
    """The last part of a code, which is all that Kaspi says of what it is: «Cables*Obsie harakteristiki.cables*length»."""
    name = code.rpartition("*")[2].strip() or code
    return name[:1].upper() + name[1:]


def level_of(score: int) -> str:
    """The colour of a score: of 80 and more a card sells, below 50 it does not."""
    return "ok" if score >= 80 else "warn" if score >= 50 else "danger"
