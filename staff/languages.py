"""Words that a module keeps in a table, said later in the language of whoever reads them."""

from typing import cast

from django.utils.translation import gettext, gettext_lazy


def later(text: str) -> str:
    """The Russian words as a lazy string: it becomes Kazakh or English when it is printed, not when it is imported.

    Typed as what it stands for, so that the frozen parts of a page stay plain `str`. What it cannot do is to be joined
    by `str.join`, kept in JSON or given to the database: there `str()` it, or keep a code.
    """
    return cast(str, gettext_lazy(text))


def noun(one: str, many: str) -> tuple[str, str]:
    """A noun of a table, for `formats.plural(count, *noun)`."""
    return one, many


def kept(sentence: str) -> str:
    """A sentence that the database keeps in Russian, in the language of the reader where the catalogues know it."""
    return gettext(sentence) if sentence else ""
