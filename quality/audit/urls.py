"""Addresses of the audit."""

from django.urls import path

from quality.audit import views

urlpatterns = [
    path("", views.audit, name="quality-audit"),
    path("proof.txt", views.proof_text, name="quality-proof"),
    path("kaspi/", views.kaspi_number, name="quality-kaspi"),
]
