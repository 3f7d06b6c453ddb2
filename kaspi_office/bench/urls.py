"""The product's addresses, and the floors that it is measured against. Known to `manage.py bench` only."""

from django.urls import path

from kaspi_office import urls
from kaspi_office.bench import floor

urlpatterns = [
    path("bench/floor/<shelf:shelf>/", floor.shelf),
    path("bench/nothing/", floor.nothing),
    path("api/v1/bench/orders", floor.order_list),
    *urls.urlpatterns,
]
