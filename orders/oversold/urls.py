"""Addresses of what is short."""

from django.urls import path

from orders.oversold import views

urlpatterns = [
    path("catalog/oversold/", views.oversold, name="oversold"),
    path("catalog/oversold/stop/", views.stop, name="oversold-stop"),
]
