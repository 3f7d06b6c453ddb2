"""Reasons of a cancel: what a seller may choose, what Kaspi is told, and whose fault Kaspi's answer makes it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext

from staff.languages import later as _


class CabinetReason(StrEnum):
    """The four reasons that the seller's cabinet offers; the values are what our API takes in `reason`."""

    BUYER_UNREACHABLE = "buyer_unreachable"
    BUYER_REFUSED = "buyer_refused"
    NO_REGION_DELIVERY = "no_region_delivery"
    OUT_OF_STOCK = "out_of_stock"


class ApiReason(StrEnum):
    """The three reasons that the Merchant API takes in `cancellationReason` (kaspi-api §4)."""

    BUYER_CANCELLATION_BY_MERCHANT = "BUYER_CANCELLATION_BY_MERCHANT"
    BUYER_NOT_REACHABLE = "BUYER_NOT_REACHABLE"
    MERCHANT_OUT_OF_STOCK = "MERCHANT_OUT_OF_STOCK"


class Fault(StrEnum):
    """To whom a cancel is counted. UNKNOWN is never guessed away."""

    SELLER = "seller"
    BUYER = "buyer"
    KASPI = "kaspi"
    UNKNOWN = "unknown"


class Handing(StrEnum):
    """Who brings the goods to the buyer: the shop's counter, the shop's courier, or Kaspi Delivery."""

    PICKUP = "pickup"
    OWN_DELIVERY = "own_delivery"
    KASPI_DELIVERY = "kaspi_delivery"


@dataclass(frozen=True, slots=True)
class Choice:
    """One reason on offer: its words in the cabinet, what Kaspi is told, and whether the cancel counts.

    `counts` is the cautious reading: True when the share of the seller's cancels may grow by it.
    `note` is always shown beside the reason, a warning only for the way of handing it names; nothing is refused here.
    """

    reason: CabinetReason
    title: str
    api_reason: ApiReason
    counts: bool
    note: str
    warnings: Mapping[Handing, str]

    def warning(self, handing: Handing) -> str | None:
        """What to warn of before this reason is sent for such an order, in Russian."""
        return self.warnings.get(handing)


class UnknownReason(ValueError):
    """The code names no reason; the text is a Russian sentence that lists those that exist."""

    def __init__(self, code: str) -> None:
        super().__init__(
            gettext("Нет причины отмены «%(code)s». Есть: %(known)s.") % {"code": code, "known": ", ".join(BY_CODE)}
        )
        self.code = code


CHOICES: tuple[Choice, ...] = (
    Choice(
        reason=CabinetReason.BUYER_UNREACHABLE,
        title=_("Не дозвонились до покупателя"),
        api_reason=ApiReason.BUYER_NOT_REACHABLE,
        counts=False,
        note=_("В долю отмен не входит. Kaspi может позвонить покупателю и сменить причину."),
        # The merged specification of 12.2025 limits it to own delivery and pickup, the guide of 07.2026 does not:
        # kaspi-api §4. So it is sent, with a warning.
        warnings={
            Handing.KASPI_DELIVERY: _(
                "Для Kaspi Доставки Kaspi может не принять эту причину: она описана для самовывоза и своей доставки."
            )
        },
    ),
    Choice(
        reason=CabinetReason.BUYER_REFUSED,
        title=_("Покупатель отказался"),
        api_reason=ApiReason.BUYER_CANCELLATION_BY_MERCHANT,
        counts=False,
        note=_("В долю отмен не входит. Kaspi может позвонить покупателю и сменить причину."),
        warnings={},
    ),
    # The API has no such reason. The nearest true one is the shop's own: saying that the buyer refused would be a lie
    # that Kaspi checks. Hence it counts, though it would not in the cabinet (capabilities §6.6).
    Choice(
        reason=CabinetReason.NO_REGION_DELIVERY,
        title=_("Нет доставки в этот регион"),
        api_reason=ApiReason.MERCHANT_OUT_OF_STOCK,
        counts=True,
        note=_(
            "Через API такой причины нет: Kaspi получит «Нет в наличии», и отмена войдёт в долю отмен."
            " Чтобы указать её как есть, отмените заказ в кабинете Kaspi."
        ),
        warnings={
            Handing.OWN_DELIVERY: _(
                "Правила Kaspi не разрешают отменять заказ со своей доставкой из-за региона: уберите город из доставки."
            )
        },
    ),
    Choice(
        reason=CabinetReason.OUT_OF_STOCK,
        title=_("Нет в наличии"),
        api_reason=ApiReason.MERCHANT_OUT_OF_STOCK,
        counts=True,
        note=_("Войдёт в долю отмен по вине магазина."),
        warnings={},
    ),
)

BY_REASON: Mapping[CabinetReason, Choice] = {choice.reason: choice for choice in CHOICES}

# What the field `reason` of the API and of the forms accepts: the cabinet's codes, and Kaspi's own three as they are.
BY_CODE: Mapping[str, Choice] = {
    **{choice.reason.value: choice for choice in CHOICES},
    ApiReason.BUYER_NOT_REACHABLE.value: BY_REASON[CabinetReason.BUYER_UNREACHABLE],
    ApiReason.BUYER_CANCELLATION_BY_MERCHANT.value: BY_REASON[CabinetReason.BUYER_REFUSED],
    ApiReason.MERCHANT_OUT_OF_STOCK.value: BY_REASON[CabinetReason.OUT_OF_STOCK],
}


def choice_of(code: str) -> Choice:
    """The reason that a form or an API user names. Raises UnknownReason."""
    try:
        return BY_CODE[code]
    except KeyError:
        raise UnknownReason(code) from None


def handing_of(*, is_kaspi_delivery: bool, delivery_mode: str) -> Handing:
    """Who brings the goods, by two fields of the order (kaspi-api §2.3)."""
    if is_kaspi_delivery:
        return Handing.KASPI_DELIVERY
    return Handing.PICKUP if delivery_mode.endswith("PICKUP") else Handing.OWN_DELIVERY


# Every value of kaspi-api §2.7. Sources: the rule book (§5) for what counts against the shop; §2.5 for Express without
# a courier, which does not; the design's list of penalties («нет в наличии, не принят в срок, не доставлен вовремя»).
FAULTS: Mapping[str, Fault] = {
    "BUYER_CANCELLATION_HIMSELF": Fault.BUYER,
    "BUYER_CANCELLATION_BY_COURIER": Fault.BUYER,  # the buyer's refusal, told to the courier
    "BUYER_CANCELLATION_BY_CSC": Fault.BUYER,  # the buyer's refusal, told to Kaspi's call centre
    "BUYER_CANCELLATION_BY_MERCHANT": Fault.BUYER,  # until Kaspi re-labels it (§5), then another value is read
    "BUYER_NOT_REACHABLE": Fault.BUYER,
    "MERCHANT_OUT_OF_STOCK": Fault.SELLER,  # also Kaspi's own cancel of an order that nobody accepted
    "TIMEOUT_BUYER_PICKUP": Fault.BUYER,
    "TIMEOUT_BUYER_SIGNATURE": Fault.BUYER,
    "TIMEOUT_KASPI_DELIVERY": Fault.KASPI,
    "TIMEOUT_MERCHANT_DELIVERY": Fault.SELLER,
    "RFO_REJECTED": Fault.KASPI,  # the bank refused the credit
    "TECHNICAL_PROBLEM_CANCELLATION": Fault.KASPI,
}


def fault_of(cancellation_reason: str | None, *, expired: bool = False, sent_reason: ApiReason | None = None) -> Fault:
    """Whose fault a cancel is, from the best witness there is.

    First the reason that Kaspi itself gives (an unknown value is UNKNOWN: never guessed); without one, the reason of
    our own cancel that Kaspi took; without that, our clock: an order that nobody accepted in time (`expired`) counts
    against the shop at once, until Kaspi says otherwise (kaspi-api §5, capabilities §6.4).
    """
    if cancellation_reason:
        return FAULTS.get(cancellation_reason, Fault.UNKNOWN)
    if sent_reason:
        return FAULTS[sent_reason]
    return Fault.SELLER if expired else Fault.UNKNOWN
