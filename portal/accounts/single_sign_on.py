"""Sign-in with OpenID Connect: the code flow with PKCE, state and nonce, and every token checked against its keys.

allauth's own flow neither sends a nonce nor checks the signature of what it fetched itself.
"""

import logging
from collections.abc import Mapping
from typing import Any

import requests
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from django.urls import reverse

from documents import audit
from documents.audit import Event
from portal.accounts import directory, refusals
from portal.accounts.id_tokens import UnbelievableTokenError, believed, nonce_of
from portal.models import User

logger = logging.getLogger(__name__)

# So long a provider's own description of itself holds.
DISCOVERY_S = 300


class CodeFlow(OpenIDConnectOAuth2Adapter):
    """One conversation with the provider."""

    @property
    def openid_config(self) -> dict[str, Any]:
        kept = caches["process"]
        config: dict[str, Any] | None = kept.get(f"oidc:{settings.OIDC_ISSUER}")
        if config is None:
            config = self._discovered()
            kept.set(f"oidc:{settings.OIDC_ISSUER}", config, DISCOVERY_S)
        return config

    def _discovered(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if str(config.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER:
            raise UnbelievableTokenError(f"the provider calls itself {config.get('issuer')!r}")
        return config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return build_absolute_uri(request, reverse("oidc_callback"), self.redirect_uri_protocol)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **told: Any) -> SocialLogin:
        claims = believed(
            str(told["response"].get("id_token") or ""),
            self._fetched(self.openid_config["jwks_uri"]),
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            nonce=nonce_of(request.GET["state"]),
        )
        if endpoint := self.openid_config.get("userinfo_endpoint"):
            further = self._fetched(endpoint, f"Bearer {token.token}")
            if further.get("sub") != claims["sub"]:
                raise UnbelievableTokenError("its two accounts of the person differ")
            claims = claims | further
        return self.get_provider().sociallogin_from_response(request, claims)

    def _fetched(self, address: str, authorization: str | None = None) -> dict[str, Any]:
        headers = {"Authorization": authorization} if authorization else {}
        with SingleSignOn().get_requests_session() as web:
            response = web.get(address, headers=headers)
            response.raise_for_status()
            found: dict[str, Any] = response.json()
        return found


class Company(OpenIDConnectProvider):
    oauth2_adapter_class = CodeFlow

    def extract_extra_data(self, data: Mapping[str, Any]) -> dict[str, Any]:
        return directory.remembered(data)

    def extract_email_addresses(self, data: Mapping[str, Any]) -> list[EmailAddress]:
        """Only what the provider has verified itself; others' addresses are nobody's here."""
        if data.get("email") and data.get("email_verified") is True:
            return [EmailAddress(email=str(data["email"]).lower(), verified=True, primary=True)]
        return []

    def extract_common_fields(self, data: Mapping[str, Any]) -> dict[str, Any]:
        verified = [address.email for address in self.extract_email_addresses(data)]
        return {
            "username": data.get("preferred_username"),
            "first_name": directory.full_name(data),
            "email": verified[0] if verified else None,
        }


class SingleSignOn(DefaultSocialAccountAdapter):
    """The provider comes from the settings; people are told apart by its address and their id there."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        if not settings.OIDC_ISSUER:
            return []
        return [
            SocialApp(
                provider=Company.id,
                provider_id=settings.OIDC_ISSUER,
                name=settings.OIDC_NAME,
                client_id=settings.OIDC_CLIENT_ID,
                secret=settings.OIDC_CLIENT_SECRET,
                settings={
                    "server_url": settings.OIDC_ISSUER,
                    "oauth_pkce_enabled": True,
                    "scope": settings.OIDC_SCOPES,
                },
            )
        ]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return bool(settings.OIDC_ADDS_PEOPLE)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Mapping[str, Any]) -> User:
        """The whole name in one field, as administrators fill it in."""
        told = str(data.get("username") or "")
        name = told if _is_nobodys_address(told, sociallogin) else ""
        person: User = super().populate_user(request, sociallogin, {**data, "username": name})
        person.first_name, person.last_name = str(data.get("first_name") or ""), ""
        return person

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """Join an account that is there already only by an address that has been verified on both sides."""
        known = (
            EmailAddress.objects.filter(email__in=_verified(sociallogin), verified=True).select_related("user").first()
        )
        if known is None:
            return None
        if SocialAccount.objects.filter(user=known.user, provider=sociallogin.account.provider).exists():
            # An address that was given to somebody new must not lead them to what the one before left.
            self._failed("the e-mail address belongs to an account here that another account of the provider leads to")
            raise ImmediateHttpResponse(refusals.address_taken(self.request))
        return known.user, known.email

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """An address that somebody else here has typed and not verified is nothing to join by, nor to take over."""
        told = [address.email for address in sociallogin.email_addresses]
        if not sociallogin.is_existing and any(filter_users_by_email(email) for email in told):
            self._failed("the e-mail address belongs to an account here that has not verified it")
            raise ImmediateHttpResponse(refusals.address_taken(request))

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        person: User = super().save_user(request, sociallogin, form)
        audit.record(Event.PERSON_ADDED, None, person=person.pk, name=str(person), how="socialaccount")
        return person

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(refusals.cancelled(request))
        raise ImmediateHttpResponse(self.refused(request, exception))

    def refused(self, request: HttpRequest, error: Exception | None) -> Any:
        """The page for what went wrong; what exactly is for the log."""
        reason = type(error).__name__ if error else "an answer that this browser has not asked for"
        logger.warning("single sign-on failed: %s %s", reason, str(error or "")[:300])
        self._failed(reason)
        is_away = isinstance(error, requests.RequestException)
        return refusals.provider_away(request) if is_away else refusals.not_believed(request)

    def _failed(self, reason: str) -> None:
        audit.record(Event.SIGN_IN_FAILED, None, how="socialaccount", reason=reason)


def _verified(sociallogin: SocialLogin) -> list[str]:
    return [address.email for address in sociallogin.email_addresses if address.verified]


def _is_nobodys_address(name: str, sociallogin: SocialLogin) -> bool:
    """At the sign-in a user name comes before addresses, so one that looks like an address has to be the person's."""
    return "@" not in name or (name.lower() in _verified(sociallogin) and not filter_users_by_email(name))


# What may go wrong between us and a provider: the line, its answers, and what it says of itself.
FAULTS = (requests.RequestException, OAuth2Error, UnbelievableTokenError, KeyError, TypeError, ValueError)
