"""Around every request: when its session was last used, and whether its person still owes a second factor."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.deprecation import MiddlewareMixin

from portal.accounts import second_factor, sessions

# What can be done without the second factor: setting it up, going, and reading this in one's language.
OPEN = {
    "account_reauthenticate",
    "healthz",
    "metrics",
    "mfa_activate_totp",
    "readyz",
    "set_language",
    "set_theme",
    "sign_in",
    "sign_out",
}


def session_seen(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    def answer(request: HttpRequest) -> HttpResponseBase:
        sessions.note(request)
        return get_response(request)

    return answer


class SecondFactorAsked(MiddlewareMixin):
    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponseBase | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in OPEN or not second_factor.is_missing(request):
            return None
        return redirect("mfa_activate_totp")
