"""The page on which staff watch documents being read, and try again what failed. Only staff know that it exists."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from documents import watching
from documents.failed import retry_all
from documents.views.requests import PersonRequest
from documents.views.staff import staff_only


@require_safe
@staff_only
def ingestion(request: PersonRequest) -> HttpResponse:
    template = "documents/_ingestion.html" if request.htmx else "documents/ingestion.html"
    return render(request, template, {"watch": watching.watch(request.user)})


@require_POST
@staff_only
def ingestion_retry(request: PersonRequest, error_code: str) -> HttpResponse:
    """Read all documents again that failed for this reason, as many as one request can bear."""
    retried = retry_all(watching.watched_by(request.user), error_code)
    messages.success(
        request,
        ngettext("%(count)s document is being read again.", "%(count)s documents are being read again.", retried.queued)
        % {"count": number_format(retried.queued, force_grouping=True)},
    )
    if retried.left:
        text = ngettext(
            "%(count)s more failed for the same reason; press the button again for it.",
            "%(count)s more failed for the same reason; press the button again for them.",
            retried.left,
        )
        messages.info(request, text % {"count": number_format(retried.left, force_grouping=True)})
    return redirect("documents:ingestion")
