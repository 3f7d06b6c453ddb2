"""Addresses of the exchange."""

from django.urls import path

from integrations import key_views, leak_views, views

urlpatterns = [
    path("integrations/", views.integrations, name="integrations"),
    path("integrations/shops/", views.add_shop, name="add-shop"),
    path("integrations/keys/", key_views.make_key, name="make-key"),
    path("integrations/keys/<uuid:key>/replace/", key_views.replace_key, name="replace-key"),
    path("integrations/keys/<uuid:key>/revoke/", key_views.revoke_key, name="revoke-key"),
    path("integrations/leak/", leak_views.leaked, name="leak"),
    path("integrations/<slug:slug>/check/", views.check_token, name="check-token"),
    path("integrations/<slug:slug>/token/", views.replace_token, name="replace-token"),
    path("integrations/<slug:slug>/resume/", views.resume, name="resume-exchange"),
    path("integrations/<slug:slug>/expiry/", views.change_expiry, name="change-expiry"),
]
