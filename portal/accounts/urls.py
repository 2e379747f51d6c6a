"""Addresses of signing in and of one's own account.

Several bear the names that allauth looks for; of its own pages only these can be reached.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path
from django.views.decorators.http import require_POST

from portal.accounts import views

_sign_out = require_POST(account.logout)

urlpatterns = [
    path("sign-in", account.login, name="sign_in"),
    path("sign-in", account.login, name="account_login"),
    path("sign-in/code", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/switched-off", account.account_inactive, name="account_inactive"),
    path("sign-in/company", views.oidc_begin, name="oidc_begin"),
    path("sign-in/company/back", views.oidc_callback, name="oidc_callback"),
    path("sign-out", _sign_out, name="sign_out"),
    path("sign-out", _sign_out, name="account_logout"),
    path("password", views.change_password, name="change_password"),
    path("password", views.change_password, name="account_change_password"),
    path("password/forgotten", views.forgotten_password, name="account_reset_password"),
    path("password/forgotten/sent", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/new", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("account/", views.account_page, name="account"),
    path("account/address", views.change_address, name="account_email"),
    path("account/address/<str:key>", account.confirm_email, name="account_confirm_email"),
    path("account/again", account.reauthenticate, name="account_reauthenticate"),
    path("account/again/code", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/second-factor", mfa.index, name="mfa_index"),
    path("account/second-factor/add", totp.activate_totp, name="mfa_activate_totp"),
    path("account/second-factor/remove", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/recovery-codes", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/recovery-codes/file", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("account/recovery-codes/new", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/sessions", views.session_list, name="account_sessions"),
    path("account/sessions/end", views.sessions_end, name="account_sessions_end"),
    path("account/sessions/<int:session_id>/end", views.session_end, name="account_session_end"),
]
