"""What an order says of people, and what it says when they are forgotten. Pure."""

from base64 import b64encode
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

# The columns with a person in them, and their value when he is nobody. The town stays: thousands live there.
# Kaspi's id of a customer is his phone in base64, and the paper behind the waybill's address names him.
NOBODY: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "buyer_kaspi_id": "",
        "buyer_first_name": "",
        "buyer_last_name": "",
        "buyer_search": "",
        "phone": "",
        "phone_state": "absent",
        "recipient_name": "",
        "recipient_phone": "",
        "phone_alias": "",
        "address": "",
        "waybill_url": "",
        "raw": {},
    }
)
# The state of a phone that staff typed, beside those that Kaspi tells (`integrations.kaspi.facts.PhoneState`).
TYPED: Final = "typed"
# In these states a phone is known whole.
KNOWN: Final = ("real", TYPED)
# These columns in Kaspi's answer. A digest of all the others tells nobody, even by trying every phone there is.
ATTRIBUTES: Final = frozenset({"customer", "recipient", "deliveryAddress", "phoneAlias"})
# Of these, what somebody is shown: one that is not empty makes a showing of the order one of its buyer.
SHOWN: Final = ("buyer_first_name", "buyer_last_name", "phone", "recipient_name", "recipient_phone", "address")


def kaspi_ids_of(digits: str) -> tuple[str, ...]:
    """The ids that Kaspi may have given to the customer of this phone, told by its ten digits (kaspi-api.md §1.4)."""
    encoded = [b64encode(f"{country}{digits}".encode()).decode() for country in ("", "7", "+7", "8")]
    return (*encoded, *(one.rstrip("=") for one in encoded))
