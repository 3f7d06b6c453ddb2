"""Addresses of the quality page."""

from django.urls import include, path

from orders.cabinet import views as cabinet
from quality import views

urlpatterns = [
    path("quality/", views.quality, name="quality"),
    path("quality/import/", cabinet.upload, name="quality-import"),
    path("", include("quality.history.urls")),
]
