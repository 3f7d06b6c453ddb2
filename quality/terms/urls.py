"""Addresses of promises."""

from django.urls import path

from quality.terms import views

urlpatterns = [
    path("", views.terms, name="quality-terms"),
    path("orders/", views.behind, name="quality-terms-orders"),
    path("export/", views.export, name="quality-terms-export"),
]
