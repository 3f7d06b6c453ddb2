from django.urls import path

from orders.radar import views

urlpatterns = [
    path("radar/", views.radar, name="radar"),
    path("radar/pulse/", views.pulse, name="radar-pulse"),
    path("notices/", views.list_notices, name="notices"),
    path("notices/seen/", views.mark_seen, name="notices-seen"),
]
