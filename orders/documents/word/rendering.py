"""Fills a template. Runs inside the process of `child` and holds alone, whatever the check let through.

The context is plain data: dicts, lists, texts, numbers. Nothing is called, an attribute is a key of a dict and nothing
else, no arithmetic, no globals (reliability.md §5.13).
"""

import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

from docx.opc.constants import CONTENT_TYPE
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.run import Run
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS as ALL_FILTERS
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from orders.documents.word.grammar import FILTERS, LOOP

# Stands in the text where the picture goes; no value may hold it.
PICTURE_MARK: Final = "\ue001"
PICTURE_WIDTH: Final = Mm(24)
# Properties of the document that are filled, as docxtpl has them.
PROPERTIES: Final = ("author", "comments", "identifier", "language", "subject", "title")
ARITHMETIC: Final = frozenset({"+", "-", "*", "/", "//", "%", "**"})


class Cell(ImmutableSandboxedEnvironment):
    """Jinja without anything to call and anything to reach."""

    intercepted_binops = ARITHMETIC
    intercepted_unops = frozenset({"+", "-"})

    def __init__(self, **options: Any) -> None:
        super().__init__(undefined=StrictUndefined, **options)
        self.globals.clear()
        self.tests.clear()
        self.filters = {name: ALL_FILTERS[name] for name in FILTERS}

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError("no arithmetic")

    def call_unop(self, context: Any, operator: str, arg: Any) -> Any:
        raise SecurityError("no arithmetic")

    def is_safe_callable(self, obj: Any) -> bool:
        return False

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, LoopContext) and attribute in LOOP:
            return getattr(obj, attribute)
        raise SecurityError(f"no attribute {attribute}")

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        raise SecurityError("no items")


class Template(DocxTemplate):  # type: ignore[misc]
    """docxtpl's template, each part of which is filled once and never again from its own output."""

    def sources(self) -> Iterator[tuple[str, bool]]:
        """What Jinja will read, and whether a picture may stand there: body, headers, footers, footnotes, properties."""
        self.render_init()
        yield self.patch_xml(self.get_xml()), True
        for uri in (self.HEADER_URI, self.FOOTER_URI):
            for _, part in self.get_headers_footers(uri):
                yield self.patch_xml(self.get_part_xml(part)), False
        for part in self.footnotes():
            yield self.patch_xml(part.blob.decode()), False
        for name in PROPERTIES:
            yield getattr(self.docx.core_properties, name), False

    def footnotes(self) -> list[Part]:
        return [part for part in self.docx.part.package.parts if part.content_type == CONTENT_TYPE.WML_FOOTNOTES]

    def render_xml_part(self, src_xml: str, part: Part, context: Mapping[str, Any], jinja_env: Environment) -> str:
        text = str(super().render_xml_part(src_xml, part, context, jinja_env))
        return text if part is self.docx._part else text.replace(PICTURE_MARK, "")

    def render_properties(self, context: Mapping[str, Any], jinja_env: Environment) -> None:
        """As text: python-docx escapes them itself."""
        plain = jinja_env.overlay(autoescape=False)
        for name in PROPERTIES:
            text = plain.from_string(getattr(self.docx.core_properties, name)).render(context)
            setattr(self.docx.core_properties, name, text.replace(PICTURE_MARK, "")[:255])

    def render_footnotes(self, context: Mapping[str, Any], jinja_env: Environment) -> None:
        """Once. docxtpl does it for each section, and would read values of the first time as tags in the second."""
        for part in self.footnotes():
            text = self.render_xml_part(self.patch_xml(part.blob.decode()), part, context, jinja_env)
            part._blob = text.encode()

    def place_picture(self, png: bytes) -> None:
        """The picture instead of its mark."""
        for text in list(self.docx.element.body.iter(qn("w:t"))):
            if PICTURE_MARK in (text.text or ""):
                text.text = text.text.replace(PICTURE_MARK, "")
                if png:
                    Run(text.getparent(), self.docx._body).add_picture(io.BytesIO(png), width=PICTURE_WIDTH)


def fill(file: bytes, context: Mapping[str, Any], picture: bytes = b"") -> bytes:
    """The document of this template with these values. Raises whatever Jinja, lxml and python-docx raise."""
    template = Template(io.BytesIO(file))
    template.render(dict(context), Cell(autoescape=True))
    template.place_picture(picture)
    target = io.BytesIO()
    template.save(target)
    return target.getvalue()
