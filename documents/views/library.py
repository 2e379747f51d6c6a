"""The list of a collection's documents, and what changes it: upload, retry, delete."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import audit, ingestion
from documents.audit import Event
from documents.failures import FailureCode, explain
from documents.forms import LibraryForm, UploadForm
from documents.library import library_of
from documents.models import Collection, Document
from documents.uploads import Outcome, accept_each
from documents.views.requests import PersonRequest


@require_safe
def collection_detail(request: PersonRequest, collection_id: int) -> HttpResponse:
    collection = get_object_or_404(Collection.objects.visible_to(request.user), pk=collection_id)
    form = LibraryForm(request.GET)
    context = {
        "collection": collection,
        "library": library_of(collection, form.wish(), request.user),
        "form": form,
        "may_edit": _may_edit(request, collection),
        "upload_form": UploadForm(),
        "upload_max_bytes": settings.UPLOAD_MAX_BYTES,
        "too_large": explain(FailureCode.TOO_LARGE),
    }
    template = "documents/_library.html" if request.htmx else "documents/collection_detail.html"
    return render(request, template, context)


@require_POST
def document_upload(request: PersonRequest, collection_id: int) -> HttpResponse:
    collection = get_object_or_404(Collection.objects.visible_to(request.user), pk=collection_id)
    if not _may_edit(request, collection):
        raise PermissionDenied
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(collection)
    outcomes = accept_each(form.cleaned_data["uploads"], collection, request.user, **form.days())
    for outcome in outcomes:
        if outcome.is_accepted and outcome.document:
            audit.record(
                Event.DOCUMENT_UPLOADED, request.user, document=outcome.document.pk, title=outcome.document.title
            )
    if request.accepts("text/html"):
        return _shown(request, collection, outcomes)
    return JsonResponse({"files": [_as_json(outcome) for outcome in outcomes]})


@require_POST
def document_retry(request: PersonRequest, document_id: int) -> HttpResponse:
    document = to_change(request, document_id)
    ingestion.retry(document)
    messages.success(request, _("“%(title)s” is being read again.") % {"title": document.title})
    return redirect(document)


@require_http_methods(["GET", "POST"])
def document_delete(request: PersonRequest, document_id: int) -> HttpResponse:
    document = to_change(request, document_id)
    if request.method == "POST":
        with transaction.atomic():
            audit.record(Event.DOCUMENT_DELETED, request.user, document=document.pk, title=document.title)
            ingestion.delete(document)
        messages.success(request, _("“%(title)s” has been deleted.") % {"title": document.title})
        return redirect(document.collection)
    members = Document.objects.below(document).count()
    return render(request, "documents/document_delete.html", {"document": document, "member_count": members})


def to_change(request: PersonRequest, document_id: int) -> Document:
    visible = Document.objects.visible_to(request.user).select_related("collection")
    document = get_object_or_404(visible, pk=document_id)
    if not _may_edit(request, document.collection):
        raise PermissionDenied
    return document


def _may_edit(request: PersonRequest, collection: Collection) -> bool:
    return Collection.objects.writable_by(request.user).filter(pk=collection.pk).exists()


def _shown(request: HttpRequest, collection: Collection, outcomes: list[Outcome]) -> HttpResponse:
    accepted = sum(outcome.is_accepted for outcome in outcomes)
    if accepted < len(outcomes) or any(outcome.version_of for outcome in outcomes):
        return render(request, "documents/upload_results.html", {"collection": collection, "outcomes": outcomes})
    messages.success(
        request,
        ngettext("%(count)s file has been received.", "%(count)s files have been received.", accepted)
        % {"count": accepted},
    )
    return redirect(collection)


def _as_json(outcome: Outcome) -> dict[str, str | bool]:
    return {
        "name": outcome.file_name,
        "accepted": outcome.is_accepted,
        "url": outcome.document.get_absolute_url() if outcome.document else "",
        "title": outcome.title,
        "reason": outcome.reason,
        "next_step": outcome.next_step,
        "offer": outcome.offer,
        "offer_url": outcome.offer_url,
    }
