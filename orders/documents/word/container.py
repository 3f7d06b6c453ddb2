"""Looks at a .docx as an archive, before anything in it is parsed (reliability.md §4, rows 20 and 27).

What is not on the list of parts that a paper needs is refused: a macro, an embedded object, another archive.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import ParseError, fromstring  # type: ignore[import-untyped]
from django.utils.translation import gettext

from staff.errors import Refused

LARGEST_FILE: Final = 5_000_000
MOST_PARTS: Final = 200
LARGEST_UNPACKED: Final = 40_000_000
LARGEST_XML: Final = 8_000_000
LARGEST_RATIO: Final = 100
# Below this size a ratio says nothing: a blank page is mostly repetition.
SMALL: Final = 100_000
PICTURES: Final = {"png": b"\x89PNG", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff", "gif": b"GIF8", "bmp": b"BM"}
# Word's own fonts, obfuscated, so without a mark of theirs.
FONTS: Final = "odttf"
MAIN: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_ENCODING: Final = re.compile(rb"""^\s*<\?xml[^>]*\bencoding\s*=\s*["']([^"']*)["']""")
# A link that only a person's click follows; everything else outside is loaded by whoever opens the paper.
_LINK: Final = "/hyperlink"
_LOADED: Final = frozenset(
    {"aFChunk", "oleObject", "package", "control", "vbaProject", "subDocument", "attachedTemplate"}
)
_LINKED: Final = ("http://", "https://", "mailto:", "tel:")


def inspect(file: bytes) -> None:
    """Raises Refused (400) for what is no plain .docx, with a sentence that says what to do."""
    if len(file) > LARGEST_FILE:
        raise _refused("archive_limits", gettext("Файл больше 5 МБ. Сожмите картинки в нём и загрузите снова"))
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            _directory(archive.infolist())
            parts = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    except Refused:
        raise
    except Exception as problem:
        # What zipfile, zlib and their kin raise for a broken archive is a long list.
        raise _refused("unsupported_file", _no_docx()) from problem
    for name, content in parts.items():
        _part(name, content)
    _kind(parts.get("[Content_Types].xml", b""))
    for name, content in parts.items():
        if name.endswith(".rels"):
            _relations(content)


def _no_docx() -> str:
    return gettext("Это не документ Word. Сохраните шаблон в Word как .docx и загрузите его")


def _directory(infos: list[zipfile.ZipInfo]) -> None:
    """Names and sizes as the archive tells them; a told size that is a lie ends the reading."""
    names = [info.filename for info in infos]
    odd = len({name.lower() for name in names}) < len(names) or any(_odd(name) for name in names)
    if odd or any(info.flag_bits & 1 for info in infos):
        raise _refused("unsupported_file", _no_docx())
    heavy = any(
        info.file_size > max(info.compress_size, 1) * LARGEST_RATIO and info.file_size > SMALL for info in infos
    )
    long = any(info.file_size > LARGEST_XML for info in infos if info.filename.endswith((".xml", ".rels")))
    if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > LARGEST_UNPACKED or heavy or long:
        sentence = gettext("Внутри файла слишком много данных. Скопируйте текст шаблона в новый документ Word")
        raise _refused("archive_limits", sentence)


def _odd(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/") or not name.isprintable()


def _part(name: str, content: bytes) -> None:
    """One part by its ending and its first bytes."""
    ending = name.rpartition(".")[2].lower()
    if ending in ("xml", "rels"):
        return _xml(content)
    if ending == FONTS and not content.startswith(b"PK"):
        return None
    if ending in PICTURES and content.startswith(PICTURES[ending]):
        return None
    sentence = gettext("В файле есть вложение «%(name)s». Оставьте в шаблоне текст, таблицы и картинки PNG или JPEG")
    raise _refused("unsupported_file", sentence % {"name": name.rpartition("/")[2][:60]})


def _xml(content: bytes) -> None:
    """UTF-8 without a document type: no entity can be told, in no spelling."""
    told = _ENCODING.match(content.removeprefix(b"\xef\xbb\xbf")[:200])
    if b"\x00" in content or (told and told.group(1).lower() not in (b"utf-8", b"us-ascii")):
        raise _refused("unsupported_file", _no_docx())
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        sentence = gettext("В файле есть описание типа документа (DOCTYPE). Пересохраните шаблон в Word как .docx")
        raise _refused("unsupported_file", sentence)


def _kind(content_types: bytes) -> None:
    """A document, not a template of Word's, not one with macros."""
    kinds = [str(node.get("ContentType", "")) for node in _elements(content_types)]
    if any(word in kind.lower() for kind in kinds for word in ("macro", "vba", "activex", "oleobject")):
        sentence = gettext("В файле есть макросы. Сохраните шаблон как документ Word .docx без макросов")
        raise _refused("unsupported_file", sentence)
    if MAIN not in kinds:
        raise _refused("unsupported_file", _no_docx())


def _relations(content: bytes) -> None:
    for node in _elements(content):
        kind, target = str(node.get("Type", "")), str(node.get("Target", ""))
        if kind.rpartition("/")[2] in _LOADED:
            _refuse_outside(kind.rpartition("/")[2])
        clicked = kind.endswith(_LINK) and target.lower().startswith(_LINKED)
        if str(node.get("TargetMode", "Internal")).lower() != "internal" and not clicked:
            _refuse_outside(target)


def _refuse_outside(what: str) -> None:
    sentence = gettext("Файл обращается к другому файлу или адресу: «%(what)s». Вставьте нужное в сам шаблон")
    raise _refused("unsupported_file", sentence % {"what": what[:80]})


def _elements(content: bytes) -> Iterator[Any]:
    try:
        yield from fromstring(content, forbid_dtd=True).iter()
    except (ParseError, DefusedXmlException, ValueError) as problem:
        raise _refused("unsupported_file", _no_docx()) from problem


def _refused(code: str, sentence: str) -> Refused:
    return Refused(code, sentence, status=413 if code == "archive_limits" else 400, field="file")
