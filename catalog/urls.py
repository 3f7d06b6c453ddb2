"""Addresses of the goods."""

from django.urls import include, path

from catalog import views

urlpatterns = [
    path("catalog/", views.catalog, name="catalog"),
    path("catalog/place/", views.place, name="catalog-place"),
    path("", include("catalog.cards.urls")),
    path("", include("catalog.matching.urls")),
]
