"""Word documents for tests, made by code: with tags in any part, and with things that a template may not hold."""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Final

from docx import Document

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OPEN: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_NOTE: Final = '<w:footnote w:id="2"><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:footnote>'
_FOOTNOTES: Final = f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes xmlns:w="{W}">{_NOTE}</w:footnotes>'
_PART: Final = f'<Override PartName="/word/footnotes.xml" ContentType="{_KIND}"/></Types>'
_RELATION: Final = f'<Relationship Id="rId99" Type="{_OPEN}/footnotes" Target="footnotes.xml"/></Relationships>'


def paper(*body: str, header: str = "", footer: str = "", title: str = "", runs: tuple[str, ...] = ()) -> bytes:
    """A document with these paragraphs; `runs` are one paragraph, cut as Word cuts it."""
    document = Document()
    for text in body:
        document.add_paragraph(text)
    line = document.add_paragraph()
    for run in runs:
        line.add_run(run).bold = True
    section = document.sections[0]
    section.header.paragraphs[0].text, section.footer.paragraphs[0].text = header, footer
    document.core_properties.title = title
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def with_footnote(file: bytes, text: str) -> bytes:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return repacked(
        file,
        {"word/footnotes.xml": (_FOOTNOTES % escaped).encode()},
        {
            "[Content_Types].xml": lambda xml: xml.replace("</Types>", _PART),
            "word/_rels/document.xml.rels": lambda xml: xml.replace("</Relationships>", _RELATION),
        },
    )


def repacked(
    file: bytes, more: Mapping[str, bytes] | None = None, edits: Mapping[str, Callable[[str], str]] | None = None
) -> bytes:
    """The archive with more parts, and some changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            edit = (edits or {}).get(name)
            new.writestr(name, edit(old.read(name).decode()) if edit else old.read(name))
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return target.getvalue()


# Where a tag may stand: a document with it there, and the part of the archive.
_PLACES: Final = {
    "body": (paper("PLACE"), "word/document.xml"),
    "header": (paper("x", header="PLACE"), "word/header1.xml"),
    "footer": (paper("x", footer="PLACE"), "word/footer1.xml"),
    "footnote": (with_footnote(paper("x"), "PLACE"), "word/footnotes.xml"),
    "title": (paper("x", title="PLACE"), "docProps/core.xml"),
}
PLACES: Final = tuple(_PLACES)


def planted(place: str, tag: str) -> bytes:
    """A document with the tag in this place."""
    file, part = _PLACES[place]
    return repacked(
        file, edits={part: lambda xml: xml.replace("PLACE", tag.replace("&", "&amp;").replace("<", "&lt;"))}
    )


# The first few are tried in every place.
ATTACKS: Final = (
    "{{ ''.__class__.__mro__ }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ order|attr('__class__') }}",
    "{{ order.shop.api_token }}",
    "{% include '/etc/passwd' %}",
    "{% for i in range(10**9) %}x{% endfor %}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ order['code'] }}",
    "{{ self.__init__ }}",
    "{% import '/etc/passwd' as p %}",
    "{% macro m() %}x{% endmacro %}",
    "{% set x = order %}",
    "{% raw %}{{ order.code }}{% endraw %}",
    "{{ 'a' * 10**9 }}",
    "{{ order.code ~ order.code }}",
    "{{ 'x'.join(items) }}",
    "{% for a in items %}{% for b in items %}x{% endfor %}{% endfor %}",
    "{{ order }}",
    "{{ lipsum() }}",
    "{{ '%s'|format(order) }}",
)
