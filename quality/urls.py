"""Addresses of the quality page."""

from django.urls import path

from quality import views

urlpatterns = [
    path("quality/", views.quality, name="quality"),
    path("quality/import/", views.import_export, name="quality-import"),
]
