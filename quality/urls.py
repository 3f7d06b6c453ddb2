"""Addresses of the quality page."""

from django.urls import include, path

from orders.cabinet import views as cabinet
from quality import views

urlpatterns = [
    path("quality/", views.quality, name="quality"),
    path("quality/rules/", include("quality.profiles.urls")),
    path("quality/", include("quality.outlook.urls")),
    path("quality/import/", cabinet.upload, name="quality-import"),
    path("", include("quality.standing.urls")),
    path("", include("quality.attribution.urls")),
    path("quality/terms/", include("quality.terms.urls")),
    path("quality/audit/", include("quality.audit.urls")),
    path("", include("quality.history.urls")),
]
