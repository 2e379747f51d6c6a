"""Language, appearance, health, and the pages that stand in for one that cannot be shown."""

import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from documents.ingestion import NO_SPACE
from portal import readiness
from portal.models import User
from portal.returning import way_back


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    response = redirect(_way_back(request))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
        _remember(request, language=language)
    return response


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    theme = request.POST.get("theme", "")
    if theme in User.Theme.values:
        _remember(request, theme=theme)
    return redirect(_way_back(request))


def _remember(request: HttpRequest, **choice: str) -> None:
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(**choice)


def _way_back(request: HttpRequest) -> str:
    return way_back(request, reverse(settings.LOGIN_REDIRECT_URL))


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Asked for by browsers that show something else than a page of ours, which would name the icon."""
    return redirect(static("img/icon.svg"))


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """503 only where questions cannot be answered; what else is missing is told beside."""
    found = readiness.look()
    state = "ready" if found.is_whole else "degraded" if found.can_answer else "down"
    # What is wrong in words is for those who run the portal: it may name machines and files.
    is_told = found.can_answer and request.user.is_staff
    parts = (
        found.parts
        if is_told
        else {name: said if said == readiness.OK else "not ok" for name, said in found.parts.items()}
    )
    return JsonResponse({"state": state, "parts": parts}, status=200 if found.can_answer else 503)


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus, which shows the token that it was given; for nobody else."""
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not constant_time_compare(shown, settings.METRICS_TOKEN):
        raise Http404
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


@login_not_required
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


@login_not_required
def too_many_requests(request: HttpRequest) -> HttpResponse:
    response = render(request, "429.html", status=429)
    response["Retry-After"] = "60"
    return response


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: whoever the person is may be just what could not be found out."""
    error = sys.exc_info()[1]
    if isinstance(error, (OperationalError, InterfaceError)):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "10"})
    if isinstance(error, OSError) and error.errno in NO_SPACE:
        return HttpResponse(render_to_string("507.html"), status=507)
    return HttpResponse(render_to_string("500.html"), status=500)
