"""Addresses of the goods."""

from django.urls import include, path

from catalog import views
from catalog.price_list.urls import urlpatterns as price_lists
from catalog.repricing.urls import urlpatterns as repricing

urlpatterns = [
    path("", include("catalog.papers.urls")),
    path("catalog/", views.catalog, name="catalog"),
    path("catalog/place/", views.place, name="catalog-place"),
    path("", include("catalog.feed.urls")),
    *price_lists,
    *repricing,
    path("", include("catalog.cards.urls")),
    path("", include("catalog.matching.urls")),
]
