"""Rights, and the roles as bundles of them. Policies (may it happen now?) stand with the thing itself.

A role is its rights and its reach. These are the roles as they come; a company may change all but the owner's
(`staff.models.CompanyRole`, `staff.roles`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from staff.models import Reach, Role


class Permission(StrEnum):
    ORDERS_VIEW = "orders.view"
    ORDERS_ACCEPT = "orders.accept"
    # Assemble, mark as arrived.
    ORDERS_PACK = "orders.pack"
    # Have the code sent, hand out by it.
    ORDERS_HAND_OUT = "orders.hand_out"
    ORDERS_TAKE_BACK = "orders.take_back"
    ORDERS_CANCEL = "orders.cancel"
    # Cancel for a reason that counts against the shop.
    ORDERS_CANCEL_AT_FAULT = "orders.cancel_at_fault"
    # Give an order of own delivery to a courier.
    ORDERS_ASSIGN = "orders.assign"
    # Take a return up, judge it, file a claim.
    RETURNS_DECIDE = "returns.decide"
    # The company's own papers: Word templates, texts of messages.
    PAPERS_MANAGE = "papers.manage"
    BUYERS_SEE = "buyers.see"
    BUYERS_EXPORT = "buyers.export"
    CATALOG_VIEW = "catalog.view"
    # Prices, what is on sale, price lists, cards of goods.
    CATALOG_MANAGE = "catalog.manage"
    # Count, receive and write off pieces.
    STOCK_MANAGE = "stock.manage"
    # The bounds of prices, a price beyond them, rules that change prices by themselves.
    PRICES_GUARD = "prices.guard"
    # What goods cost, tariffs, profit.
    PROFIT_VIEW = "profit.view"
    # Have orders accepted by rules.
    ORDERS_AUTOMATE = "orders.automate"
    QUALITY_VIEW = "quality.view"
    QUALITY_IMPORT = "quality.import"
    # By which rules a shop is judged, what counts by a person's word, disputes, Kaspi's own numbers and sanctions.
    QUALITY_MANAGE = "quality.manage"
    REVENUE_VIEW = "revenue.view"
    STAFF_VIEW = "staff.view"
    STAFF_MANAGE = "staff.manage"
    AUDIT_VIEW = "audit.view"
    EXCHANGE_VIEW = "exchange.view"
    # The feed of what happened, for programs.
    EVENTS_READ = "events.read"
    # Tokens, API keys, what happens to orders that nobody accepted.
    SHOPS_MANAGE = "shops.manage"
    # The matrix of roles, how long buyers are kept, breach reports, the second factor: the owner's alone unless he gives it.
    COMPANY_MANAGE = "company.manage"


P = Permission


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a role may do, and with whose orders."""

    rights: frozenset[Permission]
    reach: Reach


DESK: Final = frozenset({P.ORDERS_VIEW, P.ORDERS_ACCEPT, P.ORDERS_PACK, P.ORDERS_HAND_OUT, P.ORDERS_TAKE_BACK})
CANCELS: Final = frozenset({P.ORDERS_CANCEL, P.ORDERS_CANCEL_AT_FAULT})

ROLES: Final[Mapping[Role, Bundle]] = {
    Role.OWNER: Bundle(frozenset(P), Reach.COMPANY),
    Role.ADMIN: Bundle(frozenset(P) - {P.REVENUE_VIEW, P.PROFIT_VIEW, P.SHOPS_MANAGE, P.COMPANY_MANAGE}, Reach.COMPANY),
    Role.ORDER_MANAGER: Bundle(
        DESK | CANCELS | {P.ORDERS_ASSIGN, P.RETURNS_DECIDE, P.BUYERS_SEE, P.QUALITY_VIEW, P.CATALOG_VIEW}, Reach.POINTS
    ),
    Role.CATALOG_MANAGER: Bundle(frozenset({P.CATALOG_VIEW, P.CATALOG_MANAGE, P.STOCK_MANAGE}), Reach.COMPANY),
    Role.COURIER: Bundle(frozenset({P.ORDERS_VIEW, P.ORDERS_HAND_OUT, P.BUYERS_SEE}), Reach.OWN),
    Role.ANALYST: Bundle(
        frozenset({P.ORDERS_VIEW, P.QUALITY_VIEW, P.REVENUE_VIEW, P.PROFIT_VIEW, P.CATALOG_VIEW}), Reach.COMPANY
    ),
}

# What a scope of an API key opens (contract.md §2). A key sees its shops, by default all of its company.
SCOPES: Final[Mapping[str, frozenset[Permission]]] = {
    "orders:read": frozenset({P.ORDERS_VIEW, P.BUYERS_SEE}),
    "orders:write": DESK | CANCELS | {P.ORDERS_ASSIGN},
    "catalog:read": frozenset({P.CATALOG_VIEW}),
    "catalog:write": frozenset({P.CATALOG_VIEW, P.CATALOG_MANAGE, P.STOCK_MANAGE}),
    "quality:read": frozenset({P.QUALITY_VIEW}),
    "events:read": frozenset({P.EVENTS_READ}),
    "webhooks:write": frozenset(),
}
