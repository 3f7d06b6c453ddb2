"""The address that Kaspi pulls, and the page around it."""

from django.urls import path

from catalog.feed import serving, views

urlpatterns = [
    path("feed/<str:secret>.xml", serving.hand_out, name="feed"),
    path("catalog/feed/", views.feed, name="catalog-feed"),
    path("catalog/feed/open/", views.open_address, name="catalog-feed-open"),
    path("catalog/feed/renew/", views.renew, name="catalog-feed-renew"),
    path("catalog/feed/switch/", views.switch, name="catalog-feed-switch"),
    path("catalog/feed/make/", views.make, name="catalog-feed-make"),
    path("catalog/feed/confirm/", views.confirm, name="catalog-feed-confirm"),
    path("catalog/feed/versions/<uuid:public_id>/", views.version, name="catalog-feed-version"),
]
