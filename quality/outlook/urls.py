"""Addresses of what-if."""

from django.urls import path

from quality.outlook import views

urlpatterns = [path("whatif/", views.whatif, name="quality-whatif")]
