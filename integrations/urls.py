"""Addresses of the exchange."""

from django.urls import path

from integrations import views

urlpatterns = [
    path("integrations/", views.integrations, name="integrations"),
    path("integrations/<slug:slug>/token/", views.replace_token, name="replace-token"),
    path("integrations/<slug:slug>/resume/", views.resume, name="resume-exchange"),
    path("integrations/<slug:slug>/expiry/", views.change_expiry, name="change-expiry"),
]
