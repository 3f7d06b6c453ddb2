"""Addresses of the numbers over time."""

from django.urls import path

from quality.history import views

urlpatterns = [
    path("quality/history/", views.history, name="quality-history"),
    path("quality/history/export/", views.export, name="quality-export"),
    path("quality/history/orders/", views.export_orders, name="quality-export-orders"),
]
