"""Addresses of the goods."""

from django.urls import path

from catalog import views
from catalog.price_list.urls import urlpatterns as price_lists

urlpatterns = [
    path("catalog/", views.catalog, name="catalog"),
    path("catalog/place/", views.place, name="catalog-place"),
    *price_lists,
]
