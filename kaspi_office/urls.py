"""Every address of the product. Pages of an app live in its own urls.py."""

from django.urls import include, path

from kaspi_office import api_docs, health, home

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/v1/", include("kaspi_office.api_urls")),
    path("api/docs/", api_docs.docs, name="api_docs"),
    path("", home.home, name="home"),
    path("", include("staff.urls")),
    path("", include("orders.urls")),
    path("", include("quality.urls")),
    path("", include("catalog.urls")),
    path("", include("integrations.urls")),
    # The last: an offer's address takes every word after `catalog/` that no page has.
    path("", include("catalog.offers.urls")),
]

handler400 = "kaspi_office.errors.bad_request"
handler403 = "kaspi_office.errors.forbidden"
handler404 = "kaspi_office.errors.not_found"
handler500 = "kaspi_office.errors.server_error"
