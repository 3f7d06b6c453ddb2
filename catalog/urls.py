"""Addresses of the goods."""

from django.urls import include, path

from catalog import views
from catalog.costs import views as costs
from catalog.price_calendar.urls import urlpatterns as price_calendar
from catalog.price_list.urls import urlpatterns as price_lists
from catalog.replenishment import views as replenishment
from catalog.repricing.urls import urlpatterns as repricing

urlpatterns = [
    path("", include("catalog.papers.urls")),
    path("catalog/", views.catalog, name="catalog"),
    path("catalog/place/", views.place, name="catalog-place"),
    path("", include("catalog.feed.urls")),
    *price_calendar,
    *price_lists,
    *repricing,
    path("", include("catalog.cards.urls")),
    path("", include("catalog.matching.urls")),
    path("catalog/costs/", costs.costs, name="costs"),
    path("catalog/costs/receive/", costs.receive, name="costs-receive"),
    path("catalog/costs/load/", costs.load, name="costs-load"),
    path("catalog/costs/take-back/", costs.take_back, name="costs-take-back"),
    path("catalog/tariffs/", costs.tariffs, name="tariffs"),
    path("catalog/replenishment/", replenishment.replenishment, name="replenishment"),
    path("catalog/replenishment/terms/", replenishment.put_terms, name="replenishment-terms"),
    path("catalog/replenishment/export/", replenishment.export, name="replenishment-export"),
]
