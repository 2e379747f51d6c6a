"""Pages of access tokens: everybody's own, and for staff those of everybody."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.views.requests import PersonRequest
from documents.views.staff import staff_only
from portal.models import ApiToken, User
from portal.tokens import keys
from portal.tokens.forms import TokenForm

ROWS = 50


def _makes_one(request: HttpRequest) -> bool:
    return request.method == "POST"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(enabled=_makes_one)  # type: ignore[untyped-decorator]  # allauth has no types
def token_list(request: PersonRequest) -> HttpResponse:
    """The list, and the form of a new one, whose secret is shown in the very answer to it."""
    person = User.objects.get(pk=request.user.pk)
    form = TokenForm(request.POST if request.method == "POST" else None, person)
    if form.is_valid():
        chosen = form.cleaned_data
        issued = keys.issue(person, chosen["name"], chosen["scopes"], chosen["days"])
        return render(request, "portal/token_shown.html", {"issued": issued})
    tokens = ApiToken.objects.filter(person=person)
    return render(request, "portal/tokens.html", {"form": form, "page": _page(tokens, request)})


@require_safe
@staff_only
def token_everybody(request: PersonRequest) -> HttpResponse:
    tokens = ApiToken.objects.select_related("person")
    return render(request, "portal/tokens_everybody.html", {"page": _page(tokens, request)})


@require_POST
def token_revoke(request: PersonRequest, token_id: int) -> HttpResponse:
    """Own ones, and for staff all."""
    every = ApiToken.objects.select_related("person")
    reachable = every if request.user.is_staff else every.filter(person=request.user.pk)
    token = get_object_or_404(reachable, pk=token_id)
    keys.revoke(token, User.objects.get(pk=request.user.pk))
    messages.success(request, _("The token “%(name)s” opens nothing any more.") % {"name": token.name})
    return redirect("tokens:token_list" if token.person_id == request.user.pk else "tokens:token_everybody")


def _page(tokens: "QuerySet[ApiToken]", request: PersonRequest) -> object:
    return Paginator(tokens, ROWS).get_page(request.GET.get("page"))
