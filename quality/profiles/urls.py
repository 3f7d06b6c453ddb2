"""Addresses of the rules."""

from django.urls import path

from quality.profiles import views

urlpatterns = [
    path("", views.rules, name="rules"),
    path("assign/", views.assign, name="rules-assign"),
    path("new/", views.write, name="rules-new"),
    path("retire/", views.retire, name="rules-retire"),
    path("warning/", views.warning, name="rules-warning"),
]
