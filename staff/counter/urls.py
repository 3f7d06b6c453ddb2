from django.urls import path

from staff.counter import views

urlpatterns = [
    path("counter/", views.counter, name="counter"),
    path("counter/leave/", views.leave, name="counter_leave"),
    path("staff/desks/", views.open_here, name="desk_open"),
    path("staff/desks/<uuid:desk>/close/", views.close, name="desk_close"),
]
