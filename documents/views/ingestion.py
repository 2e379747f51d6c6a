"""The page on which staff watch documents being read, and try again what failed. Only staff know that it exists."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from documents import watching
from documents.failed import retry_all
from documents.views.requests import PersonRequest


@require_safe
def ingestion(request: PersonRequest) -> HttpResponse:
    _refuse_all_but_staff(request)
    template = "documents/_ingestion.html" if request.htmx else "documents/ingestion.html"
    return render(request, template, {"watch": watching.watch(request.user)})


@require_POST
def ingestion_retry(request: PersonRequest, error_code: str) -> HttpResponse:
    """Read all documents again that failed for this reason, as many as one request can bear."""
    _refuse_all_but_staff(request)
    retried = retry_all(watching.watched_by(request.user), error_code)
    messages.success(
        request,
        ngettext("%(count)s document is being read again.", "%(count)s documents are being read again.", retried.queued)
        % {"count": retried.queued},
    )
    if retried.left:
        text = ngettext(
            "%(count)s more failed for the same reason; press the button again for it.",
            "%(count)s more failed for the same reason; press the button again for them.",
            retried.left,
        )
        messages.info(request, text % {"count": retried.left})
    return redirect("documents:ingestion")


def _refuse_all_but_staff(request: PersonRequest) -> None:
    if not request.user.is_staff:
        raise Http404
