"""allauth's decisions, made as this portal makes them, in its own words."""

import time
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from documents import audit
from documents.audit import Event
from portal.accounts import mailing, second_factor, sessions
from portal.accounts.backend import called, typed
from portal.accounts.directory import learn
from portal.models import User

REAUTHENTICATED_S = 300
_WRONG = _(
    "That name and password do not belong together. Check both (capital letters count) "
    "and try again, or ask your administrator for a new password."
)
_WRONG_CODE = _("This code is not right, or its time is over. Type the one that the app shows now.")


class Accounts(DefaultAccountAdapter):
    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _WRONG,
        "email_password_mismatch": _WRONG,
        "invalid_login": _WRONG,
        "incorrect_password": _("This is not your password. Check it (capital letters count) and try again."),
        "enter_current_password": _("This is not your password. Check it (capital letters count) and try again."),
        "incorrect_code": _WRONG_CODE,
        "too_many_login_attempts": _(
            "There were too many wrong attempts. Wait five minutes, then try again, "
            "or ask your administrator for a new password."
        ),
        "rate_limited": _("There were too many attempts. Wait five minutes, then try again."),
        "duplicate_email": _("This is your address already."),
        "email_taken": _("Somebody has this e-mail address already. Type another one, or ask your administrator."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            audit.record(Event.LOCKED_OUT, None, name=typed(credentials))
            raise

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One count for each person, by whichever name and host they are tried."""
        name = str(credentials.get("email") or credentials.get("username") or "")
        person = called(name)
        return f"person:{person.pk}" if person else f"name:{name.lower()}"

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        sessions.begin(request)

    def post_login(self, request: HttpRequest, user: Any, **told: Any) -> HttpResponse:
        login = (told["signal_kwargs"] or {}).get("sociallogin")
        if login is not None:
            learn(user, login.account.extra_data)
        return super().post_login(request, user, **told)

    def set_password(self, user: Any, password: str) -> None:
        user.set_password(password)
        user.save(update_fields=["password"])

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Whoever has just signed in has shown who they are."""
        records = get_authentication_records(self.request, self.request.user)
        is_fresh = bool(records) and time.time() - records[-1]["at"] < REAUTHENTICATED_S
        return not is_fresh and super().is_reauthentication_required(app=app, **options)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("account" if self.request.user.is_authenticated else "sign_in")

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """Whoever comes through single sign-on alone gets no second way in beside it."""
        if user.has_usable_password():
            super().send_password_reset_mail(user, email, context)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        language = getattr(context.get("user"), "language", "") or translation.get_language()
        with translation.override(language):
            message = self.render_mail(template_prefix, email, {"host": self.request.get_host(), **context})
        mailing.post(message)


class SecondFactors(DefaultMFAAdapter):
    error_messages: ClassVar = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _WRONG_CODE,
        "cannot_delete_authenticator": _("A second factor is required of you, so it cannot be removed."),
        "cannot_generate_recovery_codes": _("Recovery codes are for those who have a second factor. Set one up first."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not second_factor.is_required_of(User.objects.get(pk=authenticator.user_id))
