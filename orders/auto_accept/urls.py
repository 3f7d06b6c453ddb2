from django.urls import path

from orders.auto_accept import views

urlpatterns = [
    path("orders/auto-accept/", views.auto_accept, name="auto-accept"),
    path("orders/auto-accept/rules/", views.rules, name="auto-accept-rules"),
    path("orders/auto-accept/switch/", views.switch, name="auto-accept-switch"),
    path("orders/auto-accept/stop/", views.stop, name="auto-accept-stop"),
]
