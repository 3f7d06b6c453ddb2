from django.urls import path

from staff import pages, views

urlpatterns = [
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("staff/", pages.staff, name="staff"),
]
