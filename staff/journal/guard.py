"""What must never stand in the journal: secrets and phones (reliability.md §5.8, §5.14)."""

import re
from collections.abc import Mapping
from typing import Any

# A field of such a name could only hold a secret: it is our own mistake, and told as one.
FORBIDDEN = re.compile(r"password|secret|phone|otp|cipher|cookie|session_key|recovery", re.IGNORECASE)
HIDDEN = "[скрыто]"
# The same things inside a text that a person wrote: a phone in the comment of a cancellation must not stop the cancelling.
SECRET = re.compile(
    r"kz_live_\w+"  # our API keys
    r"|whsec_[\w+/=]+"
    r"|otpauth://\S+"
    r"|(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}="  # Kaspi's tokens: base64 of 32 bytes
    r"|(?<!\w)(?:(?:\+7|8|7)[\s(-]*)?7\d\d[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}(?!\d)"
)


class SecretInJournal(ValueError):
    """A verb wants to write down what may not be written down."""


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same fields with secrets and phones cut out of their texts. Raises SecretInJournal for a field that is one."""
    for name in values:
        if FORBIDDEN.search(name):
            raise SecretInJournal(f"the journal takes no field {name!r}")
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return SECRET.sub(HIDDEN, value)
    if isinstance(value, Mapping):
        return checked(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
