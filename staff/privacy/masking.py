"""A person's data for somebody who may not see whose it is: enough to tell two orders apart, not enough to call. Pure."""

from typing import Final

DOT: Final = "•"
SHORTEST_PHONE: Final = 10


def short_name(first: str, last: str) -> str:
    """«Айгерим С.»; a surname alone keeps its letter only."""
    letter = f"{last.strip()[:1].upper()}." if last.strip() else ""
    return f"{first.strip()} {letter}".strip()


def short_full_name(name: str) -> str:
    """The same of a name that was told in one piece, the first name first: «Айгерим Сериковна Омарова» is «Айгерим О.»."""
    words = name.split()
    return short_name(words[0], words[-1] if len(words) > 1 else "") if words else ""


def dotted_phone(phone: str) -> str:
    """«+7 ••• ••• 12 34»; what is too short to be a phone, or is none, is dots alone."""
    digits = "".join(filter(str.isdigit, phone))
    if not digits:
        return ""
    if len(digits) < SHORTEST_PHONE:
        return DOT * 3
    return f"+7 {DOT * 3} {DOT * 3} {digits[-4:-2]} {digits[-2:]}"


def town_of(address: str, town: str) -> str:
    """An address as far as the town; nothing where no town is told, for an address may begin with a street."""
    return town.strip() if address or town else ""
