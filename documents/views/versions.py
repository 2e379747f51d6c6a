"""What editors do about versions of a document, its days and its near-duplicates."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from documents import audit, ingestion, replacement
from documents.audit import Event
from documents.failures import explain
from documents.forms import EffectForm, ReplaceForm
from documents.models import Document
from documents.views.library import to_change
from documents.views.requests import PersonRequest


@require_http_methods(["GET", "POST"])
def document_replace(request: PersonRequest, document_id: int) -> HttpResponse:
    document = to_change(request, document_id)
    form = ReplaceForm(request.POST, request.FILES) if request.method == "POST" else ReplaceForm()
    if form.is_valid():
        try:
            new = ingestion.accept(
                form.cleaned_data["upload"],
                collection=document.collection,
                uploaded_by=request.user,
                replaces=document,
                **form.days(),
            )
        except ingestion.Rejected as refusal:
            words = explain(refusal.code)
            form.add_error("upload", f"{words.title}. {words.reason} {words.next_step}")
        else:
            said = _("The new version has been received. The old one is searched until the new one has been read.")
            audit.record(Event.DOCUMENT_REPLACED, request.user, document=new.pk, replaces=document.pk, title=new.title)
            messages.success(request, said)
            return redirect(new)
    return render(request, "documents/document_replace.html", {"document": document, "form": form})


@require_http_methods(["GET", "POST"])
def document_days(request: PersonRequest, document_id: int) -> HttpResponse:
    document = to_change(request, document_id)
    stored = {"effective_from": document.effective_from, "effective_until": document.effective_until}
    form = EffectForm(request.POST if request.method == "POST" else None, initial=stored)
    if form.is_valid():
        with transaction.atomic():
            Document.objects.below(document).filter(**stored).update(**form.days())
            Document.objects.filter(pk=document.pk).update(**form.days())
            start, end = (str(day or "") for day in form.days().values())
            about = {"document": document.pk, "title": document.title}
            audit.record(Event.DOCUMENT_DAYS_CHANGED, request.user, **about, start=start, end=end)
        messages.success(request, _("The days have been saved."))
        return redirect(document)
    return render(request, "documents/document_days.html", {"document": document, "form": form})


@require_POST
def document_restore(request: PersonRequest, document_id: int) -> HttpResponse:
    document = to_change(request, document_id)
    try:
        replacement.restore(document)
    except ingestion.Rejected as refusal:
        words = explain(refusal.code)
        messages.error(request, f"{words.title}. {words.reason} {words.next_step}")
    else:
        audit.record(Event.DOCUMENT_RESTORED, request.user, document=document.pk, title=document.title)
        said = _("“%(title)s” becomes the current version again as soon as its passages are back in the index.")
        messages.success(request, said % {"title": document.title})
    return redirect(document)


@require_POST
def document_make_version(request: PersonRequest, document_id: int, older_id: int) -> HttpResponse:
    document = to_change(request, document_id)
    older = get_object_or_404(Document.objects.filter(collection=document.collection_id), pk=older_id)
    try:
        replacement.make_version(document, older)
    except replacement.NotPossible:
        said = _("This cannot be done any more: one of the two has been replaced or deleted meanwhile.")
        messages.error(request, said)
    else:
        about = {"document": document.pk, "title": document.title}
        audit.record(Event.DOCUMENT_REPLACED, request.user, **about, replaces=older.pk)
        said = _("“%(title)s” is now a new version of “%(older)s”.")
        messages.success(request, said % {"title": document.file_name, "older": older.file_name})
    return redirect(document)


@require_POST
def document_keep_both(request: PersonRequest, document_id: int) -> HttpResponse:
    document = to_change(request, document_id)
    replacement.keep_both(document)
    messages.success(request, _("Both documents are kept."))
    return redirect(document)
