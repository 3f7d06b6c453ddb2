"""Addresses of disputes and of an order in a number."""

from django.urls import path

from quality.attribution import views

urlpatterns = [
    path("quality/disputes/", views.list_disputes, name="quality-disputes"),
    path("quality/orders/<str:ref>/", views.number, name="quality-order"),
    path("quality/orders/<str:ref>/rule/", views.rule, name="quality-rule"),
    path("quality/orders/<str:ref>/withdraw/", views.withdraw, name="quality-withdraw"),
    path("quality/orders/<str:ref>/dispute/", views.dispute, name="quality-dispute"),
    path("quality/orders/<str:ref>/close/", views.close, name="quality-dispute-close"),
]
