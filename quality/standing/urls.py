"""Addresses of a shop's standing with Kaspi."""

from django.urls import path

from quality.standing import views

urlpatterns = [
    path("quality/plan/", views.plan, name="quality-plan"),
    path("quality/ladder/", views.ladder, name="quality-ladder"),
    path("quality/ladder/tell/", views.tell, name="quality-ladder-tell"),
    path("quality/ladder/recall/", views.recall, name="quality-ladder-recall"),
]
