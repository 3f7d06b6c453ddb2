"""Rights, and the roles as bundles of them. Policies (may it happen now?) stand with the thing itself."""

from enum import StrEnum

from staff.models import Role


class Permission(StrEnum):
    ORDERS_VIEW = "orders.view"
    ORDERS_ACT = "orders.act"
    ORDERS_ALL_POINTS = "orders.all_points"
    BUYERS_SEE = "buyers.see"
    QUALITY_VIEW = "quality.view"
    QUALITY_IMPORT = "quality.import"
    CATALOG_VIEW = "catalog.view"
    STAFF_VIEW = "staff.view"
    EXCHANGE_VIEW = "exchange.view"
    SHOPS_MANAGE = "shops.manage"


P = Permission

ROLES: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(P),
    Role.ADMIN: frozenset(P),
    Role.ORDER_MANAGER: frozenset({P.ORDERS_VIEW, P.ORDERS_ACT, P.BUYERS_SEE, P.QUALITY_VIEW, P.CATALOG_VIEW}),
    Role.CATALOG_MANAGER: frozenset({P.CATALOG_VIEW}),
    Role.COURIER: frozenset(),
    Role.ANALYST: frozenset({P.ORDERS_VIEW, P.ORDERS_ALL_POINTS, P.QUALITY_VIEW, P.CATALOG_VIEW}),
}

# What a scope of an API key opens (contract.md §2). A key sees all shops of its company.
SCOPES: dict[str, frozenset[Permission]] = {
    "orders:read": frozenset({P.ORDERS_VIEW, P.ORDERS_ALL_POINTS, P.BUYERS_SEE}),
    "orders:write": frozenset({P.ORDERS_VIEW, P.ORDERS_ALL_POINTS, P.ORDERS_ACT}),
    "catalog:read": frozenset({P.CATALOG_VIEW}),
    "catalog:write": frozenset({P.CATALOG_VIEW}),
    "quality:read": frozenset({P.QUALITY_VIEW, P.ORDERS_ALL_POINTS}),
    "events:read": frozenset(),
    "webhooks:write": frozenset(),
}
