"""Addresses of offers: /catalog/<sku>/, with `?shop=` where several shops have this SKU."""

from django.urls import path

from catalog.offers import many_views, views

urlpatterns = [
    path("catalog/new/", views.new, name="offer-new"),
    path("catalog/bulk/", many_views.many, name="offers-bulk"),
    path("catalog/<path:sku>/price/", views.price, name="offer-price"),
    path("catalog/<path:sku>/stock/", views.pieces, name="offer-stock"),
    path("catalog/<path:sku>/sale/", views.sale, name="offer-sale"),
    path("catalog/<path:sku>/edit/", views.edit, name="offer-edit"),
    path("catalog/<path:sku>/bounds/", views.bounds, name="offer-bounds"),
    path("catalog/<path:sku>/points/", views.points, name="offer-points"),
    path("catalog/<path:sku>/city/", views.city, name="offer-city"),
    path("catalog/<path:sku>/bind/", views.binding, name="offer-bind"),
    path("catalog/<path:sku>/", views.offer, name="offer"),
]
