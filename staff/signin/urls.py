from django.urls import path

from staff.signin import confirmation, entrance

urlpatterns = [
    path("login/", entrance.sign_in, name="login"),
    path("logout/", entrance.sign_out, name="logout"),
    path("account/confirm/", confirmation.confirm, name="confirm"),
]
