"""Is it alive, is it ready, how does it do (contract.md §3)."""

import hmac

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from kaspi_office import figures
from kaspi_office.queues import QUEUES
from staff.access import public

LOOPBACK = frozenset({"127.0.0.1", "::1"})


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@public
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    missing = _missing()
    return JsonResponse({"missing": missing}, status=503 if missing else 200)


def _missing() -> list[str]:
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return ["database"]
    return [f"migration {migration.app_label}.{migration.name}" for migration, _ in plan]


@public
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not _may_read(request):
        return HttpResponse(status=404)
    return HttpResponse(figures.exposition(_queue_lengths()), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read(request: HttpRequest) -> bool:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and hmac.compare_digest(token.encode(), settings.METRICS_TOKEN.encode()):
        return True
    # Behind a proxy on this machine everybody comes from loopback; then only the token opens.
    return request.META.get("REMOTE_ADDR") in LOOPBACK and "X-Forwarded-For" not in request.headers


def _queue_lengths() -> dict[str, int]:
    """Lengths as the broker tells them; nothing at all while it is away, which the scheduler's figure shows."""
    client = getattr(cache, "_cache", None)
    if client is None or not hasattr(client, "get_client"):
        return {}
    try:
        redis = client.get_client()
        return {queue: int(redis.llen(queue)) for queue in QUEUES}
    except OSError:
        return {}
    except Exception as problem:
        if type(problem).__module__.startswith("redis"):
            return {}
        raise
