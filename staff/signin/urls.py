from django.urls import path

from staff.signin import account, confirmation, entrance, factors, reset

urlpatterns = [
    path("login/", entrance.sign_in, name="login"),
    # The same under the names that allauth's flows lead to.
    path("login/", entrance.sign_in, name="account_login"),
    path("login/code/", entrance.second_step, name="mfa_authenticate"),
    path("login/reset/", reset.ask, name="password_reset"),
    path("login/reset/new/", reset.set_new, name="password_reset_new"),
    path("login/reset/<str:key>/", reset.open_link, name="password_reset_link"),
    path("logout/", entrance.sign_out, name="logout"),
    path("account/", account.account, name="account"),
    path("account/confirm/", confirmation.confirm, name="confirm"),
    path("account/password/", account.password, name="account_password"),
    path("account/sessions/end/", account.end_session, name="account_end_session"),
    path("account/app/", factors.code_app, name="account_app"),
    path("account/app/remove/", factors.remove_code_app, name="account_remove_app"),
    path("account/passkey/", factors.passkey, name="account_passkey"),
    path("account/passkey/remove/", factors.remove_passkey, name="account_remove_passkey"),
    path("account/recovery-codes/", factors.recovery_codes, name="account_recovery_codes"),
]
