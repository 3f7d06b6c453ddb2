from django.urls import include, path

from staff import pages

urlpatterns = [
    path("", include("staff.signin.urls")),
    path("", include("staff.counter.urls")),
    path("staff/", pages.staff, name="staff"),
]
