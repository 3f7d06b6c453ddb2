"""Addresses of planned prices. All take `?shop=`."""

from django.urls import path

from catalog.price_calendar import views

urlpatterns = [
    path("catalog/prices/", views.calendar, name="price-calendar"),
    path("catalog/prices/new/", views.new, name="price-plan-new"),
    path("catalog/prices/cancel/", views.cancel, name="price-plan-cancel"),
]
