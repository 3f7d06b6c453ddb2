"""The tenant wall of the code: no company, no query (architecture.md §4, walls 1 and 2).

`company_scope` opens a transaction, tells PostgreSQL the company for exactly that transaction
(`set_config(…, true)`, so nothing outlives it on a pooled connection) and tells our managers.
Managers raise `ScopeMissing` without it, in every way of asking: `exists`, `create`, `bulk_create` too.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import connection, models, transaction

from staff.errors import ScopeMissing

M = TypeVar("M", bound=models.Model, covariant=True)

_company: ContextVar[int | None] = ContextVar("company", default=None)


def current_company() -> int:
    """The company of the scope we are in. Raises ScopeMissing outside of any."""
    company_id = _company.get()
    if company_id is None:
        raise ScopeMissing("tenant data asked for outside company_scope()")
    return company_id


def tell_database(setting: str, value: str) -> None:
    """Set `app.company` or `app.user` until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [setting, value])


@contextmanager
def company_scope(company_id: int) -> Iterator[None]:
    """Everything inside sees one company only, in one transaction. Nesting with another company is refused."""
    outer = _company.get()
    if outer is not None and outer != company_id:
        raise ScopeMissing(f"scope of company {company_id} opened inside that of company {outer}")
    ours_ends_it = not connection.in_atomic_block
    with transaction.atomic():
        if outer is None:
            tell_database("app.company", str(company_id))
        mark = _company.set(company_id)
        try:
            yield
        finally:
            _company.reset(mark)
            # An outer transaction (a request's) outlives us: leave it as closed as we found it.
            if outer is None and not ours_ends_it and not connection.needs_rollback:
                tell_database("app.company", "")


class ScopedQuerySet(models.QuerySet[M, M]):
    """Rows of the scope's company, and writes only to it."""

    def create(self, **values: Any) -> Any:
        values.setdefault("company_id", values["company"].pk if "company" in values else current_company())
        _check_company(values["company_id"])
        return super().create(**values)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> Any:
        rows = list(objs)
        for row in rows:
            _check_company(row.company_id)
        return super().bulk_create(rows, *args, **kwargs)


def _check_company(company_id: int) -> None:
    if company_id != current_company():
        raise ScopeMissing(f"a row of company {company_id} written in the scope of {current_company()}")


class ScopedManager(models.Manager[M]):
    """The only manager of tenant models; fails closed."""

    def __init__(self, queryset_class: type[ScopedQuerySet[Any]] = ScopedQuerySet) -> None:
        super().__init__()
        self.queryset_class = queryset_class

    def get_queryset(self) -> Any:
        return self.queryset_class(self.model, using=self._db).filter(company_id=current_company())

    def create(self, **values: Any) -> Any:
        return self.get_queryset().create(**values)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> Any:
        return self.get_queryset().bulk_create(objs, *args, **kwargs)


class CompanyModel(models.Model):
    """A row of one company. Its table gets row security and composite keys from `staff.walls`."""

    company = models.ForeignKey("staff.Company", on_delete=models.CASCADE, related_name="+", db_index=False)

    objects = ScopedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.company_id is None:
            self.company_id = current_company()
        _check_company(self.company_id)
        super().save(*args, **kwargs)


class SameCompanyKey(models.ForeignKey[Any, Any]):
    """A foreign key inside the company. The database checks (company_id, id) together: see `staff.walls.same_company`."""

    def __init__(self, to: Any, on_delete: Any = models.CASCADE, **options: Any) -> None:
        options.setdefault("related_name", "+")
        options.setdefault("db_index", False)
        options.setdefault("db_constraint", False)
        super().__init__(to, on_delete, **options)
