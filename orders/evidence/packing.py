"""Everything that proves what was done with an order, in one file: facts, history by both clocks, calls, pictures, notes.

The digests stand beside: whoever gets the file can see that nothing in it was changed since it was packed.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.utils.translation import gettext

from orders.card.history import history_of
from orders.models import CallOutcome, Evidence, EvidenceKind, Order, OrderEntry, OrderEvent, Purpose
from orders.shelves.rows import pieces_text
from orders.words import CANCEL_REASONS
from staff.formats import ALMATY, tenge

# Larger packs wait on the disk, not in the memory of a web process.
IN_MEMORY: Final = 5_000_000
EXTENSIONS: Final[Mapping[str, str]] = {"image/png": "png", "image/jpeg": "jpg", "application/pdf": "pdf"}
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def pack(order: Order, *, now: datetime) -> IO[bytes]:
    """The ZIP, at its beginning. One proof is in memory at a time."""
    made: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  the answer closes it
    digests = []
    with ZipFile(made, "w") as archive:
        for name, content in _parts(order, now=now):
            # Pictures and PDF do not get smaller.
            packing = ZIP_STORED if name.endswith(tuple(EXTENSIONS.values())) else ZIP_DEFLATED
            archive.writestr(_named(name, now), content, packing)
            digests.append(f"{sha256(content).hexdigest()}  {name}")
        archive.writestr(_named("SHA256SUMS", now), "\n".join(digests) + "\n", ZIP_DEFLATED)
    made.seek(0)
    return made


def _parts(order: Order, *, now: datetime) -> Iterator[tuple[str, bytes]]:
    yield f"{order.code}/order.txt", _facts(order, now=now).encode("utf-8-sig")
    yield f"{order.code}/history.csv", _table(_history(order, now=now))
    kept = Evidence.objects.filter(order_id=order.pk).order_by("happened_at", "id")
    yield f"{order.code}/evidence.csv", _table(_listed(kept.defer("file")))
    for number, proof in enumerate(kept.iterator(chunk_size=1), 1):
        if proof.file is not None:
            yield f"{order.code}/{_file_name(number, proof)}", bytes(proof.file)


def _named(name: str, now: datetime) -> ZipInfo:
    return ZipInfo(name, date_time=now.astimezone(ALMATY).timetuple()[:6])


def _file_name(number: int, proof: Evidence) -> str:
    return f"{number:02d}-{proof.kind}.{EXTENSIONS[proof.media_type]}"


def _facts(order: Order, *, now: datetime) -> str:
    lines = [
        gettext("Заказ %(code)s") % {"code": order.code},
        gettext("Магазин: %(name)s") % {"name": order.shop.name},
        gettext("Состояние у Kaspi: %(state)s / %(status)s") % {"state": order.state, "status": order.status},
        gettext("Сумма: %(sum)s") % {"sum": tenge(order.total_price)},
        *(f"{label}: {_time(moment)}" for label, moment in _moments(order) if moment is not None),
    ]
    if order.cancellation_reason:
        reason = CANCEL_REASONS.get(order.cancellation_reason, order.cancellation_reason)
        lines.append(gettext("Причина отмены: %(reason)s") % {"reason": reason})
    buyer = f"{order.buyer_first_name} {order.buyer_last_name}".strip()
    lines += [
        f"{label}: {text}"
        for label, text in ((gettext("Покупатель"), buyer), (gettext("Телефон"), order.phone))
        if text
    ]
    entries = OrderEntry.objects.filter(order_id=order.pk).order_by("number")
    lines += [
        "",
        *(f"{one.sku} · {one.name} · {pieces_text(one.quantity)} · {tenge(one.total_price)}" for one in entries),
    ]
    lines += ["", gettext("Собрано %(moment)s по времени Алматы") % {"moment": _time(now)}]
    return "\n".join(lines) + "\n"


def _moments(order: Order) -> tuple[tuple[str, datetime | None], ...]:
    return (
        (gettext("Поступил"), order.approved_at),
        (gettext("Принят"), order.accepted_at),
        (gettext("Плановая дата Kaspi"), order.planned_delivery_at),
        (gettext("Перенесён на"), order.moved_to),
        (gettext("Передан Kaspi"), order.handed_at),
        (gettext("Выдан"), order.completed_at),
        (gettext("Отменён"), order.cancelled_at),
        (gettext("Возвращён"), order.returned_at),
    )


def _history(order: Order, *, now: datetime) -> Iterator[tuple[str, ...]]:
    yield (gettext("Время Kaspi"), gettext("Узнали мы"), gettext("Что"), gettext("Подробно"), gettext("Слова"))
    for event in OrderEvent.objects.filter(order_id=order.pk).order_by("id").iterator():
        (told,) = history_of([event], now=now)
        yield (_time(event.kaspi_at), _time(event.learned_at), told.title, told.text, told.quote)


def _listed(kept: Iterable[Evidence]) -> Iterator[tuple[str, ...]]:
    yield (
        *(gettext("№"), gettext("Что"), gettext("К чему"), gettext("Исход"), gettext("Когда было")),
        *(gettext("Когда записано"), gettext("Кто"), gettext("Текст"), gettext("Файл"), "SHA-256"),
    )
    for number, proof in enumerate(kept, 1):
        yield (
            str(number),
            str(EvidenceKind(proof.kind).label),
            str(Purpose(proof.purpose).label),
            str(CallOutcome(proof.outcome).label) if proof.outcome else "",
            _time(proof.happened_at),
            _time(proof.told_at),
            proof.actor_label,
            proof.text,
            _file_name(number, proof) if proof.media_type else "",
            proof.digest,
        )


def _table(rows: Iterable[tuple[str, ...]]) -> bytes:
    """A table that a spreadsheet opens as it is; what it would take for a formula is text (reliability.md §5.12)."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerows([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _time(moment: datetime | None) -> str:
    return f"{moment.astimezone(ALMATY):%Y-%m-%d %H:%M:%S}" if moment is not None else ""
