"""May this order be accepted without a person, now? Pure; `TextChoices` is all it takes from Django.

Accepting what is not there becomes a cancel by the shop's fault (kaspi-api.md §5), so every bar that is not surely passed
holds the order for a person. What an order waits for is told with the moment at which it is worth another look.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from django.db.models import TextChoices

from staff.languages import later as _


class Verdict(TextChoices):
    ACCEPT = "accept", _("Принят")
    WAIT = "wait", _("Ждёт")
    HOLD = "hold", _("Придержан")


class Cover(TextChoices):
    """Whether the pieces of an order are there, by the ledger of stock."""

    ENOUGH = "enough", _("есть")
    SHORT = "short", _("не хватает")
    UNCOUNTED = "uncounted", _("не указан")
    UNKNOWN = "unknown", _("состав неизвестен")


class Reason(TextChoices):
    """Why it was decided so; the words end the sentence «Не принят автоматически: …»."""

    ALL_MET = "all_met", _("все условия выполнены")
    SETTLING = "settling", _("идёт выдержка")
    CLOSED = "closed", _("точка закрыта")
    LATE = "late", _("срок принятия прошёл")
    PRESSED = "pressed", _("по заказу уже отправляли решение")
    EXPRESS = "express", _("это Express")
    PRE_ORDER = "pre_order", _("это предзаказ")
    SIGNING = "signing", _("нужна подпись покупателя")
    NO_POINT = "no_point", _("точка продаж не названа")
    OLD = "old", _("заказ ждёт слишком давно")
    SUM_LOW = "sum_low", _("сумма меньше заданной")
    SUM_HIGH = "sum_high", _("сумма больше заданной")
    MANY_LINES = "many_lines", _("слишком много позиций")
    MANY_PIECES = "many_pieces", _("слишком много штук")
    ADDRESS_BARRED = "address_barred", _("адрес из списка исключений")
    ADDRESS_OTHER = "address_other", _("адреса нет в списке разрешённых")
    RED_BUDGET = "red_budget", _("запас отмен исчерпан")
    LINES_UNKNOWN = "lines_unknown", _("Kaspi ещё не сообщил состав")
    UNCOUNTED = "uncounted", _("остаток не указан")
    SHORT = "short", _("товара не хватает")
    STOPPED = "stopped", _("автоприём остановлен")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a shop asks of an order. Sums in ₸, both bounds included; None: no bound. As it comes nothing risky passes.

    `wait_minutes`: how long the order lies, so that early cancels of buyers cost nothing, yet never past
    `margin_minutes` before its deadline. Words are sought in the town and the address, whatever their case.
    """

    wait_minutes: int = 5
    margin_minutes: int = 30
    oldest_hours: int | None = None
    least_sum: Decimal | None = None
    most_sum: Decimal | None = None
    most_lines: int | None = None
    most_pieces: int | None = None
    only_words: tuple[str, ...] = ()
    never_words: tuple[str, ...] = ()
    in_hours: bool = False
    express: bool = False
    signing: bool = False
    mind_budget: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of an order at the moment of the decision. `budget_left`: cancels that still fit; None: not counted.

    `opens_at`: when its point opens next, where it is closed. `pressed`: a person has decided about it before.
    """

    arrived_at: datetime
    accept_by: datetime | None
    total: Decimal
    lines: int = 1
    pieces: Decimal = Decimal(1)
    address: str = ""
    express: bool = False
    pre_order: bool = False
    signature: bool = False
    has_point: bool = True
    is_open: bool = True
    opens_at: datetime | None = None
    cover: Cover = Cover.ENOUGH
    budget_left: int | None = None
    pressed: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """`until` is set with WAIT alone."""

    verdict: Verdict
    reason: Reason
    until: datetime | None = None


Bar = Callable[[Facts, Rules, datetime], bool]


def decide(facts: Facts, rules: Rules, now: datetime) -> Decision:
    """The first bar that is met holds the order; then it waits for its time; then stock and budget have their say."""
    barred = _first(_FIRM, facts, rules, now)
    if barred is not None:
        return Decision(Verdict.HOLD, barred)
    settled = settled_at(facts, rules)
    if now < settled:
        return Decision(Verdict.WAIT, Reason.SETTLING, settled)
    if rules.in_hours and not facts.is_open:
        return _closed(facts)
    barred = _first(_PASSING, facts, rules, now)
    return Decision(Verdict.ACCEPT, Reason.ALL_MET) if barred is None else Decision(Verdict.HOLD, barred)


def settled_at(facts: Facts, rules: Rules) -> datetime:
    """When the order has lain long enough; in time for its deadline, for which the wait is cut short."""
    rested = facts.arrived_at + timedelta(minutes=rules.wait_minutes)
    return rested if facts.accept_by is None else min(rested, facts.accept_by - timedelta(minutes=rules.margin_minutes))


def _closed(facts: Facts) -> Decision:
    """A point that opens only after the deadline does not help: a person must look."""
    opens = facts.opens_at
    if opens is None or (facts.accept_by is not None and opens >= facts.accept_by):
        return Decision(Verdict.HOLD, Reason.CLOSED)
    return Decision(Verdict.WAIT, Reason.CLOSED, opens)


def _first(bars: Mapping[Reason, Bar], facts: Facts, rules: Rules, now: datetime) -> Reason | None:
    return next((reason for reason, is_met in bars.items() if is_met(facts, rules, now)), None)


def _names(words: tuple[str, ...], address: str) -> bool:
    plain = folded(address)
    return any(folded(word) in plain for word in words)


def folded(text: str) -> str:
    """As words are compared: «Алёна» and «алена» are one."""
    return " ".join(text.casefold().replace("ё", "е").split())


def _is_old(facts: Facts, rules: Rules, now: datetime) -> bool:
    return rules.oldest_hours is not None and now - facts.arrived_at > timedelta(hours=rules.oldest_hours)


# What of itself does not change while an order waits.
_FIRM: Final[Mapping[Reason, Bar]] = MappingProxyType(
    {
        Reason.LATE: lambda facts, rules, now: facts.accept_by is not None and now >= facts.accept_by,
        Reason.PRESSED: lambda facts, rules, now: facts.pressed,
        Reason.PRE_ORDER: lambda facts, rules, now: facts.pre_order,
        Reason.EXPRESS: lambda facts, rules, now: facts.express and not rules.express,
        Reason.SIGNING: lambda facts, rules, now: facts.signature and not rules.signing,
        Reason.NO_POINT: lambda facts, rules, now: not facts.has_point,
        Reason.OLD: _is_old,
        Reason.SUM_LOW: lambda facts, rules, now: rules.least_sum is not None and facts.total < rules.least_sum,
        Reason.SUM_HIGH: lambda facts, rules, now: rules.most_sum is not None and facts.total > rules.most_sum,
        Reason.MANY_LINES: lambda facts, rules, now: rules.most_lines is not None and facts.lines > rules.most_lines,
        Reason.MANY_PIECES: lambda facts, rules, now: (
            rules.most_pieces is not None and facts.pieces > rules.most_pieces
        ),
        Reason.ADDRESS_BARRED: lambda facts, rules, now: _names(rules.never_words, facts.address),
        Reason.ADDRESS_OTHER: lambda facts, rules, now: (
            bool(rules.only_words) and not _names(rules.only_words, facts.address)
        ),
    }
)
_PASSING: Final[Mapping[Reason, Bar]] = MappingProxyType(
    {
        Reason.RED_BUDGET: lambda facts, rules, now: rules.mind_budget and facts.budget_left == 0,
        Reason.LINES_UNKNOWN: lambda facts, rules, now: facts.cover is Cover.UNKNOWN,
        Reason.UNCOUNTED: lambda facts, rules, now: facts.cover is Cover.UNCOUNTED,
        Reason.SHORT: lambda facts, rules, now: facts.cover is Cover.SHORT,
    }
)
# How soon a held order is looked at again; what is not here waits for a change of the order or of the rules.
LOOK_AGAIN: Final[Mapping[Reason, timedelta]] = MappingProxyType(
    {
        Reason.CLOSED: timedelta(minutes=15),
        Reason.RED_BUDGET: timedelta(minutes=5),
        Reason.LINES_UNKNOWN: timedelta(seconds=15),
        Reason.UNCOUNTED: timedelta(minutes=1),
        Reason.SHORT: timedelta(minutes=1),
    }
)


def look_at(decision: Decision, now: datetime) -> datetime | None:
    """When the order is to be decided anew; None: when it or the rules change."""
    if decision.until is not None:
        return decision.until
    again = LOOK_AGAIN.get(decision.reason)
    return now + again if again else None


def as_json(rules: Rules) -> dict[str, object]:
    """As a version is kept; sums as text, so that no tiyn is lost."""
    return {name: _plain(getattr(rules, name)) for name in Rules.__slots__}


def from_json(kept: Mapping[str, object]) -> Rules:
    """A kept version; a field that it did not know yet is as it comes."""
    return Rules(**dict(_fields(kept)))  # type: ignore[arg-type]  # names and kinds are those of `as_json`


def _fields(kept: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in kept.items():
        if name in ("least_sum", "most_sum"):
            yield name, None if value is None else Decimal(str(value))
        elif name in ("only_words", "never_words"):
            yield name, tuple(str(word) for word in value) if isinstance(value, list) else ()
        elif name in Rules.__slots__:
            yield name, value


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
