"""Every page in Kazakh and in English has no Russian words of ours left."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client

from kaspi_office.languages import catalogues
from staff.models import Language, User
from tests.cast import Cast
from tests.walls.house import build
from tests.walls.matrix import Names, asks, known_routes, put
from tests.walls.routes import Door

WORD = re.compile("[а-яёәғқңөұүһі]{4,}", re.IGNORECASE)
READ = frozenset({"aria-label", "placeholder", "title", "alt", "data-label"})
# Kept by the database: the name of a rule, a point «Склад», a computer «Касса», a town, a remark on an order.
KEPT = frozenset({"автоотмена", "сроку", "склад", "касса", "алматы", "читается", "правило", "автоприёма"})


class Seen(HTMLParser):
    """What a person sees or hears of a page, with the language that the page says it is in.

    A part that says it is in another language, as a text for buyers does, is left out.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.language, self.words, self._skip = "", list[str](), 0
        self._foreign = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if named.get("lang") and tag != "html":
            self._foreign = tag
        self._skip += tag in ("script", "style", self._foreign)
        self.language = named.get("lang") or self.language if tag == "html" else self.language
        self.words += [value for name, value in attrs if value and name in READ]

    def handle_endtag(self, tag: str) -> None:
        self._skip -= tag in ("script", "style", self._foreign)
        self._foreign = self._foreign if self._skip else ""

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.words.append(data)


def words_of(texts: Iterator[str]) -> set[str]:
    return {word.lower() for text in texts for word in WORD.findall(text)}


def only_russian(language: str) -> set[str]:
    """Words that our messages have in Russian and nowhere in this language."""
    catalogue = catalogues.read(language, catalogues.path_of(language))
    source = words_of(form for one in catalogue for form in ((one.id,) if isinstance(one.id, str) else one.id))
    said = words_of(
        form for one in catalogue for form in ((one.string,) if isinstance(one.string, str) else one.string)
    )
    return source - said - KEPT


def addresses(cast: Cast) -> Iterator[tuple[str, str]]:
    """Path and page of everything that the owner may open, each once."""
    house = build(cast)
    names = Names.of(house.alma, shop="alma-tech", point="PP1")
    client = cast.aigerim.browser()
    for route in known_routes():
        if route.entry.door is Door.PROGRAM or route.pattern in ("login/", "metrics"):
            continue
        for ask in asks(route, names):
            if ask.method == "GET" and not ask.query:
                yield str(ask), put(client, ask).text


@pytest.mark.parametrize("language", [Language.KK, Language.EN])
def test_no_page_has_russian_words_left(cast: Cast, language: Language) -> None:
    User.objects.filter(email=cast.aigerim.email).update(language=language)
    russian, found, pages = only_russian(language), {}, 0
    for path, text in addresses(cast):
        seen = Seen(text)
        pages += seen.language == language
        left = words_of(iter(seen.words)) & russian
        if left or (seen.language and seen.language != language):
            found[path] = (seen.language, sorted(left))
    assert found == {}
    assert pages > 20


@pytest.mark.parametrize("language", [Language.KK, Language.EN])
def test_the_sign_in_page_has_no_russian_words_left(db: None, language: Language) -> None:
    seen = Seen(Client().get("/login/", headers={"Accept-Language": language}).content.decode())
    assert (seen.language, sorted(words_of(iter(seen.words)) & only_russian(language))) == (language, [])


def test_a_russian_word_on_a_page_would_be_found() -> None:
    seen = Seen('<html lang="kk"><p aria-label="Покупатель">Тапсырыс</p>')
    assert words_of(iter(seen.words)) & only_russian("kk") == {"покупатель"}
