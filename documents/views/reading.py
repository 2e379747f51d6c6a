"""The page of one document: its state, its facts, and a page of its text with the passages drawn over it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from documents import effective, notes, places, versions
from documents.forms import PlaceForm, ReplaceForm
from documents.library import active_job, members_of, rows_of, with_active_job
from documents.models import Collection, Document, Page
from documents.near_duplicates import shelves_of
from documents.reading import Leaf, leaf, outline
from documents.views.passages import tell_of_quote
from documents.views.requests import PersonRequest


@require_safe
def document_detail(request: PersonRequest, document_id: int) -> HttpResponse:
    visible = Document.objects.visible_to(request.user)
    related = visible.select_related("collection", "uploaded_by", "superseded_by", "parent", "near_duplicate_of")
    document = get_object_or_404(with_active_job(related), pk=document_id)
    context: dict[str, Any] = {
        "document": document,
        "row": rows_of([document], shelves_of(request.user))[0],
        "may_edit": Collection.objects.writable_by(request.user).filter(pk=document.collection_id).exists(),
    }
    if request.htmx:
        return _status(request, context, document)
    tell_of_quote(request, document, PlaceForm(request.GET).place())
    job = active_job(document)
    context |= {
        "notes": [notes.explain(note) for note in document.notes],
        "error_detail": job.error_detail if job and request.user.is_staff else "",
        "leaf": _leaf(document, PlaceForm(request.GET)),
        "outline": outline(document),
        "unit": places.unit_of(document.media_type),
        "period": effective.period(document.effective_from, document.effective_until),
        "outdated": effective.outdated_because(document, effective.today()),
        "versions": _versions(document),
        "replace_form": ReplaceForm(),
        "members": members_of(document),
    }
    return render(request, "documents/document_detail.html", context)


def _status(request: PersonRequest, context: dict[str, Any], document: Document) -> HttpResponse:
    """What the page asks for while the document is on its way; then it loads itself anew."""
    response = render(request, "documents/_status.html", context)
    if not document.is_in_progress:
        response["HX-Refresh"] = "true"
    return response


def _versions(document: Document) -> list[Document]:
    """The history, if there is one."""
    found = versions.history(document)
    return found if len(found) > 1 else []


def _leaf(document: Document, form: PlaceForm) -> Leaf | None:
    place = form.place()
    pages = Page.objects.filter(document=document)
    if place.marked:
        page = pages.filter(offset__lte=place.marked.start).order_by("-number").first()
    else:
        page = pages.filter(number=place.page).first()
    page = page or pages.order_by("number").first()
    return leaf(document, page, part=place.part, marked=place.marked) if page else None
