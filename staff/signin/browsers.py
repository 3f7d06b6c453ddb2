"""What a browser calls itself, in two words: «Chrome, Windows»."""

from typing import Final

from django.utils.translation import gettext as _

# The first that stands in the header: browsers name those that they descend from as well.
BROWSERS: Final = (
    ("YaBrowser", "Яндекс Браузер"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def name_of(agent: str) -> str:
    """Browser and system of a User-Agent header."""
    found = [_first(agent, BROWSERS), _first(agent, SYSTEMS)]
    return ", ".join(word for word in found if word) or _("неизвестный браузер")


def _first(agent: str, table: tuple[tuple[str, str], ...]) -> str:
    return next((word for mark, word in table if mark in agent), "")
