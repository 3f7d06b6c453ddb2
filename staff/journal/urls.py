from django.urls import path

from staff.journal import views

urlpatterns = [
    path("staff/journal/", views.journal, name="journal"),
]
