"""A price list against what the shop has: what each row would change, add, take off sale, and what cannot be. Pure.

`before` and `after` of a line hold the fields that differ, by the names of `Offer`'s columns; beside them `stock`, `sold`
(by point) and `city` (by town). None: there was none. Numbers are whole, or as exact as the database has them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final, NamedTuple

from catalog.models import PriceKind
from catalog.price_list.columns import Field
from catalog.price_list.problems import Code, Problem
from catalog.price_list.rows import Told
from catalog.rules import Breach, PriceGuard, fits_price_list

Facts = dict[str, Any]

SCALARS: Final = ("name", "brand", "category", "barcode", "price", "preorder_days", "floor", "ceiling", "on_sale")
NESTED: Final = ("stock", "sold", "city")
# Letters of two alphabets that look alike, and marks that people leave out.
_ALIKE: Final = str.maketrans("авекмнорстухіз", "abekmhopctyxi3", " -_.,/\\?!*")
_MOST_GUESSES: Final = 300
_MOST_NEIGHBOURS: Final = 400
_NEARNESS: Final = 0.75
_MARKS: Final = re.compile(r"[^a-z0-9]")


class KnownOffer(NamedTuple):
    """An offer as it stands; the names are those of its columns."""

    id: int
    sku: str
    name: str
    brand: str
    category: str
    barcode: str
    price: Decimal | None
    preorder_days: int
    floor: Decimal | None
    ceiling: Decimal | None
    on_sale: bool
    most_step: Decimal | None
    off_at: datetime | None
    stock_sku: str
    buffer: int | None
    version: int


@dataclass(frozen=True, slots=True)
class Known:
    """A shop as it stands: offers by SKU; counted pieces by (place, item); who is sold where; prices by town.

    `kept`: where the goods of a point lie. `taken_off`: when whole price lists took goods off sale: what comes again in
    one of them goes back.
    """

    offers: Mapping[str, KnownOffer]
    kept: Mapping[int, int] = field(default_factory=dict)
    stock: Mapping[tuple[int, str], int] = field(default_factory=dict)
    sold: Mapping[tuple[int, int], bool] = field(default_factory=dict)
    city: Mapping[tuple[int, str], Decimal] = field(default_factory=dict)
    taken_off: frozenset[datetime] = frozenset()

    def item(self, sku: str, point: int) -> tuple[int, str]:
        """Where the pieces of an offer at a point lie, and under which name."""
        offer = self.offers.get(sku)
        return self.kept.get(point, point), (offer.stock_sku if offer and offer.stock_sku else sku)


class Line(NamedTuple):
    kind: PriceKind
    row: int
    sku: str
    offer_id: int | None
    before: Facts
    after: Facts
    seen: int = 0


Found = tuple[Line | None, list[Problem]]


class Comparing:
    """Takes rows one by one; remembers what it has met. `new`: SKUs that a person called new, whatever they look like."""

    def __init__(self, known: Known, *, whole: bool = False, new: frozenset[str] = frozenset()) -> None:
        self._known, self._whole, self._new = known, whole, new
        self._met: dict[str, int] = {}
        self._named: set[str] = set()
        self._counted: dict[tuple[int, str], tuple[int, str]] = {}
        self._alike: dict[str, str] | None = None
        self._neighbours: dict[str, list[str]] = {}
        self._guesses = 0

    def take(self, told: Told) -> Found:
        """What the row would do; None and no problem: nothing."""
        first = self._met.setdefault(told.sku, told.row)
        if first != told.row:
            return None, [Problem(Code.TWICE, None, told.sku, {"row": first})]
        offer = self._known.offers.get(told.sku)
        wrong = [] if offer else self._as_new(told)
        wrong += self._shared(told)
        if wrong:
            return None, wrong
        before, after = difference(told, offer, self._known)
        if self._whole and offer and not offer.on_sale and offer.off_at in self._known.taken_off:
            before["on_sale"], after["on_sale"] = False, True
        if offer and not after:
            return None, []
        return self._judged(told, offer, before, after)

    def is_same(self, row: int, sku: str) -> bool:
        """Note a row that says what stands (`unchanged`); False where it must be read nevertheless: told of twice, or
        off sale in a list of everything that is sold.
        """
        if sku in self._met or (self._whole and not self._known.offers[sku].on_sale):
            return False
        self._met[sku] = row
        return True

    def note(self, sku: str) -> None:
        """The good stands in the list, though its row cannot be taken."""
        self._named.add(sku)

    def missing(self) -> Iterator[Line]:
        """What the list does not name any more."""
        for sku, offer in self._known.offers.items():
            if offer.on_sale and sku not in self._met and sku not in self._named:
                yield Line(PriceKind.OFF, 0, sku, offer.id, {"on_sale": True}, {"on_sale": False}, offer.version)

    def _judged(self, told: Told, offer: KnownOffer | None, before: Facts, after: Facts) -> Found:
        kind = PriceKind.CHANGE if offer else PriceKind.NEW
        seen, offer_id = (offer.version, offer.id) if offer else (0, None)
        guard = PriceGuard(
            _bound(after, offer, "floor"), _bound(after, offer, "ceiling"), offer.most_step if offer else None
        )
        if guard.floor is not None and guard.ceiling is not None and guard.floor > guard.ceiling:
            return None, [Problem(Code.BOUNDS, None, f"{guard.floor} > {guard.ceiling}")]
        breach = breach_of(guard, before, after)
        if breach is None:
            return Line(kind, told.row, told.sku, offer_id, before, after, seen), []
        held = Line(PriceKind.HELD, told.row, told.sku, offer_id, before, after, seen)
        return held, [_breached(breach, guard, after)]

    def _as_new(self, told: Told) -> list[Problem]:
        """Why an offer that the shop does not have cannot be made of the row; empty: it can."""
        sku, whole = told.sku, "name" in told.fields and ("price" in told.fields or bool(told.city))
        fits = fits_price_list(sku)
        if fits and whole and sku in self._new:
            return []
        if like := self._like(sku, near=not (fits and whole)):
            return [Problem(Code.LIKE_SKU, None, sku, {"like": like, "fits": fits and whole})]
        if not fits:
            return [Problem(Code.BAD_SKU, None, sku)]
        return [] if whole else [Problem(Code.UNKNOWN_SKU, None, sku)]

    def _like(self, sku: str, *, near: bool) -> str:
        """The offer that was meant: written alike; with `near` also one of nearly the same letters."""
        if self._alike is None:
            self._alike = {_skeleton(known): known for known in self._known.offers}
            for known in self._known.offers:
                self._neighbours.setdefault(_skeleton(known)[:3], []).append(known)
        skeleton = _skeleton(sku)
        if skeleton and skeleton in self._alike:
            return self._alike[skeleton]
        if not near or self._guesses >= _MOST_GUESSES:
            return ""
        self._guesses += 1
        neighbours = self._neighbours.get(skeleton[:3], [])[:_MOST_NEIGHBOURS]
        return next(iter(get_close_matches(sku, neighbours, n=1, cutoff=_NEARNESS)), "")

    def _shared(self, told: Told) -> list[Problem]:
        """Two goods of one heap cannot be told to be of two sizes."""
        for point, pieces in told.stock.items():
            item = self._known.item(told.sku, point)
            other, sku = self._counted.setdefault(item, (pieces, told.sku))
            if other != pieces:
                return [Problem(Code.SHARED, None, str(pieces), {"like": sku})]
        return []


def difference(told: Told, offer: KnownOffer | None, known: Known) -> tuple[Facts, Facts]:
    """What would differ: as it is, and as the row says."""
    before: Facts = {}
    after: Facts = {}
    for name, value in told.fields.items():
        now = getattr(offer, name) if offer else None
        if now != value:
            before[name], after[name] = plain_number(now), value
    told_of: tuple[tuple[str, Mapping[Any, Any]], ...] = (
        ("stock", told.stock),
        ("sold", _sold(told, offer, known)),
        ("city", told.city),
    )
    for name, said in told_of:
        was = {key: standing(known, told.sku, offer, name, key) for key in said}
        changed = [key for key in said if was[key] != said[key]]
        if changed:
            before[name] = {str(key): plain_number(was[key]) for key in changed}
            after[name] = {str(key): said[key] for key in changed}
    return before, after


def standing(known: Known, sku: str, offer: KnownOffer | None, name: str, key: Any) -> Any:
    """What stands of a nested field under this key; None for nothing."""
    if name == "stock":
        return known.stock.get(known.item(sku, int(key)))
    if offer is None:
        return None
    return known.sold.get((offer.id, int(key))) if name == "sold" else known.city.get((offer.id, key))


def still(before: Facts, sku: str, offer: KnownOffer, known: Known) -> bool:
    """Whether what a line would overwrite stands as it was seen."""
    if any(plain_number(getattr(offer, name)) != before[name] for name in SCALARS if name in before):
        return False
    return all(
        plain_number(standing(known, sku, offer, name, key)) == was
        for name in NESTED
        for key, was in before.get(name, {}).items()
    )


def breach_of(guard: PriceGuard, before: Facts, after: Facts) -> Breach | None:
    """The bound that one of the new prices breaks."""
    pairs = [(before["price"], after["price"])] if "price" in after else []
    pairs += [(before["city"][code], price) for code, price in after.get("city", {}).items()]
    for was, price in pairs:
        if breach := guard.breach(None if was is None else Decimal(str(was)), Decimal(price)):
            return breach
    return None


def plain_number(value: Any) -> Any:
    """A decimal as JSON keeps it: whole where it is whole."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def merged(rows: Sequence[Told]) -> tuple[Told, list[tuple[int, Problem]]]:
    """One good of several rows, one for each point; and the rows that say another thing than the first of it."""
    first, wrong = rows[0], list[tuple[int, Problem]]()
    for told in rows[1:]:
        clash = next(
            (name for name in told.fields if first.fields.get(name, told.fields[name]) != told.fields[name]), ""
        )
        twice = told.stock.keys() & first.stock.keys() or told.sold.keys() & first.sold.keys()
        if clash or twice:
            code = Code.TWICE if twice else Code.OTHER_PRICE
            value = str(told.fields.get(clash, told.sku))
            wrong.append((told.row, Problem(code, None, value, {"row": first.row})))
            continue
        first.fields.update(told.fields)
        first.stock.update(told.stock)
        first.city.update(told.city)
        first.sold.update(told.sold)
    return first, wrong


def _sold(told: Told, offer: KnownOffer | None, known: Known) -> dict[int, bool]:
    """A number of pieces puts a good on sale again at a point where somebody said that it is not sold."""
    back = {
        point: True
        for point, pieces in told.stock.items()
        if pieces and offer and not known.sold.get((offer.id, point), True)
    }
    return back | told.sold


def _bound(after: Facts, offer: KnownOffer | None, name: str) -> Decimal | None:
    if name in after:
        return Decimal(after[name])
    found: Decimal | None = getattr(offer, name) if offer else None
    return found


def _breached(breach: Breach, guard: PriceGuard, after: Facts) -> Problem:
    bounds = {"floor": guard.floor, "ceiling": guard.ceiling, "step": guard.most_step}
    told = {name: plain_number(bound) for name, bound in bounds.items() if bound is not None}
    price = after.get("price", next(iter(after.get("city", {}).values()), ""))
    return Problem(Code(breach.value), None, str(price), told | {"field": Field.PRICE.value})


def _skeleton(sku: str) -> str:
    return _MARKS.sub("", sku.casefold().translate(_ALIKE))
