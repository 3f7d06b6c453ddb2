from django.urls import path

from orders.privacy import views

urlpatterns = [
    path("privacy/", views.privacy, name="privacy"),
    path("privacy/retention/", views.retention, name="retention"),
    path("privacy/forget/", views.forget, name="forget"),
    path("privacy/breach/", views.report, name="breach"),
    path("privacy/breach/export/", views.export, name="breach-export"),
]
