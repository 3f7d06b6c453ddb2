"""Asking the API as a program does."""

import json
from dataclasses import dataclass, replace
from typing import Any

from django.test import Client

from orders.facts import sync
from orders.models import Order
from staff import keys
from staff.clock import database_now
from staff.models import ApiKey
from tests.cast import Cast, Company

ROOT = "/api/v1/"


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: Any

    @property
    def error(self) -> dict[str, Any]:
        """The error without what differs from answer to answer."""
        return {name: value for name, value in self.body["error"].items() if name != "request_id"}

    @property
    def fault(self) -> tuple[int, str, str | None]:
        """Status, code and field of an error."""
        return self.status, self.body["error"]["code"], self.body["error"]["field"]


def get(program: Client, path: str, **query: Any) -> Answer:
    return _told(program.get(f"{ROOT}{path}", query))


def post(program: Client, path: str, body: Any = None, *, key: str | None = None, **headers: str) -> Answer:
    """`body` as JSON; bytes go as they are."""
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    sent = headers if key is None else {"Idempotency-Key": key, **headers}
    return _told(program.post(f"{ROOT}{path}", raw, content_type="application/json", headers=sent))


def everything(program: Client, path: str, **query: Any) -> list[dict[str, Any]]:
    """All rows of a list, page by page."""
    rows: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = get(program, path, **query, **({"cursor": cursor} if cursor else {})).body
        rows, cursor = rows + page["results"], page["next"]
    return rows


def program_with(company: Company, *scopes: str) -> Client:
    """A program whose key opens only these scopes."""
    secret, prefix, digest = keys.make()
    with company.scope():
        ApiKey.objects.create(name=f"only {prefix}", prefix=prefix, digest=digest, scopes=list(scopes))
    return company.program(secret)


def with_entries(cast: Cast, order: Order, *, shop: str = "alma-tech") -> Order:
    """The order after its entries have been read from Kaspi."""
    owner = cast.alma.shop(shop)
    fact = cast.kaspi.call(owner.merchant_uid, lambda client: client.order_by_id(order.kaspi_id))
    lines = cast.kaspi.call(owner.merchant_uid, lambda client: client.entries_with_sku(order.kaspi_id))
    with cast.alma.scope():
        sync.store(sync.place_of(owner), [replace(fact, entries=lines)], observed_at=database_now(), by_id=True)
        order.refresh_from_db()
    return order


def _told(response: Any) -> Answer:
    return Answer(response.status_code, json.loads(response.content), response.headers)
