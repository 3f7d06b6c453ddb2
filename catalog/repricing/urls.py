"""Addresses of repricing. All take `?shop=`."""

from django.urls import path

from catalog.repricing import views

urlpatterns = [
    path("catalog/repricing/", views.repricing, name="repricing"),
    path("catalog/repricing/rule/", views.rule, name="price-rule"),
    path("catalog/repricing/rule/switch/", views.switch, name="price-rule-switch"),
    path("catalog/repricing/rule/remove/", views.remove, name="price-rule-remove"),
    path("catalog/repricing/stop/", views.stop, name="repricing-stop"),
    path("catalog/repricing/waiting/", views.settle, name="waiting-price"),
    path("catalog/repricing/prices/", views.prices, name="competitor-prices"),
    path("catalog/repricing/link/", views.link, name="card-link"),
    path("catalog/repricing/try/", views.on_the_past, name="price-rule-try"),
]
