"""The sign-in form, with a refusal that says what to do next."""

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _(
            "That name and password do not belong together. Check both (capital letters count) "
            "and try again, or ask your administrator for a new password."
        ),
        "inactive": _("This account is switched off. Ask your administrator to switch it on again."),
    }
