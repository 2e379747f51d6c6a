"""A little OpenID Connect provider that really speaks the protocol: discovery, code flow with PKCE, tokens, keys.

Whoever comes is `claims`; `token_changes` and `signs_with` make it lie.
"""

import base64
import hashlib
import http.client
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from django.urls import reverse

CLIENT_ID, CLIENT_SECRET = "portal", "a secret of the client"
KEY_ID = "key-1"


class Provider:
    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.reset()
        self._codes, self._tokens = {}, {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"

    def reset(self):
        """Truthful again."""
        self.claims = {"sub": "4711", "email": "ann@example.com", "email_verified": True, "name": "안나 Ann"}
        self.claims |= {"preferred_username": "ann", "groups": []}
        self.token_changes, self.userinfo_changes, self.discovery_changes = {}, {}, {}
        self.signs_with, self.algorithm, self.denies = self.key, "RS256", None
        self.asked = []

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(provider):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                split = urlsplit(self.path)
                provider.asked.append(split.path)
                fields = {name: values[0] for name, values in parse_qs(split.query).items()}
                answer = provider.pages[split.path](fields, self.headers)
                self._send(*answer)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                fields = {name: values[0] for name, values in parse_qs(body).items()}
                self._send(*provider.pages[self.path](fields, self.headers))

            def _send(self, status, told):
                self.send_response(status)
                if isinstance(told, str):
                    self.send_header("Location", told)
                    body = b""
                else:
                    self.send_header("Content-Type", "application/json")
                    body = json.dumps(told).encode()
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_told):
                pass

        return Handler

    @property
    def pages(self):
        return {
            "/.well-known/openid-configuration": self._discovery,
            "/authorize": self._authorize,
            "/token": self._token,
            "/userinfo": self._userinfo,
            "/jwks": self._keys,
        }

    def _discovery(self, _fields, _headers):
        return 200, {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        } | self.discovery_changes

    def _authorize(self, fields, _headers):
        assert fields["client_id"] == CLIENT_ID
        assert fields["response_type"] == "code"
        assert fields["code_challenge_method"] == "S256"
        assert "openid" in fields["scope"].split()
        if self.denies:
            return 302, f"{fields['redirect_uri']}?{urlencode({'error': self.denies, 'state': fields['state']})}"
        code = secrets.token_urlsafe(16)
        self._codes[code] = fields
        return 302, f"{fields['redirect_uri']}?{urlencode({'code': code, 'state': fields['state']})}"

    def _token(self, fields, _headers):
        asked = self._codes.pop(fields["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(fields.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or (fields["client_id"], fields["client_secret"]) != (CLIENT_ID, CLIENT_SECRET)
            or fields["redirect_uri"] != asked["redirect_uri"]
            or challenge.decode().rstrip("=") != asked["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe(16)
        self._tokens[access] = True
        return 200, {"access_token": access, "token_type": "Bearer", "id_token": self.id_token(asked["nonce"])}

    def id_token(self, nonce):
        now = int(time.time())
        told = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce}
        claims = {name: value for name, value in (told | self.claims | self.token_changes).items() if value is not None}
        return jwt.encode(claims, self.signs_with, algorithm=self.algorithm, headers={"kid": KEY_ID})

    def _userinfo(self, _fields, headers):
        if headers["Authorization"].removeprefix("Bearer ") not in self._tokens:
            return 401, {"error": "invalid_token"}
        return 200, self.claims | self.userinfo_changes

    def _keys(self, _fields, _headers):
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return 200, {"keys": [key | {"kid": KEY_ID, "use": "sig", "alg": "RS256"}]}


def visit_provider(address):
    """What a browser does there: it comes and is sent back with a code."""
    split = urlsplit(address)
    line = http.client.HTTPConnection(split.netloc, timeout=10)
    line.request("GET", f"{split.path}?{split.query}")
    back = line.getresponse().getheader("Location")
    line.close()
    return urlsplit(back)


def come(client, target=""):
    begun = client.get(reverse("oidc_begin"), {"next": target} if target else {})
    back = visit_provider(begun.url)
    return client.get(f"{back.path}?{back.query}")


def is_signed_in(client):
    return "_auth_user_id" in client.session
