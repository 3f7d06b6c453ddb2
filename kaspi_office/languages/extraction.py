"""Every message of the code and of the templates: `manage.py messages` brings the catalogues up to date with them."""

import ast
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import write_po
from django.conf import settings
from django.utils.translation.template import templatize

from kaspi_office.languages import catalogues
from kaspi_office.languages.catalogues import RUSSIAN

ROOT = Path(settings.BASE_DIR)
APPS = ("kaspi_office", "quality", "orders", "catalog", "integrations", "staff")
# Functions that say a message, and which of their arguments it is.
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "later": None,
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "noun": (1, 2),
    "plural": (2, 3),
    "plural_word": (2, 3),
}
# A leaf that knows no Django: each Russian sentence of it is shown, so each is a message.
PLAIN = frozenset({"integrations/kaspi/errors.py"})
Message = str | tuple[str, ...]


def messages_of_project() -> Catalog:
    """A template without translations: what the catalogues must hold."""
    found = Catalog(charset="utf-8")
    for message, context in _all():
        found.add(message, context=context)
    return found


def _all() -> Iterator[tuple[Message, str | None]]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        yield from _of_template(path)
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            yield from _plain(path) if path.relative_to(ROOT).as_posix() in PLAIN else _of_code(path.read_bytes())


def _of_code(source: bytes) -> Iterator[tuple[Message, str | None]]:
    for _line, message, _comments, context in extract("python", BytesIO(source), KEYWORDS):
        yield message, context


def _of_template(path: Path) -> Iterator[tuple[Message, str | None]]:
    """Django turns the tags into calls and blanks the rest; the blanks may stand in columns that Python would refuse."""
    calls = templatize(path.read_text(), origin=str(path))
    yield from _of_code("\n".join(line.strip() for line in calls.splitlines()).encode())


def _plain(path: Path) -> Iterator[tuple[Message, str | None]]:
    for text in spoken(ast.parse(path.read_text())):
        yield str(text.value), None


def spoken(tree: ast.AST) -> Iterator[ast.Constant]:
    """String constants in Russian; docstrings and the pieces of f-strings are left out."""
    apart = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    apart |= {id(piece) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for piece in node.values}
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in apart)
    yield from (node for node in constants if isinstance(node.value, str) and RUSSIAN.search(node.value))


def bring_up_to_date(language: str, template: Catalog) -> None:
    """Add what is new to the catalogue and drop what is gone; sorted, so that two people's changes rarely meet."""
    source = catalogues.path_of(language)
    catalogue = catalogues.read(language, source) if source.exists() else Catalog(locale=language)
    catalogue.update(template, no_fuzzy_matching=True)
    for message in catalogue:
        if language == catalogues.SOURCE and message.string == message.id:
            message.string = ""
    source.parent.mkdir(parents=True, exist_ok=True)
    with source.open("wb") as file:
        write_po(file, catalogue, width=0, sort_output=True, no_location=True, omit_header=False, ignore_obsolete=True)
