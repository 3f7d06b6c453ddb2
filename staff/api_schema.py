"""How an endpoint is told in OpenAPI: everything from its own declarations, and the errors that every one of them has."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from staff.languages import later as _
from staff.permissions import SCOPES

ERRORS: Mapping[int, str] = {
    400: _("Запрос составлен неверно; `field` называет поле или параметр."),
    401: _("Ключа нет, он неверен или отозван."),
    403: _("У ключа нет нужного права."),
    404: _("Такого нет или оно вам не видно. Чужое и несуществующее неразличимы."),
    406: _("Ответ бывает только application/json."),
    429: _("Слишком много запросов; подождите столько секунд, сколько сказано в `Retry-After`."),
    500: _("Не получилось у нас. Запрос не подействовал, его можно повторить."),
}
WRITE_ERRORS: Mapping[int, str] = {
    409: _("Состояние не позволяет (`not_allowed`, `action_open`) или такой же запрос ещё выполняется."),
    413: _("Тело больше 1 МБ."),
    415: _("Тело не application/json."),
    422: _("Этот Idempotency-Key уже был с другим запросом."),
}
WRITES = ("POST", "PATCH")
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255},
    OpenApiParameter.HEADER,
    description=_(
        "От 1 до 255 знаков. Повтор с тем же ключом в течение 24 часов не действует второй раз и даёт тот же ответ."
    ),
)


class ErrorTold(serializers.Serializer[Any]):
    code = serializers.CharField(
        help_text=_("Для программ, не меняется: `not_found`, `not_allowed`, `invalid_cursor`…")
    )
    message = serializers.CharField(help_text=_("Для людей, на языке из `Accept-Language`: ru, kk, en."))
    # A serializer's own attribute is called so too, hence `get_fields`.
    request_id = serializers.CharField(
        help_text=_("По нему запрос находится в журнале; тот же стоит в `X-Request-Id`.")
    )

    def get_fields(self) -> Any:
        named = serializers.CharField(
            allow_null=True, help_text=gettext("Поле, параметр или заголовок, в котором ошибка.")
        )
        until = serializers.DateTimeField(
            required=False, help_text=gettext("С какого времени повторить, если оно известно.")
        )
        return {**super().get_fields(), "field": named, "until": until}


class Error(serializers.Serializer[Any]):
    error = ErrorTold()


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "staff.api.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": gettext("Ключ API: `kz_live_…`. Только в заголовке."),
        }


class OfficeSchema(AutoSchema):
    """Reads `staff.endpoints.Endpoint`."""

    def get_operation_id(self) -> str:
        name = type(self.endpoint).__name__
        return name[0].lower() + name[1:]

    @property
    def endpoint(self) -> Any:
        """The view, which declares more than DRF's own views do; for a read beside a write that of the read."""
        reads = getattr(self.view, "reads", None)
        return reads() if reads is not None and self.method == "GET" else self.view

    def get_summary(self) -> str:
        return str(self.endpoint.summary)

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular asks without arguments
        needed = frozenset(self.endpoint.access)
        scopes = gettext(" или ").join(f"`{scope}`" for scope, rights in SCOPES.items() if needed <= rights)
        return "\n\n".join(
            filter(
                None,
                (str(self.endpoint.about), gettext("Доступ ключа: %(scopes)s.") % {"scopes": scopes} if needed else ""),
            )
        )

    def get_tags(self) -> list[str]:
        return [str(self.endpoint.tag)]

    def get_override_parameters(self) -> list[Any]:
        return [*self.endpoint.asks, *([IDEMPOTENCY] if self.method in WRITES else [])]

    def get_request_serializer(self) -> Any:
        body = getattr(self.view, "body", None)
        return body if body is not None and body().fields else None

    def get_response_serializers(self) -> Any:
        errors = {**ERRORS, **(WRITE_ERRORS if self.method in WRITES else {})}
        told = {status: OpenApiResponse(Error, description=words) for status, words in sorted(errors.items())}
        return {self.endpoint.success: OpenApiResponse(self.endpoint.answer, description=gettext("Ответ.")), **told}
