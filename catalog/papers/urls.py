"""Addresses of the storekeeper's papers."""

from django.urls import path

from catalog.papers import views

urlpatterns = [
    path("catalog/papers/", views.papers, name="stock-papers"),
    path("catalog/papers/<int:number>/", views.paper, name="stock-paper"),
]
