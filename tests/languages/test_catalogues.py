"""Every message has its words in Russian, Kazakh and English."""

import ast
import os
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kaspi_office.languages import catalogues, extraction
from tests.languages import literals

LANGUAGES = ("ru", "kk", "en")
# What a translation must take over as it is: places for values, and marks of the page.
PLACE = re.compile(r"%\(\w+\)s|%d|\{\w+\}|</?[a-z]\w*[^>]*>|`[^`]*`")


@pytest.fixture(scope="module")
def template() -> Any:
    return extraction.messages_of_project()


def of(language: str) -> Any:
    return catalogues.read(language, catalogues.path_of(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_of_the_code_stands_in_the_catalogue(language: str, template: Any) -> None:
    known = {(message.id, message.context) for message in of(language)}
    missing = [message.id for message in template if message.id and (message.id, message.context) not in known]
    assert missing == [], "run: manage.py messages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_has_words_and_every_form_of_a_plural(language: str) -> None:
    assert list(catalogues.untranslated(of(language))) == []


@pytest.mark.parametrize("language", ["kk", "en"])
def test_a_translation_keeps_places_for_values_and_marks(language: str) -> None:
    wrong = [message.id for message in of(language) if message.id and not keeps_places(message.id, message.string)]
    assert wrong == []


def keeps_places(source: str | tuple[str, ...], said: str | tuple[str, ...]) -> bool:
    forms = (said,) if isinstance(said, str) else said
    source = source if isinstance(source, str) else source[-1]
    return all(Counter(PLACE.findall(form)) == Counter(PLACE.findall(source)) for form in forms)


def test_a_lost_place_is_noticed() -> None:
    assert not keeps_places("%(n)s из %(all)s", "%(n)s of all")
    assert not keeps_places("<b>%(n)s</b>", "%(n)s")
    assert keeps_places("%(n)s из %(all)s", "%(all)s ішінен %(n)s")


@pytest.mark.parametrize("language", ["kk", "en"])
def test_no_translation_breaks_out_of_an_attribute(language: str) -> None:
    """Words of templates are not escaped: a straight quote would end the attribute that they stand in."""
    words = ((message.id, message.string) for message in of(language) if isinstance(message.id, str) and message.id)
    assert [said for source, said in words if '"' in said and '"' not in source] == []


def test_english_has_no_russian_left() -> None:
    words = (form for message in of("en") if message.id for form in _forms(message.string))
    assert [said for said in words if catalogues.RUSSIAN.search(said)] == []


def _forms(said: str | tuple[str, ...]) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else said


def test_the_code_says_nothing_past_the_catalogues() -> None:
    assert list(literals.of_code()) == []


def test_templates_say_nothing_past_the_catalogues() -> None:
    assert list(literals.of_templates()) == []


def test_words_past_gettext_are_found() -> None:
    source = '"""Описание."""\nA = "слово"\nB = gettext("слово")\nC = f"{A} слов"\nD = later("а" "б") % {"x": 1}\n'
    assert [line for line, _ in literals.untold(ast.parse(source))] == [2, 4]


def test_a_catalogue_is_compiled_when_it_differs_from_what_was_compiled(tmp_path: Path) -> None:
    for language in LANGUAGES:
        source = catalogues.path_of(language, tmp_path)
        source.parent.mkdir(parents=True)
        shutil.copy(catalogues.path_of(language), source)
    assert catalogues.compile_stale(tmp_path) == list(LANGUAGES)
    assert catalogues.compile_stale(tmp_path) == []
    older = catalogues.path_of("kk", tmp_path)
    before = older.stat().st_mtime_ns - 10**12
    os.utime(older, ns=(before, before))
    assert catalogues.compile_stale(tmp_path) == ["kk"]


def test_a_folder_that_may_only_be_read_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = catalogues.path_of("en", tmp_path)
    source.parent.mkdir(parents=True)
    shutil.copy(catalogues.path_of("en"), source)

    def refuse(*_: object) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr(catalogues, "_write", refuse)
    assert catalogues.compile_stale(tmp_path) == []
