"""Addresses of the REST API. None of them asks for a session; each operation wants a token."""

from functools import wraps
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from portal.api import description, errors
from portal.api.errors import ErrorCode, error
from portal.api.rest import api

if TYPE_CHECKING:
    from collections.abc import Callable

app_name = "api"

WRONG_METHOD = 405


def _door(pattern: URLPattern) -> URLPattern:
    """The same address, without a session, in our shape of errors, and in no cache."""
    view: Callable[..., HttpResponseBase] = pattern.callback

    @login_not_required
    @csrf_exempt
    @wraps(view)
    def open_door(request: HttpRequest, **arguments: object) -> HttpResponseBase:
        response = view(request, **arguments)
        if response.status_code == WRONG_METHOD:
            allowed = response.headers["Allow"]
            response = errors.response(error(ErrorCode.WRONG_METHOD))
            response["Allow"] = allowed
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return URLPattern(pattern.pattern, open_door, pattern.default_args, pattern.name)


@login_not_required
@csrf_exempt
def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    return errors.response(error(ErrorCode.NOT_FOUND))


urlpatterns = [
    path("docs", description.docs, name="docs"),
    path("openapi.json", description.openapi, name="openapi"),
    *(_door(pattern) for pattern in api.urls[0] if isinstance(pattern, URLPattern) and pattern.name != "api-root"),
    path("<path:rest>", unknown, name="unknown"),
]
