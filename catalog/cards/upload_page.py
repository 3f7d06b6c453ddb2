"""One upload in words: how far it is, and what Kaspi said of each of its cards."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.utils.translation import gettext

from catalog.cards.list_page import URL
from catalog.cards.page_models import LineRow, UploadPage
from catalog.cards.wording import upload_chip
from catalog.models import UNDER_WAY, CardLine, CardUpload, UploadState
from staff.access import Actor
from staff.formats import almaty_moment, grouped
from staff.languages import kept
from staff.page_parts import Chip, Fact, Notice
from staff.permissions import Permission

ROWS: Final = 50


def upload_page(upload: CardUpload, start: int, *, by: Actor, now: datetime) -> UploadPage:
    """Everything that `templates/catalog/cards/upload.html` prints; what went wrong comes first."""
    url = f"{URL}uploads/{upload.public_id}/"
    # NULL, which is not yet said, comes after both.
    lines = CardLine.objects.filter(upload_id=upload.pk).select_related("card").order_by("taken", "pk")
    shown = list(lines[start : start + ROWS])
    is_unknown = upload.state == UploadState.UNKNOWN
    return UploadPage(
        url=url,
        title=gettext("Отправка карточек"),
        note=f"{upload.shop.name} · {almaty_moment(upload.asked_at, now=now)} · {upload.actor_label}",
        state=upload_chip(upload.state),
        facts=tuple(_facts(upload)),
        notices=tuple(_notices(upload, now=now)),
        lines=tuple(_line(line, upload) for line in shown),
        poll=upload.state in UNDER_WAY,
        settle=is_unknown and by.may(Permission.CATALOG_MANAGE),
        previous_url=f"{url}?start={max(start - ROWS, 0)}" if start else "",
        next_url=f"{url}?start={start + ROWS}" if start + ROWS < upload.total else "",
        place=f"{grouped(start + 1)}–{grouped(start + len(shown))} / {grouped(upload.total)}"
        if upload.total > ROWS and shown
        else "",
    )


def _facts(upload: CardUpload) -> Iterator[Fact]:
    yield Fact(gettext("Карточек"), grouped(upload.total))
    if upload.state == UploadState.FINISHED:
        yield Fact(gettext("Kaspi взял"), grouped(upload.total - upload.errors))
        yield Fact(gettext("С ошибками"), grouped(upload.errors))
    if upload.kaspi_code:
        yield Fact(gettext("Код отправки у Kaspi"), upload.kaspi_code)
    if upload.kaspi_status and upload.state == UploadState.CHECKING:
        yield Fact(gettext("Слово Kaspi"), upload.kaspi_status)


def _notices(upload: CardUpload, *, now: datetime) -> Iterator[Notice]:
    if upload.state == UploadState.UNKNOWN:
        text = gettext(
            "%(problem)s Посмотрите в кабинете Kaspi, есть ли там эти карточки, и скажите здесь. "
            "Сами мы второй раз не отправляем: карточки задвоились бы."
        )
        yield Notice(gettext("Неизвестно, дошло ли"), text % {"problem": kept(upload.problem)}, "warn", "circle-help")
    elif upload.state == UploadState.REFUSED and upload.ended_by:
        told = {"who": upload.ended_by}
        yield Notice(gettext("Не дошло"), gettext("Так сказал %(who)s, посмотрев в кабинет") % told, "", "circle-help")
    elif upload.state == UploadState.REFUSED:
        yield Notice(gettext("Kaspi не взял отправку"), kept(upload.problem), "danger", "circle-alert")
    elif upload.problem:
        told = {"problem": kept(upload.problem), "when": almaty_moment(upload.try_at, now=now)}
        text = gettext("%(problem)s Следующая попытка: %(when)s") % told
        yield Notice(gettext("Пока не получилось"), text, "warn")
    elif upload.ended_by:
        told = {"who": upload.ended_by}
        yield Notice(gettext("Дошло"), gettext("Так сказал %(who)s, посмотрев в кабинет") % told, "ok", "check")


def _line(line: CardLine, upload: CardUpload) -> LineRow:
    return LineRow(
        url=f"{URL}{line.card.public_id}/",
        sku=line.sku,
        title=line.card.title or gettext("Без названия"),
        state=_chip(line, upload),
        words=tuple(map(kept, line.words)),
    )


def _chip(line: CardLine, upload: CardUpload) -> Chip:
    if line.taken is None:
        return upload_chip(upload.state)
    return Chip(gettext("взял"), "ok", "check") if line.taken else Chip(gettext("не взял"), "danger", "circle-alert")
