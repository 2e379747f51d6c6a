"""Around every request: its id and how long it takes, and the language that its person has chosen, which wins over the
browser's and over the cookie."""

import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from portal import meters
from portal.request_facts import address, request_id

HEADER = "X-Request-ID"
# What a proxy may have called it; anything else would be written into logs as it came.
_USABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")

type_Answer = Callable[[HttpRequest], HttpResponseBase]


def noted(get_response: type_Answer) -> type_Answer:
    """Give the request its id, tell the id in the response, and measure how long it took."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        began = begin(request)
        return _end(request, get_response(request), began)

    return answer


def begin(request: HttpRequest) -> float:
    """Give the request its id; return when it began, for `measure`."""
    given = request.headers.get(HEADER, "")
    request_id.set(given if _USABLE.fullmatch(given) else uuid.uuid4().hex)
    address.set(request.META.get("REMOTE_ADDR") or None)
    return time.perf_counter()


def _end(request: HttpRequest, response: HttpResponseBase, began: float) -> HttpResponseBase:
    response[HEADER] = request_id.get()
    match = request.resolver_match
    measure(match.view_name if match else "unknown", request.method or "", response.status_code, began)
    return response


def measure(view: str, method: str, status: int, began: float) -> None:
    meters.REQUESTS.labels(view, method, f"{status // 100}xx").observe(time.perf_counter() - began)


def user_language(get_response: type_Answer) -> type_Answer:
    def answer(request: HttpRequest) -> HttpResponseBase:
        _speak(str(getattr(request.user, "language", "")), request)
        return get_response(request)

    return answer


def _speak(language: str, request: HttpRequest) -> None:
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()
