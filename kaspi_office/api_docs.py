"""The description of the API, for programs (OpenAPI 3.1) and for people (a page of our own: the strict content policy
leaves no room for the inline styles and scripts of the usual viewers).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from staff.access import public
from staff.languages import later as _

Schema = Mapping[str, Any]

NEEDED = _("обязательно")
PLACES = {"query": "", "path": _("в адресе"), "header": _("заголовок")}
KINDS = {
    "string": _("строка"),
    "integer": _("целое число"),
    "number": _("число"),
    "boolean": _("да или нет"),
    "array": _("список"),
    "object": _("объект"),
    "date-time": _("время"),
    "date": _("день"),
    "uuid": "UUID",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter, or one field of a body or an answer by its whole path: `results[].buyer.phone`."""

    name: str
    kind: str
    about: SafeString
    note: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    anchor: str
    method: str
    path: str
    summary: str
    about: SafeString
    asks: tuple[Field, ...]
    body: tuple[Field, ...]
    answer: tuple[Field, ...]
    statuses: tuple[tuple[str, SafeString], ...]


def schema() -> dict[str, Any]:
    """In the language of the reader; made once in each."""
    return schema_in(get_language() or "ru")


@cache
def schema_in(language: str) -> dict[str, Any]:
    """The whole description; made once, for it changes only with the code."""
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


@public
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(schema(), json_dumps_params={"ensure_ascii": False})


@public
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html", {"sections": sections(schema()), "info": schema()["info"]})


def sections(described: Schema) -> dict[str, list[Operation]]:
    """The operations under their headings, in the order of the addresses."""
    found: dict[str, list[Operation]] = {}
    for path, methods in described["paths"].items():
        for method, told in methods.items():
            found.setdefault(told["tags"][0], []).append(_operation(path, method, told, described))
    return found


def _operation(path: str, method: str, told: Schema, described: Schema) -> Operation:
    answers = told["responses"]
    success = next(status for status in answers if status.startswith("2"))
    return Operation(
        anchor=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        about=_words(told),
        asks=tuple(_parameter(one) for one in told.get("parameters", ())),
        body=tuple(_fields(_content(told.get("requestBody", {})), described, writing=True)),
        answer=tuple(_fields(_content(answers[success]), described)),
        statuses=tuple((status, _words(answer)) for status, answer in answers.items()),
    )


def _parameter(told: Schema) -> Field:
    notes = (PLACES[told["in"]], NEEDED if told.get("required") else "")
    return Field(told["name"], _kind(told["schema"]), _words(told), ", ".join(map(str, filter(None, notes))))


def _content(told: Schema) -> Schema:
    found: Schema = told.get("content", {}).get("application/json", {}).get("schema", {})
    return found


def _fields(told: Schema, described: Schema, above: str = "", *, writing: bool = False) -> Iterator[Field]:
    """Every field of an object, inner ones after the one that holds them."""
    shape = _resolved(told, described)
    for name, inner in shape.get("properties", {}).items():
        whole = {**_resolved(inner, described), **inner}
        needed = NEEDED if writing and name in shape.get("required", ()) else ""
        yield Field(f"{above}{name}", _kind(whole), _words(inner), needed)
        if "items" in whole:
            yield from _fields(whole["items"], described, f"{above}{name}[].", writing=writing)
        else:
            yield from _fields(whole, described, f"{above}{name}.", writing=writing)


def _resolved(told: Schema, described: Schema) -> Schema:
    """The schema itself, where it is a reference, alone or among «this or null»."""
    for one in (told, *told.get("allOf", ()), *told.get("oneOf", ()), *told.get("anyOf", ())):
        if "$ref" in one:
            found: Schema = described["components"]["schemas"][one["$ref"].rsplit("/", 1)[1]]
            return found
    return told


def _kind(told: Schema) -> str:
    """The type in a word or two; the values of a choice in full."""
    if "enum" in told:
        return ", ".join(str(value) for value in told["enum"] if value is not None)
    kinds = told.get("type", "object")
    names = [kinds] if isinstance(kinds, str) else [kind for kind in kinds if kind != "null"]
    return KINDS.get(told.get("format", ""), KINDS[names[0]])


def _words(told: Schema) -> SafeString:
    """The description without the generated list of values, `code` in a typeface of its own."""
    text = told.get("description", "").partition("\n\n* ")[0]
    parts = (
        format_html('<span class="key">{}</span>', part) if at % 2 else part for at, part in enumerate(text.split("`"))
    )
    return format_html_join("", "{}", ((part,) for part in parts))
