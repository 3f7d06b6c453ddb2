"""What the simulated Kaspi says when it refuses.

The first group are texts seen in the wild (kaspi-api §1.5). Everything from `INVENTED` on was never published: the
words are ours, and no client may match on them.
"""

from dataclasses import dataclass

NO_START_DATE = "Required filter [orders][creationDate][$ge] is empty."
NO_PAGE_NUMBER = "Required pagination value [number] is empty."
NO_PAGE_SIZE = "Required pagination value [size] is empty."
WRONG_CODE = "Security code is not valid. And the order cannot be completed without it"
CANCELLED_ORDER = "Order is cancelled, so it can't be completed."
COMPLETED_ORDER = "Order already has been completed, so it can't be completed again."
UNSIGNED_ORDER = "Order is not may complete allowed"

INVENTED = {
    "window": "Filter [orders][creationDate] can not be wider than 14 days.",
    "size": "Pagination value [size] must be between 1 and 100.",
    "number": "Pagination value [number] must be 0 or more.",
    "filter": "Filter value is not valid: {what}.",
    "body": "Request body is not valid: {what}.",
    "not_found": "{what} is not found.",
    "unauthorized": "Authentication is required.",
    "forbidden": "Access is denied.",
    "too_many": "Too many requests.",
    "broken": "Internal server error.",
    "transition": "Order with status {present} can not be changed to {wanted}.",
    "handed_over": "Order has been handed over to delivery, so it can't be cancelled.",
    "assembled": "Order already has been assembled.",
    "delivery": "Action {wanted} is not available for this type of delivery.",
    "not_arrived": "Goods of the pre-order have not arrived.",
    "reason": "Cancellation reason is empty or not allowed.",
    "comment": "Cancellation comment is longer than 1000 characters.",
    "places": "Number of spaces must be between 1 and 100.",
    "code_mismatch": "Order code does not match its id.",
    "quantity": "Remained quantity must be between 0 and the ordered quantity, and some of the order must remain.",
    "imei": "Entry does not take these IMEI.",
}


@dataclass(frozen=True)
class Rejected(Exception):
    """Kaspi refuses: HTTP status and the title of ``{"errors": [{"title": …}]}``."""

    title: str
    status: int = 400


def invented(key: str, *, status: int = 400, **words: object) -> Rejected:
    return Rejected(INVENTED[key].format(**words), status)
