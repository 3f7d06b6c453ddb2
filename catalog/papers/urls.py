"""Addresses of the storekeeper's papers."""

from django.urls import path

from catalog.papers import views
from catalog.papers.warehouses import warehouses

urlpatterns = [
    path("catalog/warehouses/", warehouses, name="warehouses"),
    path("catalog/papers/", views.papers, name="stock-papers"),
    path("catalog/papers/<uuid:paper>/", views.paper, name="stock-paper"),
]
