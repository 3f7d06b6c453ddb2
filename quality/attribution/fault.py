"""Who is at fault for one order in one number: a judgement that is derived, versioned and explained. Pure.

It is made of the reason that Kaspi tells, of who acted, of the deadlines as they stood at that moment, and of what a
person ruled (capabilities §6.5). Whose fault a cancel is decides `orders.cancelling.fault_of`, whose answer stands in
`order.fault`; here it is only told apart further and put into words, so there is one truth.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orders.cancelling import FAULTS, Fault
from quality.formulas import Metric
from staff.languages import later as _

VERSION = "fault-1"


class Cause(StrEnum):
    """The rule that a judgement follows. The codes are public and never change their meaning within a version."""

    NOT_ACCEPTED = "not_accepted"
    OUR_CLOCK = "our_clock"
    OUT_OF_STOCK = "out_of_stock"
    OWN_DELIVERY_LATE = "own_delivery_late"
    BUYER_REFUSED = "buyer_refused"
    SHOP_SAYS_REFUSED = "shop_says_refused"
    SHOP_SAYS_UNREACHABLE = "shop_says_unreachable"
    BUYER_DID_NOT_COME = "buyer_did_not_come"
    BUYER_DID_NOT_SIGN = "buyer_did_not_sign"
    KASPI_LATE = "kaspi_late"
    BANK_REFUSED = "bank_refused"
    TECHNICAL = "technical"
    UNKNOWN_REASON = "unknown_reason"
    NO_REASON = "no_reason"
    LATE_HANDOVER = "late_handover"
    QUALITY_RETURN = "quality_return"
    OTHER_RETURN = "other_return"
    MARK = "mark"
    MARK_OF_RETURNED = "mark_of_returned"


class Deed(StrEnum):
    """Who brought the end about."""

    SHOP = "shop"
    BUYER = "buyer"
    KASPI = "kaspi"
    CLOCK = "clock"
    UNKNOWN = "unknown"


class Acceptance(StrEnum):
    """How the time to accept stood when the end came. WAITING: not accepted, and there was time left."""

    IN_TIME = "in_time"
    LATE = "late"
    MISSED = "missed"
    WAITING = "waiting"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """What a judgement needs of an order. `reason` is Kaspi's; `expired`: our clock saw the time to accept run out.

    `sent_at` and `sent_by`: when Kaspi took a cancel of ours, and who had decided it.
    """

    reason: str = ""
    expired: bool = False
    accept_by: datetime | None = None
    accepted_at: datetime | None = None
    cancelled_at: datetime | None = None
    planned_at: datetime | None = None
    handed_at: datetime | None = None
    returned_at: datetime | None = None
    return_for_quality: bool = False
    mark: int | None = None
    sent_at: datetime | None = None
    sent_by: str = ""


@dataclass(frozen=True, slots=True)
class FaultRule:
    """A rule in words. `fault` is None where no side is to blame: a mark is a mark. `counts`: stands in the number.

    `source`: the file of the reference and its section.
    """

    fault: Fault | None
    counts: bool
    title: str
    sentence: str
    source: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whose fault it is, by which rule, and why. `overridden`: what a person ruled against it (True: counts), or None."""

    version: str
    fault: Fault | None
    rule: Cause
    because: tuple[str, ...]
    overridden: bool | None = None

    @property
    def counts(self) -> bool:
        """Whether the order stands in the number."""
        return RULES[self.rule].counts if self.overridden is None else self.overridden


def _shop(title: str, sentence: str, source: str) -> FaultRule:
    return FaultRule(Fault.SELLER, True, title, sentence, source)


def _other(fault: Fault, title: str, sentence: str, source: str) -> FaultRule:
    return FaultRule(fault, False, title, sentence, source)


_READ, _RULES_OF_CANCEL = "kaspi-api §2.7", "kaspi-api §5, capabilities §6.4"
_SHOP_SAYS = "kaspi-api §5, capabilities B13"

RULES: Mapping[Cause, FaultRule] = {
    Cause.NOT_ACCEPTED: _shop(
        _("не принят в срок"),
        _("Никто не принял заказ до срока, и Kaspi отменил его: «Нет в наличии»."),
        _RULES_OF_CANCEL,
    ),
    Cause.OUR_CLOCK: _shop(
        _("не принят в срок"),
        _("По нашим часам срок принятия прошёл. Kaspi ещё не назвал причину, до его слова отмена считается."),
        _RULES_OF_CANCEL,
    ),
    Cause.OUT_OF_STOCK: _shop(_("нет в наличии"), _("Kaspi назвал причину «Нет в наличии»."), _READ),
    Cause.OWN_DELIVERY_LATE: _shop(
        _("не доставлен вовремя"), _("Магазин не привёз заказ в срок, и Kaspi отменил его."), _READ
    ),
    Cause.BUYER_REFUSED: _other(Fault.BUYER, _("отказ покупателя"), _("Покупатель отказался сам."), _READ),
    Cause.SHOP_SAYS_REFUSED: _other(
        Fault.BUYER,
        _("отказ покупателя со слов магазина"),
        _("Магазин указал отказ покупателя. Kaspi может позвонить ему и сменить причину."),
        _SHOP_SAYS,
    ),
    Cause.SHOP_SAYS_UNREACHABLE: _other(
        Fault.BUYER,
        _("не дозвонились"),
        _("Магазин не дозвонился до покупателя. Kaspi может позвонить ему и сменить причину."),
        _SHOP_SAYS,
    ),
    Cause.BUYER_DID_NOT_COME: _other(
        Fault.BUYER, _("покупатель не забрал"), _("Покупатель не забрал заказ в срок."), _READ
    ),
    Cause.BUYER_DID_NOT_SIGN: _other(
        Fault.BUYER, _("покупатель не подписал"), _("Покупатель не подписал договор в срок."), _READ
    ),
    Cause.KASPI_LATE: _other(Fault.KASPI, _("Kaspi не доставил"), _("Kaspi не доставил заказ в срок."), _READ),
    Cause.BANK_REFUSED: _other(Fault.KASPI, _("банк не одобрил"), _("Банк не одобрил кредит или рассрочку."), _READ),
    Cause.TECHNICAL: _other(Fault.KASPI, _("сбой Kaspi"), _("Kaspi отменил заказ по технической причине."), _READ),
    Cause.UNKNOWN_REASON: _other(
        Fault.UNKNOWN,
        _("неизвестная причина"),
        _("Kaspi назвал причину, которой нет в его описаниях. Чья это вина, не гадаем."),
        _READ,
    ),
    Cause.NO_REASON: _other(
        Fault.UNKNOWN, _("причина не названа"), _("Kaspi не назвал причину. Чья это вина, не гадаем."), _READ
    ),
    Cause.LATE_HANDOVER: _shop(
        _("передан позже срока"), _("Посылку передали в Kaspi Доставку позже назначенного времени."), "kaspi-api §10"
    ),
    Cause.QUALITY_RETURN: _shop(
        _("возврат по качеству"), _("Покупатель вернул товар из-за качества, и причина известна."), "kaspi-api §10"
    ),
    Cause.OTHER_RETURN: _other(
        Fault.UNKNOWN,
        _("возврат"),
        _("Причина возврата не относится к качеству или неизвестна: API Kaspi её не отдаёт."),
        "kaspi-api §10",
    ),
    Cause.MARK: FaultRule(None, True, _("оценка"), _("Оценка покупателя входит в рейтинг."), "capabilities §6.10"),
    Cause.MARK_OF_RETURNED: FaultRule(
        None, False, _("оценка"), _("Заказ возвращён, его оценка в рейтинг не входит."), "capabilities, row 72"
    ),
}

# Reasons of kaspi-api §2.7 that tell all by themselves; «out of stock» needs the clock beside it.
_BY_REASON: Mapping[str, Cause] = {
    "BUYER_CANCELLATION_HIMSELF": Cause.BUYER_REFUSED,
    "BUYER_CANCELLATION_BY_COURIER": Cause.BUYER_REFUSED,
    "BUYER_CANCELLATION_BY_CSC": Cause.BUYER_REFUSED,
    "BUYER_CANCELLATION_BY_MERCHANT": Cause.SHOP_SAYS_REFUSED,
    "BUYER_NOT_REACHABLE": Cause.SHOP_SAYS_UNREACHABLE,
    "TIMEOUT_BUYER_PICKUP": Cause.BUYER_DID_NOT_COME,
    "TIMEOUT_BUYER_SIGNATURE": Cause.BUYER_DID_NOT_SIGN,
    "TIMEOUT_KASPI_DELIVERY": Cause.KASPI_LATE,
    "TIMEOUT_MERCHANT_DELIVERY": Cause.OWN_DELIVERY_LATE,
    "RFO_REJECTED": Cause.BANK_REFUSED,
    "TECHNICAL_PROBLEM_CANCELLATION": Cause.TECHNICAL,
}
_OUT_OF_STOCK = "MERCHANT_OUT_OF_STOCK"
_ACTED: Mapping[Cause, Deed] = {
    Cause.NOT_ACCEPTED: Deed.KASPI,
    Cause.OUR_CLOCK: Deed.CLOCK,
    Cause.OUT_OF_STOCK: Deed.SHOP,
    Cause.SHOP_SAYS_REFUSED: Deed.SHOP,
    Cause.SHOP_SAYS_UNREACHABLE: Deed.SHOP,
    Cause.UNKNOWN_REASON: Deed.UNKNOWN,
    Cause.NO_REASON: Deed.UNKNOWN,
    Cause.BUYER_REFUSED: Deed.BUYER,
    **dict.fromkeys(
        (
            Cause.OWN_DELIVERY_LATE,
            Cause.BUYER_DID_NOT_COME,
            Cause.BUYER_DID_NOT_SIGN,
            Cause.KASPI_LATE,
            Cause.BANK_REFUSED,
            Cause.TECHNICAL,
        ),
        Deed.KASPI,
    ),
}
_ACCEPTANCES: Mapping[Acceptance, str] = {
    Acceptance.IN_TIME: _("До этого заказ приняли в срок."),
    Acceptance.LATE: _("До этого заказ приняли, но позже срока."),
    Acceptance.MISSED: _("Срок принятия прошёл, заказ так и не приняли."),
    Acceptance.WAITING: _("Заказ ещё не приняли, но время на это было."),
}
_HANDOVER_PASSED = _("Время передачи в Kaspi Доставку к этому моменту прошло.")
_DEEDS: Mapping[Deed, str] = {
    Deed.SHOP: _("Отменил магазин."),
    Deed.BUYER: _("Отменил покупатель."),
    Deed.KASPI: _("Отменил Kaspi."),
    Deed.CLOCK: _("Отметили наши часы, Kaspi пока не отменил."),
}


def acceptance_of(facts: OrderFacts) -> Acceptance:
    """How the time to accept stood when the cancel came, or stands for an order without one.

    Of a cancel of ours the moment is when Kaspi took it: that it is cancelled we may learn after the deadline.
    """
    if facts.accept_by is None:
        return Acceptance.UNKNOWN
    ended = min((at for at in (facts.sent_at, facts.cancelled_at) if at is not None), default=None)
    if facts.accepted_at is not None:
        return Acceptance.IN_TIME if facts.accepted_at <= facts.accept_by else Acceptance.LATE
    if facts.expired or (ended is not None and ended >= facts.accept_by):
        return Acceptance.MISSED
    return Acceptance.UNKNOWN if ended is None else Acceptance.WAITING


def handover_passed(facts: OrderFacts) -> bool:
    """Whether a cancel came when the parcel should have been with Kaspi Delivery already, and was not."""
    planned, ended = facts.planned_at, facts.sent_at or facts.cancelled_at
    return facts.handed_at is None and planned is not None and ended is not None and ended > planned


def acted(facts: OrderFacts) -> Deed:
    """Who brought a cancel about: a cancel of ours that Kaspi took is the shop's, else the reason tells."""
    return Deed.SHOP if facts.sent_at is not None else _ACTED[cause_of(facts, Metric.CANCELLED)]


def cause_of(facts: OrderFacts, metric: Metric) -> Cause:
    """The rule that this order falls under in this number."""
    return _CAUSES[metric](facts)


def judgement_of(facts: OrderFacts, metric: Metric, *, ruled: bool | None = None) -> Judgement:
    """The judgement on an order that has the event of the metric. `ruled`: what a person said, True: it counts."""
    cause = cause_of(facts, metric)
    told = [RULES[cause].sentence]
    if metric is Metric.CANCELLED:
        passed = _HANDOVER_PASSED if handover_passed(facts) else ""
        told += [_ACCEPTANCES.get(acceptance_of(facts), ""), passed, _DEEDS.get(acted(facts), "")]
    return Judgement(VERSION, RULES[cause].fault, cause, tuple(one for one in told if one), ruled)


def _cause_of_cancel(facts: OrderFacts) -> Cause:
    if not facts.reason:
        return Cause.OUR_CLOCK if facts.expired else Cause.NO_REASON
    if facts.reason == _OUT_OF_STOCK:
        missed = acceptance_of(facts) is Acceptance.MISSED
        return Cause.NOT_ACCEPTED if missed else Cause.OUT_OF_STOCK
    return _BY_REASON.get(facts.reason, Cause.UNKNOWN_REASON)


def _cause_of_return(facts: OrderFacts) -> Cause:
    return Cause.QUALITY_RETURN if facts.return_for_quality else Cause.OTHER_RETURN


def _cause_of_mark(facts: OrderFacts) -> Cause:
    return Cause.MARK if facts.returned_at is None else Cause.MARK_OF_RETURNED


_CAUSES: Mapping[Metric, Callable[[OrderFacts], Cause]] = {
    Metric.RATING: _cause_of_mark,
    Metric.CANCELLED: _cause_of_cancel,
    Metric.LATE_HANDOVER: lambda facts: Cause.LATE_HANDOVER,
    Metric.QUALITY_RETURNS: _cause_of_return,
}
# A reason that `orders.cancelling` learns must be told here as well.
assert _BY_REASON.keys() | {_OUT_OF_STOCK} == FAULTS.keys(), "every reason of kaspi-api §2.7 has its rule"
