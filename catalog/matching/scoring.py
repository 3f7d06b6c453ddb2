"""How sure it is that two names are of one good, and why. Pure.

A score is 0–100. The same barcode is certain. Otherwise it is the share of the words that both names have, each word the
heavier the fewer goods bear it; model numbers («X5», «256») weigh most of all, and a model or a brand that contradicts
keeps the score low whatever else agrees. A score says in which order people look, it is no probability.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import nlargest
from typing import Final

CERTAIN: Final = 100
# From here on a line is taken together with the other sure ones; below a person looks at each.
SURE: Final = 90
# Below this an offer is not worth being shown.
FAINT: Final = 35
MOST_FOUND: Final = 3
# A contradiction leaves no more than this.
CONTRADICTED: Final = 45
MODEL_WEIGHT: Final = 2.0
# Words that more goods bear say little of which one it is.
COMMONEST: Final = 2_000
CANDIDATES: Final = 40

_WORD: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?|[^\W\d_]+(?:[-/]?[0-9]+[^\W_]*)?|[0-9]+[^\W\d_]+", re.UNICODE)
_BARCODE: Final = re.compile(r"[0-9]{8,14}")
# Letters of both alphabets that look alike: «Х5» typed in Russian is the same model.
_ALIKE: Final = str.maketrans("авекмнорстху", "abekmhopctxy")


class Reason(StrEnum):
    BARCODE = "barcode"
    WORDS = "words"
    MODEL = "model"
    BRAND = "brand"
    OTHER_MODEL = "other_model"
    OTHER_BRAND = "other_brand"


@dataclass(frozen=True, slots=True)
class Named:
    """A good as somebody calls it. `key` is whose it is: an offer's id, a row's number."""

    key: int
    name: str
    brand: str = ""
    barcode: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """`why`: each reason with the words it rests on."""

    key: int
    score: int
    why: tuple[tuple[Reason, str], ...]


def words_of(text: str) -> list[str]:
    """The words of a name in small letters; a decimal comma is a point, a unit that stands apart joins its number."""
    return [word.replace(",", ".").replace("ё", "е") for word in _WORD.findall(text.casefold())]


def is_model(word: str) -> bool:
    """Whether a word may be the number of a model: it holds a digit."""
    return any(letter.isdigit() for letter in word)


def barcode_of(text: str) -> str:
    """The digits of a barcode of 8 to 14, without leading zeros; empty for anything else."""
    digits = re.sub(r"[\s-]", "", text)
    return digits.lstrip("0") if _BARCODE.fullmatch(digits) else ""


class Index:
    """The goods of a shop, ready to be searched for many names."""

    def __init__(self, goods: Iterable[Named]) -> None:
        self._goods: dict[int, Named] = {}
        self._words: dict[int, frozenset[str]] = {}
        self._bearing: defaultdict[str, list[int]] = defaultdict(list)
        self._barcodes: dict[str, int] = {}
        # Weights are asked for some hundred times a line: each is counted once, when all goods are there.
        self._weights: dict[str, float] = {}
        self._heavy: dict[int, float] = {}
        for good in goods:
            self._goods[good.key] = good
            self._words[good.key] = known = _keys(good)
            for word in known:
                self._bearing[word].append(good.key)
            if barcode := barcode_of(good.barcode):
                self._barcodes.setdefault(barcode, good.key)

    def best(self, asked: Named) -> tuple[Match, ...]:
        """Up to three goods that it may be, the surest first; of equals, in the order they came."""
        barcode = barcode_of(asked.barcode)
        same = self._barcodes.get(barcode) if barcode else None
        if same is not None:
            return (Match(same, CERTAIN, ((Reason.BARCODE, barcode),)),)
        words = _keys(asked)
        found = [self._judge(asked, words, key) for key in self._candidates(words)]
        found.sort(key=lambda one: (-one.score, one.key))
        return tuple(one for one in found[:MOST_FOUND] if one.score >= FAINT)

    def _candidates(self, words: frozenset[str]) -> list[int]:
        """Goods that share the heaviest words; the rarest are looked up first, and the common ones only while few are found."""
        weight: dict[int, float] = {}
        for word in sorted(words & self._bearing.keys(), key=lambda word: (len(self._bearing[word]), word)):
            bearing = self._bearing[word]
            if len(bearing) > COMMONEST and weight:
                break
            mine = self._weight(word)
            for key in bearing[:COMMONEST]:
                weight[key] = weight.get(key, 0.0) + mine
        return nlargest(CANDIDATES, weight, key=lambda key: (weight[key], -key))

    def _weight(self, word: str) -> float:
        """The fewer goods bear a word, the more it says."""
        known = self._weights.get(word)
        if known is None:
            rare = math.log(1 + len(self._goods) / (1 + len(self._bearing.get(word, ()))))
            known = self._weights[word] = (rare + 1.0) * (MODEL_WEIGHT if is_model(word) else 1.0)
        return known

    def _all_of(self, key: int) -> float:
        """The weight of all words of a good."""
        known = self._heavy.get(key)
        if known is None:
            known = self._heavy[key] = sum(map(self._weight, self._words[key]))
        return known

    def _judge(self, asked: Named, words: frozenset[str], key: int) -> Match:
        good, known = self._goods[key], self._words[key]
        shared = words & known
        both = sum(map(self._weight, shared))
        score = round(99 * 2 * both / (sum(map(self._weight, words)) + self._all_of(key)))
        why = list(_reasons(asked, good, words, known))
        if any(reason in (Reason.OTHER_MODEL, Reason.OTHER_BRAND) for reason, _ in why):
            score = min(score, CONTRADICTED)
        return Match(key, score, tuple(why))


def _keys(good: Named) -> frozenset[str]:
    """The words of the name and the brand, spelt in one alphabet."""
    return frozenset(_spelt(word) for word in (*words_of(good.name), *words_of(good.brand)))


def _spelt(word: str) -> str:
    """A model may be typed in either alphabet; plain words are left as they are."""
    return word.translate(_ALIKE) if is_model(word) else word


def _reasons(asked: Named, good: Named, words: frozenset[str], known: frozenset[str]) -> Sequence[tuple[Reason, str]]:
    shared = words & known
    models, plain = sorted(filter(is_model, shared)), sorted(word for word in shared if not is_model(word))
    told: list[tuple[Reason, str]] = [(Reason.MODEL, ", ".join(models))] if models else []
    told += [(Reason.WORDS, ", ".join(plain[:8]))] if plain else []
    mine, theirs = (sorted(filter(is_model, one)) for one in (words - known, known - words))
    if mine and theirs:
        told.append((Reason.OTHER_MODEL, f"{', '.join(mine)} ≠ {', '.join(theirs)}"))
    return [*told, *_brands(asked, good, known, words)]


def _brands(asked: Named, good: Named, known: frozenset[str], words: frozenset[str]) -> Sequence[tuple[Reason, str]]:
    """A brand agrees when the other says it anywhere; it contradicts only where both name one."""
    one, other = frozenset(words_of(asked.brand)), frozenset(words_of(good.brand))
    if (one and one <= known) or (other and other <= words):
        return [(Reason.BRAND, asked.brand or good.brand)]
    return [(Reason.OTHER_BRAND, f"{asked.brand} ≠ {good.brand}")] if one and other else []
