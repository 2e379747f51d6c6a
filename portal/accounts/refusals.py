"""Pages for those who could not come in through single sign-on: what happened, and what to do."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def provider_away(request: HttpRequest) -> HttpResponse:
    text = _("%(name)s does not answer at the moment. Try again in a few minutes, or sign in with your password.")
    return _page(request, _("Single sign-on does not answer"), text, 503)


def not_believed(request: HttpRequest) -> HttpResponse:
    text = _(
        "The answer of %(name)s did not fit to this request, so it was not used. "
        "It may have come too late: try again. If it happens again, tell your administrator."
    )
    return _page(request, _("Single sign-on has failed"), text, 403)


def cancelled(request: HttpRequest) -> HttpResponse:
    text = _("You have cancelled it at %(name)s. Nothing has been changed; you can try again at any time.")
    return _page(request, _("You are not signed in"), text, 200)


def address_taken(request: HttpRequest) -> HttpResponse:
    text = _(
        "An account with your e-mail address is there already, and it is not certain that it is yours. "
        "Ask your administrator to enter your address under “People”; after that %(name)s leads to it."
    )
    return _page(request, _("There is an account with your address"), text, 403)


def _page(request: HttpRequest, title: str, text: str, status: int) -> HttpResponse:
    context = {"title": title, "text": text % {"name": settings.OIDC_NAME}}
    return render(request, "account/refused.html", context, status=status)
