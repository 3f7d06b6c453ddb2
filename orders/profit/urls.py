from django.urls import path

from orders.profit import views

urlpatterns = [
    path("profit/", views.profit, name="profit"),
    path("profit/export/", views.export, name="profit-export"),
    path("profit/expenses/", views.spent, name="expenses"),
    path("profit/expenses/take-back/", views.take_back, name="expense-take-back"),
    path("profit/pay/", views.load_pay, name="pay-load"),
]
