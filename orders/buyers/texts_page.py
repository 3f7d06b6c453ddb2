"""The page of templates, in words."""

from datetime import datetime

from django.utils.translation import gettext

from orders.buyers.page_models import TextLine, TextsPage
from orders.buyers.texts import Text, texts_of
from orders.buyers.wording import FIELDS, filled, remarks, sample


def texts_page(*, now: datetime, wrong: tuple[str, str, str, str] | None = None) -> TextsPage:
    """Everything that `templates/buyers/texts.html` prints. `wrong`: key, name and text that were refused, and why."""
    lines = []
    for one in texts_of():
        line = _line(one, now=now)
        if wrong and one.key == wrong[0]:
            line = _refused(line, wrong)
        lines.append(line)
    fresh = TextLine("", "", "", "", "")
    if wrong and not wrong[0]:
        fresh = _refused(fresh, wrong)
    return TextsPage(tuple(lines), tuple((f"{{{name}}}", str(label)) for name, label in FIELDS.items()), fresh)


def _line(one: Text, *, now: datetime) -> TextLine:
    note = gettext("наш текст") if one.id is None else gettext("ваш текст")
    label = gettext("Вернуть наш текст") if one.usual else gettext("Удалить")
    return TextLine(
        key=one.key,
        name=one.name,
        text=one.text,
        shown=filled(one.text, sample(now))[0],
        note=note,
        remarks=remarks(one.text),
        remove_url=f"/buyers/messages/{one.id}/remove/" if one.id else "",
        remove_label=label if one.id else "",
    )


def _refused(line: TextLine, wrong: tuple[str, str, str, str]) -> TextLine:
    _key, name, text, error = wrong
    return TextLine(
        line.key,
        name,
        text,
        line.shown,
        line.note,
        remove_url=line.remove_url,
        remove_label=line.remove_label,
        error=error,
        opened=True,
    )
