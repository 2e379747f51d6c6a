"""allauth's forms with the portal's words, and without placeholders that say what the label says."""

from typing import Any

from allauth.account import forms as account
from allauth.account.models import EmailAddress
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from documents import audit
from documents.audit import Event
from portal.accounts import sessions
from portal.accounts.adapter import SecondFactors

# Longer than any code is taken: the app's own 30 seconds, and as much before and after.
CODE_IS_USED_S = 120


def _plain(form: forms.BaseForm, **labels: Any) -> None:
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.label = labels.get(name, field.label)
        if name in ("password", "oldpassword"):
            field.help_text = ""


def _as_code(field: forms.Field) -> None:
    field.widget.attrs.update(
        {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "spellcheck": "false"}
    )


class SignInForm(account.LoginForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _plain(self, login=_("User name or e-mail address"), password=_("Password"))
        self.fields["login"].widget.attrs.update(
            {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "maxlength": "254"}
        )

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponseBase:
        response: HttpResponseBase = super().login(request, redirect_url)
        # allauth has just set a time that begins anew with every page.
        sessions.begin(request)
        return response


class OwnPasswordForm(account.ChangePasswordForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _plain(self, oldpassword=_("Password now"), password1=_("New password"), password2=_("New password again"))


class ForgottenPasswordForm(account.ResetPasswordForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _plain(self, email=_("E-mail address"))

    def clean_email(self) -> str:
        """Only who has verified an address may be sent a password there; it is sent as it was verified."""
        email: str = self.cleaned_data["email"].lower()
        owned = EmailAddress.objects.filter(email=email, verified=True, user__is_active=True)
        self.users = [address.user for address in owned.select_related("user")]
        return email


class PasswordByMailForm(account.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _plain(self, password1=_("New password"), password2=_("New password again"))


class PasswordAgainForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _plain(self, password=_("Password"))


class AddressForm(account.AddEmailForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _plain(self, email=_("New e-mail address"))


class _UsedOnce(mfa.BaseAuthenticateForm):
    """allauth remembers a used code for 30 seconds; with a margin on either side it would be taken again after that."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _plain(self, code=_("Code from the app, or a recovery code"))
        _as_code(self.fields["code"])

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()
        except ValidationError as error:
            if error.code == "too_many_login_attempts":
                audit.record(Event.LOCKED_OUT, None, name=self.user.get_username(), how="mfa")
            raise
        if not cache.add(f"code-used:{self.user.pk}:{normalize_user_code(code)}", True, CODE_IS_USED_S):
            raise SecondFactors().validation_error("incorrect_code")
        return code


class CodeForm(_UsedOnce, mfa.AuthenticateForm):
    pass


class CodeAgainForm(_UsedOnce, mfa.ReauthenticateForm):
    pass


class FirstCodeForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _plain(self, code=_("Code from the app"))
        _as_code(self.fields["code"])
