"""No address without a mark: every view says whom it is for (`@requires`, `@public`, or `access` of an API endpoint)."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.urls import URLPattern, URLResolver, get_resolver


def every_view_is_marked(app_configs: Sequence[AppConfig] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """An error for each address whose view has no `access`: such a product does not start."""
    return [
        checks.Error(
            f"/{route} leads to {view.__module__}.{getattr(view, '__qualname__', view)}, which does not say whom it is for",
            hint="Mark the view with staff.access.requires(...) or staff.access.public.",
            id="staff.E001",
        )
        for route, view in views()
        if not is_marked(view)
    ]


def is_marked(view: Any) -> bool:
    """A function carries the mark itself, an API view on its class."""
    return hasattr(view, "access") or hasattr(getattr(view, "cls", None), "access")


def views() -> Iterator[tuple[str, Any]]:
    """Every address of the product with its view."""
    yield from _walk(get_resolver().url_patterns, "")


def _walk(patterns: Sequence[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern.callback
