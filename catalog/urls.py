"""Addresses of the goods."""

from django.urls import path

from catalog import views
from catalog.repricing.urls import urlpatterns as repricing

urlpatterns = [
    path("catalog/", views.catalog, name="catalog"),
    path("catalog/place/", views.place, name="catalog-place"),
    *repricing,
]
