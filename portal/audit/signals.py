"""Coming in and going, and what lets people in, told to the audit. Only failures name who it was meant to be: there is
nobody else to name."""

from typing import TYPE_CHECKING, Any

from allauth.account.signals import email_changed, password_changed, password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset
from allauth.socialaccount.signals import social_account_added
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from documents import audit
from documents.audit import Event
from portal.accounts.backend import typed
from portal.accounts.second_factor import ways_of

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin
    from django.contrib.auth.models import AbstractUser
    from django.http import HttpRequest


@receiver(user_logged_in)
def signed_in(request: "HttpRequest", user: "AbstractUser", **_others: Any) -> None:
    ways = ways_of(request, user)
    audit.record(Event.SIGNED_IN, user, **({"how": ways} if ways else {}))


@receiver(user_logged_out)
def signed_out(user: "AbstractUser | None", **_others: Any) -> None:
    if user is not None:
        audit.record(Event.SIGNED_OUT, user)


@receiver(user_login_failed)
def sign_in_failed(credentials: dict[str, Any], **_others: Any) -> None:
    audit.record(Event.SIGN_IN_FAILED, None, name=typed(credentials))


@receiver(authentication_failed)
def code_failed(user: "AbstractUser", **_others: Any) -> None:
    audit.record(Event.SIGN_IN_FAILED, None, name=user.get_username(), how="mfa")


@receiver(authenticator_added)
def second_factor_added(user: "AbstractUser", authenticator: Authenticator, **_others: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        audit.record(Event.SECOND_FACTOR_ADDED, user)


@receiver(authenticator_removed)
def second_factor_removed(user: "AbstractUser", authenticator: Authenticator, **_others: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        audit.record(Event.SECOND_FACTOR_REMOVED, user)


@receiver(authenticator_reset)
def recovery_codes_renewed(user: "AbstractUser", **_others: Any) -> None:
    audit.record(Event.RECOVERY_CODES_RENEWED, user)


@receiver(password_changed)
def own_password_changed(user: "AbstractUser", **_others: Any) -> None:
    audit.record(Event.PASSWORD_CHANGED, user)


@receiver(password_reset)
def own_password_reset(user: "AbstractUser", **_others: Any) -> None:
    audit.record(Event.PASSWORD_RESET, user)


@receiver(email_changed)
def own_address_changed(user: "AbstractUser", **_others: Any) -> None:
    audit.record(Event.ADDRESS_CHANGED, user)


@receiver(social_account_added)
def joined_single_sign_on(sociallogin: "SocialLogin", **_others: Any) -> None:
    audit.record(Event.SINGLE_SIGN_ON_JOINED, sociallogin.user)
