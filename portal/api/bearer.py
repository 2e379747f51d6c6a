"""From the header of a request to the person in whose name it is made, asked anew with each request."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from portal.accounts import second_factor
from portal.api.errors import ErrorCode, error
from portal.api.pace import pace
from portal.models import ApiToken
from portal.tokens import keys


def token_of(header: str, scope: ApiToken.Scope | None) -> ApiToken:
    """The token that a header `Authorization` shows, if it may be used for this now. Raises ApiError."""
    kind, _space, secret = header.partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise error(ErrorCode.NO_TOKEN)
    token = keys.recognised(secret.strip())
    if token is None:
        raise error(ErrorCode.UNKNOWN_TOKEN)
    if (reason := _unusable(token)) is not None:
        raise error(reason)
    if wait_s := pace.wait_s(token.pk, settings.API_REQUESTS_PER_MINUTE):
        raise error(ErrorCode.TOO_MANY_REQUESTS, retry_after_s=wait_s, limit=settings.API_REQUESTS_PER_MINUTE)
    if scope is not None and scope not in token.scopes:
        raise error(ErrorCode.SCOPE_MISSING, scope=scope.value)
    keys.note_use(token)
    return token


def _unusable(token: ApiToken) -> ErrorCode | None:
    if token.revoked_at is not None:
        return ErrorCode.TOKEN_REVOKED
    if token.is_expired:
        return ErrorCode.TOKEN_EXPIRED
    if not token.person.is_active:
        return ErrorCode.ACCOUNT_CLOSED
    return ErrorCode.SECOND_FACTOR_MISSING if second_factor.is_owed_by(token.person) else None


def signed(request: HttpRequest, scope: ApiToken.Scope | None) -> ApiToken:
    """The same, and the request is from then on one of that person, whoever a cookie may name. Raises ApiError."""
    token = token_of(request.headers.get("Authorization", ""), scope)
    request.user = token.person
    return token


class Bearer(HttpBearer):
    """What an operation of the REST API wants to be shown."""

    def __init__(self, scope: ApiToken.Scope | None) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> ApiToken:
        return signed(request, self.scope)

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        return signed(request, self.scope)


def needs(scope: ApiToken.Scope | None) -> dict[str, Any]:
    """For the decorator of an operation: its authentication, and the scope in its description."""
    return {"auth": Bearer(scope), "openapi_extra": {"x-scope": scope.value if scope else ""}}
