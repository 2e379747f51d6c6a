"""The door for assistants beside Django: lets in who shows a token, from a host and a page that may ask.

Each request is a world of its own, without a session between them, so nothing has to be started or ended with the
web server.
"""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.http.request import split_domain_port, validate_host
from django.utils import translation
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from chat.database import in_database
from portal.api import errors
from portal.api.bearer import token_of
from portal.api.errors import ApiError, ErrorCode, error
from portal.assistants import server
from portal.assistants.abilities import Caller
from portal.beside_django import noted, type_Send
from portal.models import ApiToken

logger = logging.getLogger(__name__)

PATH = "/mcp"
# What its requests are measured as.
VIEW = "assistants"

type_Scope = MutableMapping[str, Any]
type_Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
type_Application = Callable[[Any, Any, Any], Awaitable[None]]


class Assistants:
    """Serves assistants at their path, and leaves everything else to the application behind it."""

    def __init__(self, application: type_Application) -> None:
        self.application = application
        self._server = server.made()

    async def __call__(self, scope: type_Scope, receive: type_Receive, send: type_Send) -> None:
        if scope["type"] != "http" or scope["path"].rstrip("/") != PATH:
            await self.application(scope, receive, send)
            return
        request = ASGIRequest(scope, BytesIO())
        language = translation.get_language_from_request(request)
        send = noted(request, VIEW, send)
        try:
            token = await in_database(_admitted)(request, language)
        except ApiError as failure:
            response = errors.response(failure)
            if failure.code == ErrorCode.WRONG_METHOD:
                response["Allow"] = "POST"
            await _send(response, send)
            return
        except (OperationalError, InterfaceError):
            logger.exception("nobody can be let in without the database")
            with translation.override(language):
                response = errors.response(error(ErrorCode.DATABASE_AWAY))
            await _send(response, send)
            return
        caller = Caller(token.person, request, language)
        await self._serve({**scope, server.CALLER: caller}, receive, send)

    async def _serve(self, scope: type_Scope, receive: type_Receive, send: type_Send) -> None:
        # Hosts and origins are checked above, by the rules that hold for the pages.
        manager = StreamableHTTPSessionManager(self._server, json_response=True, stateless=True)
        async with manager.run():
            await manager.handle_request(scope, receive, send)


def _admitted(request: ASGIRequest, language: str) -> ApiToken:
    """Raises ApiError."""
    with translation.override(language):
        _check_host(request)
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            raise error(ErrorCode.NOT_SECURE)
        token = token_of(request.headers.get("Authorization", ""), ApiToken.Scope.READ)
        if request.method != "POST":
            raise error(ErrorCode.WRONG_METHOD)
        return token


def _check_host(request: ASGIRequest) -> None:
    """What a browser was led to by another site has that site's origin, or a name that is not ours."""
    try:
        host = request.get_host()
    except DisallowedHost as refused:
        raise error(ErrorCode.WRONG_HOST) from refused
    origin = request.headers.get("Origin", "")
    if not origin or origin in settings.CSRF_TRUSTED_ORIGINS:
        return
    name, _port = split_domain_port(urlsplit(origin).netloc)
    if name != split_domain_port(host)[0] and not validate_host(name, settings.ALLOWED_HOSTS):
        raise error(ErrorCode.WRONG_HOST)


async def _send(response: HttpResponse, send: type_Send) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    headers.append((b"content-length", str(len(response.content)).encode()))
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
