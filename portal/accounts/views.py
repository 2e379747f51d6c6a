"""Pages of signing in, and of one's own account. What allauth does is left to its views."""

from typing import Any

from allauth.account import views as account
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.views.requests import PersonRequest
from portal.accounts import second_factor, sessions
from portal.accounts.id_tokens import nonce_of
from portal.accounts.single_sign_on import FAULTS, CodeFlow, SingleSignOn

STATE_LENGTH = 32


@never_cache
@require_safe
def account_page(request: PersonRequest) -> HttpResponse:
    context = {
        "person": request.user,
        "has_password": request.user.has_usable_password(),
        "has_second_factor": second_factor.is_set_up(request.user),
        "is_second_factor_required": second_factor.is_required_of(request.user),
        "session_count": len(sessions.of(request.user, request.session.session_key)),
    }
    return render(request, "account/account.html", context)


@never_cache
@require_safe
def session_list(request: PersonRequest) -> HttpResponse:
    found = sessions.of(request.user, request.session.session_key)
    return render(request, "account/sessions.html", {"sessions": found})


@require_POST
def session_end(request: PersonRequest, session_id: int) -> HttpResponse:
    return _told(request, sessions.end(request.user, request.session.session_key, only=session_id))


@require_POST
def sessions_end(request: PersonRequest) -> HttpResponse:
    return _told(request, sessions.end(request.user, request.session.session_key))


def _told(request: PersonRequest, count: int) -> HttpResponse:
    if count:
        news = ngettext("One session has been ended.", "%(count)d sessions have been ended.", count)
        messages.success(request, news % {"count": count})
    else:
        messages.info(request, _("That session had ended already."))
    return redirect("account_sessions")


@require_http_methods(["GET", "POST"])
def change_password(request: PersonRequest) -> HttpResponseBase:
    if not request.user.has_usable_password():
        messages.info(request, _("You sign in with %(name)s, without a password here.") % {"name": settings.OIDC_NAME})
        return redirect("account")
    return account.password_change(request)


@require_http_methods(["GET", "POST"])
def change_address(request: PersonRequest) -> HttpResponseBase:
    """Nobody can be asked whether a new address is theirs without a mail server."""
    if not settings.SENDS_MAIL:
        messages.info(request, _("Ask your administrator to enter your new e-mail address: this portal sends no mail."))
        return redirect("account")
    if not _is_offered(request):
        raise BadRequest("no button of the page does this to an address")
    return account.email(request)


def _is_offered(request: PersonRequest) -> bool:
    """Only the link in a mail makes an address the person's, and takes the one before away."""
    if "action_primary" in request.POST:
        return False
    own = EmailAddress.objects.filter(user=request.user, email=request.POST.get("email", "").lower())
    return "action_remove" not in request.POST or not own.filter(verified=True).exists()


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def forgotten_password(request: HttpRequest) -> HttpResponseBase:
    if not settings.SENDS_MAIL:
        return render(request, "account/password_by_administrator.html")
    return account.password_reset(request)


@login_not_required
@never_cache
@require_safe
def oidc_begin(request: HttpRequest) -> HttpResponseBase:
    """By GET: as a form's target another site would be against our own content policy.

    Each begins a session that waits for the answer, so that nobody may begin any number of them.
    """
    company = _company(request)
    if refusal := ratelimit.consume_or_429(request, action="single_sign_on", limit_get=True):
        return refusal
    state = get_random_string(STATE_LENGTH)
    try:
        return company.redirect(
            request,
            AuthProcess.LOGIN,
            next_url=get_next_redirect_url(request),
            state_id=state,
            auth_params={"nonce": nonce_of(state)},
        )
    except FAULTS as error:
        return SingleSignOn().refused(request, error)


@login_not_required
@never_cache
@require_safe
def oidc_callback(request: HttpRequest) -> HttpResponseBase:
    _company(request)
    try:
        return OAuth2CallbackView.adapter_view(CodeFlow(request, settings.OIDC_ISSUER))(request)
    except FAULTS as error:
        return SingleSignOn().refused(request, error)


def _company(request: HttpRequest) -> Any:
    if not settings.OIDC_ISSUER:
        raise Http404
    return SingleSignOn().get_provider(request, settings.OIDC_ISSUER)
