"""What Kaspi told us, as frozen facts.

Every moment is an aware UTC datetime, every sum a Decimal in tenge (₸) with two places. An absent number or moment is
None, an absent text is "", an absent yes/no is False. Values of enums stay the text Kaspi sent: an unknown one is
stored as it is, never refused. Names and meanings: kaspi-api §2.2, §3.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class PhoneState(StrEnum):
    """Whether Kaspi showed the buyer's phone. MASKED and ABSENT both mean "unknown" (kaspi-api §2.2, customer)."""

    REAL = "real"
    MASKED = "masked"
    ABSENT = "absent"


class CancelReason(StrEnum):
    """The reasons a merchant may send with a cancel (kaspi-api §4)."""

    BUYER_CANCELLATION_BY_MERCHANT = "BUYER_CANCELLATION_BY_MERCHANT"
    BUYER_NOT_REACHABLE = "BUYER_NOT_REACHABLE"
    MERCHANT_OUT_OF_STOCK = "MERCHANT_OUT_OF_STOCK"


@dataclass(frozen=True, slots=True)
class Address:
    """A delivery or warehouse address; latitude and longitude in degrees."""

    town: str = ""
    street: str = ""
    house: str = ""
    apartment: str = ""
    formatted: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Buyer:
    """A buyer or a trusted recipient. `phone` is "+7XXXXXXXXXX" only when `phone_state` is REAL, else "".

    Kaspi's id of a customer is the phone in base64, so neither appears in a repr.
    """

    kaspi_id: str = field(default="", repr=False)
    first_name: str = field(default="", repr=False)
    last_name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    phone_state: PhoneState = PhoneState.ABSENT


Customer = Buyer


@dataclass(frozen=True, slots=True)
class KaspiEntry:
    """One line of an order. `quantity` has three places at most, weights are grams, `sku` is the merchant's own code.

    `sku` and `name` are "" when Kaspi left out `offer`; `KaspiClient.entries_with_sku` fills them.
    """

    kaspi_id: str
    number: int
    unit_type: str
    quantity: Decimal
    base_price: Decimal | None = None
    total_price: Decimal | None = None
    delivery_cost: Decimal | None = None
    weight_grams: Decimal | None = None
    min_allowed_weight: Decimal | None = None
    category_code: str = ""
    category_title: str = ""
    sku: str = ""
    name: str = ""
    master_id: str = ""
    point_id: str = ""
    imei_required: bool = False


@dataclass(frozen=True, slots=True)
class KaspiOrder:
    """One order as Kaspi showed it at one moment.

    `created_at` is the buyer's order, `approved_at` the moment it became visible as new. `courier_planned_at` is the
    hand-over deadline of Kaspi Delivery, `courier_handed_at` the hand-over itself. `entries` is None when the answer
    did not carry all of them. `raw` is the order's own JSON object; it holds personal data.
    """

    kaspi_id: str
    code: str
    state: str
    status: str
    total_price: Decimal | None
    payment_mode: str
    credit_term: int | None
    created_at: datetime
    approved_at: datetime | None = None
    planned_delivery_at: datetime | None = None
    reservation_at: datetime | None = None
    completed_at: datetime | None = None
    status_changed_at: datetime | None = None
    delivery_cost: Decimal | None = None
    delivery_cost_for_seller: Decimal | None = None
    is_kaspi_delivery: bool = False
    delivery_mode: str = ""
    address: Address | None = field(default=None, repr=False)
    signature_required: bool = False
    pre_order: bool = False
    pickup_point_id: str = ""
    assembled: bool = False
    buyer: Buyer = Buyer()
    recipient: Buyer | None = None
    phone_alias: str = field(default="", repr=False)
    origin_point: str = ""
    origin_city_code: str = ""
    waybill_url: str = ""
    waybill_number: str = ""
    courier_planned_at: datetime | None = None
    courier_handed_at: datetime | None = None
    express: bool = False
    returned_to_warehouse: bool = False
    first_mile_courier: str = ""
    cancellation_reason: str = ""
    imei_required: bool = False
    entries: tuple[KaspiEntry, ...] | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class EntryDevices:
    """The IMEIs that Kaspi holds for one line: a tuple a device, one IMEI a SIM slot."""

    entry_number: int
    devices: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class MasterProduct:
    """A card of Kaspi's catalogue; `code` is the number in the storefront address."""

    kaspi_id: str
    code: str
    name: str = ""
    manufacturer: str = ""
    category: str = ""
    merchant_product_id: str = ""


@dataclass(frozen=True, slots=True)
class MerchantProduct:
    """The merchant's own name of a card; `code` is the SKU."""

    kaspi_id: str
    code: str
    name: str = ""
    manufacturer: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A warehouse or shop of the merchant; `display_name` such as PP1."""

    kaspi_id: str
    display_name: str = ""
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class City:
    """A town of Kaspi's list; `code` is the KATO code."""

    kaspi_id: str
    code: str
    name: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Faulty:
    """An order that could not be understood: parked beside its neighbours, never in their way.

    `problem` is one sentence, `raw_text` the order's JSON cut at 64 kB; it holds personal data.
    """

    kaspi_id: str
    code: str
    problem: str
    raw_text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of a list. `requested_at` is the UTC moment just before the request left."""

    orders: tuple[KaspiOrder, ...]
    faulty: tuple[Faulty, ...]
    page_count: int
    total_count: int
    requested_at: datetime
