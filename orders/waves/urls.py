from django.urls import path

from orders.waves import views

urlpatterns = [
    path("waves/", views.waves, name="waves"),
    path("waves/hand-over/", views.hand_over, name="hand-over"),
    path("waves/<uuid:batch>/take-back/", views.take_back, name="take-back"),
    path("waves/drop-point/", views.drop_point, name="drop-point"),
]
