"""Programs that ask the portal with a token."""

from django.test import Client

from portal.models import ApiToken
from portal.tokens import keys

EVERYTHING = tuple(ApiToken.Scope.values)


def secret_of(person, *scopes, days=30) -> str:
    """The secret of a new token of this person; without scopes it may do everything."""
    return keys.issue(person, "Program", scopes or EVERYTHING, days).secret


def bearer(secret, language="en") -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}", "Accept-Language": language}


def program(person, *scopes, language="en") -> Client:
    """A client that shows a token with every request, and no session."""
    return Client(headers=bearer(secret_of(person, *scopes), language))


def said(response) -> tuple[int, str]:
    """The status and the code of an error."""
    return response.status_code, response.json()["error"]["code"]
