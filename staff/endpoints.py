"""What every address of the API stands on: one address, one verb, one mark of rights, and a table of what it takes.

The same declarations guard the call and describe it in OpenAPI, so the description cannot promise something else.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, cast

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from staff import idempotency, paging
from staff.access import Actor, mark
from staff.api_schema import OfficeSchema
from staff.clock import database_now
from staff.errors import Refused
from staff.languages import later as _
from staff.permissions import Permission

LONGEST = 100
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

LIMIT = {"type": "integer", "minimum": 1, "maximum": paging.MOST, "default": paging.USUAL}
PAGING = (
    OpenApiParameter("limit", LIMIT, description=_("Сколько строк на странице.")),
    OpenApiParameter("cursor", str, description=_("Курсор из `next` прошлой страницы; живёт 7 дней.")),
)


class Nothing(serializers.Serializer[Any]):
    """The body of a write that takes none."""


class Endpoint(APIView):
    """A read. `access` names the rights a key must hold; an endpoint without it does not start.

    `asks` are the parameters of the query and of the path: any other parameter is refused. `now` and `actor` are read
    once and passed down.
    """

    access: ClassVar[tuple[Permission, ...]]
    tag: ClassVar[str]
    summary: ClassVar[str]
    about: ClassVar[str] = ""
    asks: ClassVar[tuple[OpenApiParameter, ...]] = ()
    answer: ClassVar[type[serializers.Serializer[Any]]]
    success: ClassVar[int] = 200
    # What a GET of the same address is, where a write and a read stand at one.
    reads: ClassVar["type[Endpoint] | None"] = None

    http_method_names = ["get", "head", "post"]  # noqa: RUF012  Django declares it so
    schema = OfficeSchema()
    asked: Mapping[str, str]

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        if not hasattr(cls, "access"):
            raise ImproperlyConfigured(f"{cls.__qualname__} does not say which rights it needs (Endpoint.access)")
        return mark(super().as_view(**initkwargs), cls.access)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        for name, value in kwargs.items():
            _check_text(name, value)
        self.asked = self._read_query(request)

    @property
    def needed(self) -> tuple[Permission, ...]:
        """The rights that this call takes."""
        reads = self.reads if self.request.method in SAFE_METHODS else None
        return (reads or type(self)).access

    @property
    def actor(self) -> Actor:
        return cast(Actor, self.request.auth)

    def now(self) -> datetime:
        """The present by the database's clock."""
        return database_now()

    def place(self, *columns: str) -> paging.Place:
        """Where in this list the caller stands; see `staff.paging`."""
        name = f"{type(self).__qualname__}{sorted(self.kwargs.items())}"
        return paging.place(self.asked, columns=columns, name=name, company_id=self.actor.company_id)

    def _read_query(self, request: Request) -> dict[str, str]:
        """The parameters that were given a value. Raises Refused (400) for unknown, repeated and unreadable ones."""
        known = {parameter.name for parameter in self.asks if parameter.location == OpenApiParameter.QUERY}
        for name, values in request.query_params.lists():
            if name not in known:
                raise Refused("unknown_parameter", gettext("Такого параметра нет"), status=400, field=name[:LONGEST])
            if len(values) > 1:
                raise Refused("bad_value", gettext("%(name)s: значение одно") % {"name": name}, status=400, field=name)
            if name not in paging.NAMES:
                _check_text(name, values[0])
        return {name: str(value) for name, value in request.query_params.items() if value}


class Write(Endpoint, ABC):
    """A write: 202 with the answer of `perform`, once per Idempotency-Key. `body` says which fields it takes."""

    body: ClassVar[type[serializers.Serializer[Any]]] = Nothing
    success = 202

    def post(self, request: Request, **kwargs: Any) -> Response:
        now = self.now()
        said = self._read_body(request)
        return idempotency.once(
            request,
            by=self.actor,
            now=now,
            work=lambda: Response(self.perform(said, now=now, **kwargs), status=self.success),
        )

    @abstractmethod
    def perform(self, said: Mapping[str, Any], *, now: datetime, **kwargs: Any) -> dict[str, Any]:
        """Do it and tell it, in plain values of JSON."""

    def _read_body(self, request: Request) -> Mapping[str, Any]:
        body = self.body(data=dict(request.data))
        for name in request.data:
            if name not in body.fields:
                raise Refused("unknown_field", gettext("Такого поля нет"), status=400, field=str(name)[:LONGEST])
        body.is_valid(raise_exception=True)
        return cast(Mapping[str, Any], body.validated_data)


def _check_text(name: str, text: str) -> None:
    """Refuse what PostgreSQL would not take, and what is longer than anything we search by."""
    if len(text) > LONGEST or _UNREADABLE.search(text):
        raise Refused("bad_value", gettext("%(name)s: значение не разобрать") % {"name": name}, status=400, field=name)
