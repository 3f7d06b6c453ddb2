"""`manage.py messages`: bring the catalogues in `locale/` up to date with the code; say what is not translated."""

import os
from collections.abc import Sequence

MOST_NAMED = 40


def main(arguments: Sequence[str]) -> int:
    """0 when every message has its words in every language."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaspi_office.local.tool_settings")
    from django.conf import settings

    from kaspi_office.languages import catalogues, extraction

    template, missing = extraction.messages_of_project(), 0
    for language, name in settings.LANGUAGES:
        extraction.bring_up_to_date(language, template)
        left = list(catalogues.untranslated(catalogues.read(language, catalogues.path_of(language))))
        missing += len(left)
        print(f"{name}: {len(template)} messages, {len(left)} without words")
        print("".join(f"  {message}\n" for message in left[:MOST_NAMED]), end="")
    catalogues.compile_stale()
    return 1 if missing else 0
