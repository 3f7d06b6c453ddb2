"""Every column that holds sealed secrets: a table, so that a rotation of keys forgets none (reliability.md §5.8)."""

import base64
import binascii
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import connection, models, transaction

from catalog.models import Feed
from integrations.models import KaspiAccount, KaspiAction, TokenCheck
from staff.models import Letter
from staff.scoping import CompanyModel, company_scope
from staff.sealing import is_fresh, key_of, open_for_workers, seal, seal_for_workers, unseal

AT_ONCE = 500
Renew = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Sealed(ABC):
    """A column, who opens it, and the attribute of the row that it is bound to besides its company."""

    model: type[models.Model]
    column: str
    for_workers: bool
    owner: str

    @abstractmethod
    def blobs(self, value: Any) -> list[bytes]:
        """The secrets in a value of the column."""

    @abstractmethod
    def renewed(self, value: Any, renew: Renew) -> Any:
        """The value with every secret passed through `renew`."""

    @property
    def name(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def scope(self, company_id: int | None) -> AbstractContextManager[None]:
        """A transaction that sees the rows of a company; of None, where rows belong to no company."""
        return transaction.atomic() if company_id is None else company_scope(company_id)

    def scopes(self) -> Iterator[AbstractContextManager[None]]:
        """One after another for all companies."""
        if not issubclass(self.model, CompanyModel):
            yield self.scope(None)
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM office_companies()")
            companies = [row[0] for row in cursor.fetchall()]
        yield from map(self.scope, companies)

    def rows(self, after: int = 0) -> list[models.Model]:
        """The next rows that hold something, by number, inside a scope."""
        rows = self.model._default_manager.filter(pk__gt=after).exclude(**{f"{self.column}__isnull": True})
        return list(rows.order_by("pk")[:AT_ONCE])

    def all_rows(self) -> Iterator[models.Model]:
        """All of them, inside a scope."""
        rows = self.rows()
        while rows:
            yield from rows
            rows = self.rows(rows[-1].pk)

    def hold(self, number: int) -> models.Model | None:
        """The row as it is now, held until the end of the transaction."""
        return self.model._default_manager.select_for_update().filter(pk=number).first()

    def of(self, row: models.Model) -> list[bytes]:
        return self.blobs(getattr(row, self.column))

    def is_stale(self, row: models.Model) -> bool:
        return any(not is_fresh(blob, for_workers=self.for_workers) for blob in self.of(row))

    def open(self, row: models.Model, blob: bytes) -> str:
        """The secret. Raises CannotOpen."""
        return (open_for_workers if self.for_workers else unseal)(blob, **self._place(row))

    def seal_anew(self, row: models.Model) -> None:
        """Store the row's secrets under the current key; the caller holds the row. Raises CannotOpen."""
        sealing = seal_for_workers if self.for_workers else seal

        def renew(blob: bytes) -> bytes:
            return sealing(self.open(row, blob), **self._place(row))

        value = self.renewed(getattr(row, self.column), renew)
        self.model._default_manager.filter(pk=row.pk).update(**{self.column: value})

    def _place(self, row: models.Model) -> dict[str, Any]:
        return {
            "table": self.model._meta.db_table,
            "column": self.column,
            "company": getattr(row, "company_id", 0),
            "owner": getattr(row, self.owner),
        }


class Blob(Sealed):
    """A column of bytes that is the secret."""

    def blobs(self, value: Any) -> list[bytes]:
        return [bytes(value)] if value else []

    def renewed(self, value: Any, renew: Renew) -> bytes:
        return renew(bytes(value))


class Texts(Sealed):
    """A column of JSON, in which texts that are sealed stand as base64."""

    def blobs(self, value: Any) -> list[bytes]:
        return [blob for text in _texts(value) if (blob := _blob(text))]

    def renewed(self, value: Any, renew: Renew) -> Any:
        def one(text: str) -> str:
            blob = _blob(text)
            return base64.b64encode(renew(blob)).decode() if blob else text

        return _mapped(value, one)


SEALED: tuple[Sealed, ...] = (
    Blob(KaspiAccount, "token_cipher", for_workers=True, owner="shop_id"),
    Blob(TokenCheck, "cipher", for_workers=True, owner="shop_id"),
    Blob(KaspiAction, "params", for_workers=True, owner="subject_id"),
    Blob(Letter, "cipher", for_workers=True, owner="id"),
    Blob(Feed, "secret_cipher", for_workers=False, owner="shop_id"),
    Texts(Authenticator, "data", for_workers=False, owner="user_id"),
)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {name: _mapped(part, change) for name, part in value.items()}
    if isinstance(value, list):
        return [_mapped(part, change) for part in value]
    return change(value) if isinstance(value, str) else value


def _blob(text: str) -> bytes:
    """The blob that a text is; empty when it is an ordinary text."""
    try:
        blob = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return b""
    name = key_of(blob)
    return blob if name.isascii() and name.isalnum() else b""
