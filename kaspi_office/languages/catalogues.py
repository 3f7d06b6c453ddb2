"""The catalogues `locale/<language>/LC_MESSAGES/django.po`, and what gettext reads, made from them by Babel.

No gettext tools are asked for: a shop's computer has none. The compiled files are not kept in git, where two branches
would always collide; each process looks at their age when it starts.
"""

import gettext
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.utils.translation import trans_real

log = logging.getLogger(__name__)
# What the words of the code are written in: its catalogue holds only the forms of plurals.
SOURCE = "ru"
RUSSIAN = re.compile("[а-яё]", re.IGNORECASE)
FOLDER = Path(settings.BASE_DIR) / "locale"


def path_of(language: str, folder: Path = FOLDER) -> Path:
    return folder / language / "LC_MESSAGES" / "django.po"


def compile_stale(folder: Path = FOLDER) -> list[str]:
    """Compile each catalogue that is not what was compiled last; the languages that were.

    A compiled file carries the time of its source, so that an older source (another branch) is noticed as well.
    """
    return [
        language
        for language, _ in settings.LANGUAGES
        if _is_stale(path_of(language, folder)) and _renew(language, folder)
    ]


def read_anew() -> None:
    """Forget what gettext has read. An app that starts before ours may have asked for a word already."""
    read: tuple[Any, Any] = gettext, trans_real
    for module in read:
        module._translations.clear()
    read[1]._default = None


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return source.exists() and (not compiled.exists() or compiled.stat().st_mtime_ns != source.stat().st_mtime_ns)


def _renew(language: str, folder: Path) -> bool:
    source = path_of(language, folder)
    try:
        _write(source, language)
    except OSError as problem:
        # A folder that may only be read: the words that are missing there stay Russian, the work goes on.
        log.warning("Catalogue %s is not compiled: %s", language, problem)
        return False
    return True


def _write(source: Path, language: str) -> None:
    """Several processes may start at once: each writes a whole file and puts it in place in one step."""
    from babel.messages.mofile import write_mo

    seen = source.stat()
    catalogue = read(language, source)
    with NamedTemporaryFile(dir=source.parent, prefix=".django-", suffix=".mo", delete=False) as file:
        write_mo(file, _WithSingulars(catalogue))  # type: ignore[arg-type]
    os.utime(file.name, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    os.chmod(file.name, 0o644)
    os.replace(file.name, source.with_suffix(".mo"))


class _WithSingulars:
    """A catalogue in which a word with plural forms may be said without a number: then it is its first form. Python
    finds that by itself only in its newer versions (3.11.2 does not).
    """

    def __init__(self, catalogue: Any) -> None:
        self.catalogue, self.charset = catalogue, catalogue.charset

    def __iter__(self) -> Iterator[Any]:
        from babel.messages.catalog import Message

        yield from self.catalogue
        for message in self.catalogue:
            if message.pluralizable and message.string[0]:
                yield Message(message.id[0], message.string[0], context=message.context)


def read(language: str, source: Path) -> Any:
    """The catalogue. In the language of the code each message without plural forms is its own translation; the messages
    of libraries, which are English, have their Russian words in the catalogues of the libraries.
    """
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalogue = read_po(file, locale=language)
    if language == SOURCE:
        for message in catalogue:
            if isinstance(message.id, str) and RUSSIAN.search(message.id) and not message.string:
                message.string = message.id
    return catalogue


def untranslated(catalogue: Any) -> Iterator[str]:
    """The messages that lack words, or one of the forms of a plural. Russian may lack words only for what is Russian."""
    for message in catalogue:
        one, *_ = message.id if isinstance(message.id, tuple) else (message.id,)
        forms = message.string if isinstance(message.id, tuple) else (message.string,)
        wanted = catalogue.num_plurals if isinstance(message.id, tuple) else 1
        own = RUSSIAN.search(one) or catalogue.locale.language != SOURCE
        if one and own and not (len(forms) == wanted and all(forms)):
            yield one
