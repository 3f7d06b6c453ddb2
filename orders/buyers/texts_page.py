"""The page of templates, in words."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext

from orders.buyers.page_models import TextLine, TextsPage
from orders.buyers.texts import Text, texts_of
from orders.buyers.wording import FIELDS, filled, remarks, sample

# Key, name and text that were refused, and why.
Wrong = tuple[str, str, str, str]


def texts_page(*, now: datetime, wrong: Wrong | None = None) -> TextsPage:
    """Everything that `templates/buyers/texts.html` prints."""
    lines = [line_of(one, now=now) for one in texts_of()]
    if wrong:
        lines = [_refused(line, wrong) if line.key == wrong[0] else line for line in lines]
    return texts_page_of(lines, wrong)


def texts_page_of(lines: Sequence[TextLine], wrong: Wrong | None = None) -> TextsPage:
    fresh = TextLine("", "", "", "", "")
    if wrong and not wrong[0]:
        fresh = _refused(fresh, wrong)
    return TextsPage(tuple(lines), tuple((f"{{{name}}}", str(label)) for name, label in FIELDS.items()), fresh)


def line_of(one: Text, *, now: datetime) -> TextLine:
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


def _refused(line: TextLine, wrong: Wrong) -> TextLine:
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
