"""Pages of the shelves: list, create, edit, delete. Only staff change shelves."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from documents import audit, ingestion, relearning
from documents.audit import Event
from documents.forms import CollectionForm
from documents.library import shelves
from documents.models import Collection, Document
from documents.views.requests import PersonRequest


@require_safe
def collection_list(request: PersonRequest) -> HttpResponse:
    writable = Collection.objects.writable_by(request.user)
    return render(
        request,
        "documents/collection_list.html",
        {
            "collections": shelves(Collection.objects.visible_to(request.user)),
            "writable_ids": set(writable.values_list("pk", flat=True)),
        },
    )


@require_http_methods(["GET", "POST"])
def collection_create(request: PersonRequest) -> HttpResponse:
    _require_staff(request)
    form = CollectionForm(request.POST or None)
    if form.is_valid():
        with transaction.atomic():
            collection = form.save()
            _tell(Event.COLLECTION_ADDED, request, collection)
        return redirect(collection)
    return render(request, "documents/collection_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def collection_edit(request: PersonRequest, collection_id: int) -> HttpResponse:
    collection = _own_to_change(request, collection_id)
    form = CollectionForm(request.POST or None, instance=collection)
    if form.is_valid():
        messages.success(request, _("The collection has been saved."))
        return redirect(_saved(form, request))
    # The form has written into its instance; the page names the collection as it is stored.
    stored = Collection.objects.get(pk=collection_id)
    return render(request, "documents/collection_form.html", {"form": form, "collection": stored})


def _saved(form: CollectionForm, request: PersonRequest) -> Collection:
    """Save the collection; its documents are indexed again if its own words are others than before."""
    with transaction.atomic():
        collection: Collection = form.save()
        if form.teaches_other_words():
            relearning.relearn(collection)
        _tell(Event.COLLECTION_CHANGED, request, collection)
    return collection


def _tell(event: Event, request: PersonRequest, collection: Collection) -> None:
    audit.record(event, request.user, collection=collection.pk, name=collection.name)


@require_http_methods(["GET", "POST"])
def collection_delete(request: PersonRequest, collection_id: int) -> HttpResponse:
    collection = _own_to_change(request, collection_id)
    documents = Document.objects.filter(collection=collection)
    if request.method == "POST":
        with transaction.atomic():
            for document in documents:
                ingestion.delete(document)
            _tell(Event.COLLECTION_DELETED, request, collection)
            collection.delete()
        messages.success(request, _("“%(name)s” has been deleted.") % {"name": collection.name})
        return redirect("documents:collection_list")
    return render(
        request,
        "documents/collection_delete.html",
        {"collection": collection, "document_count": documents.count()},
    )


def _own_to_change(request: PersonRequest, collection_id: int) -> Collection:
    collection = get_object_or_404(Collection.objects.visible_to(request.user), pk=collection_id)
    _require_staff(request)
    return collection


def _require_staff(request: PersonRequest) -> None:
    if not request.user.is_staff:
        raise PermissionDenied
