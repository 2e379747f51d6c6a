"""Whether an ID token may be believed (OpenID Connect Core 1.0, section 3.1.3.7)."""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import jwt
from django.conf import settings

# Signatures that only the provider can make; those with a shared secret are not among them.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
CLOCKS_DIFFER_S = 60
REQUIRED = ["iss", "sub", "aud", "exp", "iat", "nonce"]


class UnbelievableTokenError(Exception):
    """The token is not what was asked for, or not from whom it was asked."""


def nonce_of(state: str) -> str:
    """The nonce that belongs to a request: whoever has the state of another browser cannot use its token here."""
    return hmac.new(settings.SECRET_KEY.encode(), b"oidc nonce " + state.encode(), sha256).hexdigest()


def believed(token: str, keys: Mapping[str, Any], *, issuer: str, audience: str, nonce: str) -> dict[str, Any]:
    """Return the claims of a token that one of the provider's keys has signed, for us and just now."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(token, keys),
            algorithms=ALGORITHMS,
            issuer=issuer,
            audience=audience,
            leeway=CLOCKS_DIFFER_S,
            options={"require": REQUIRED},
        )
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise UnbelievableTokenError(f"{type(error).__name__}: {error}") from error
    if not hmac.compare_digest(str(claims["nonce"]), nonce):
        raise UnbelievableTokenError("it answers another request")
    if claims.get("azp", audience) != audience:
        raise UnbelievableTokenError("it was made for another client")
    return claims


def _key(token: str, keys: Mapping[str, Any]) -> jwt.PyJWK:
    wanted = jwt.get_unverified_header(token).get("kid")
    known = [key for key in jwt.PyJWKSet.from_dict(dict(keys)).keys if key.public_key_use in (None, "sig")]
    fitting = [key for key in known if wanted is None or key.key_id == wanted]
    if len(fitting) != 1:
        raise jwt.InvalidKeyError(f"no key of the provider is called {wanted!r}")
    return fitting[0]
