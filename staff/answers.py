"""Values as the answers of the API write them. Pure."""

from datetime import UTC, datetime
from decimal import Decimal


def moment(at: datetime | None) -> str | None:
    """ISO 8601 in UTC: `2026-11-22T09:00:00Z`."""
    if at is None:
        return None
    # The database driver answers in UTC already; a list of orders asks thousands of times.
    text = at.isoformat() if at.tzinfo is UTC else at.astimezone(UTC).isoformat()
    return text[:-6] + "Z"


def number(value: Decimal) -> int | float:
    """A JSON number: whole where it is whole. Two decimals of 14 digits fit a double exactly enough to come back the same."""
    exact = float(value)
    whole = int(exact)
    return whole if whole == exact else exact
