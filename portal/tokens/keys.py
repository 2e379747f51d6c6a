"""Tokens: made with a secret that is shown once, recognised by it, and taken back."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest

from django.db.models.functions import Now
from django.utils import timezone

from documents import audit
from documents.audit import Event
from portal.models import ApiToken, User

# So that a secret which lies about somewhere is recognised as one of this product.
MARK = "kp_"
SECRET_BYTES = 32
PREFIX_LENGTH = 11
LONGEST_DAYS = 365
# More of them only means that somebody has lost count.
MOST_TOKENS = 50
USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token, and its secret, which is kept nowhere."""

    token: ApiToken
    secret: str


def issue(person: User, name: str, scopes: Sequence[str], days: int) -> Issued:
    """Make a token that holds for so many days."""
    secret = MARK + secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken.objects.create(
        person=person,
        name=name,
        prefix=secret[:PREFIX_LENGTH],
        digest=_digest(secret),
        scopes=list(scopes),
        expires_at=timezone.now() + timedelta(days=days),
    )
    audit.record(Event.TOKEN_CREATED, person, token=token.name, scopes=list(scopes), days=days)
    return Issued(token, secret)


def recognised(secret: str) -> ApiToken | None:
    """The token of this secret with its person as they are now, whether or not it may still be used."""
    digest = _digest(secret)
    alike = ApiToken.objects.filter(prefix=secret[:PREFIX_LENGTH].replace("\0", "")).select_related("person")
    return next((token for token in alike if compare_digest(token.digest, digest)), None)


def note_use(token: ApiToken) -> None:
    """Remember when it was last used, at most once a minute."""
    if token.last_used_at is None or timezone.now() - token.last_used_at > USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=Now())


def revoke(token: ApiToken, by: User) -> None:
    """From the next request on it opens nothing; it stays in the list."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=Now()):
        audit.record(Event.TOKEN_REVOKED, by, token=token.name, person=token.person_id, name=str(token.person))


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
