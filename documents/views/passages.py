"""Where a passage stands: as boxes on a page's picture, or as marked text for files that have no pages."""

import logging
from dataclasses import asdict
from pathlib import Path

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from documents import audit, viewer
from documents.audit import Event
from documents.failure_codes import IndexingFailure
from documents.forms import Place, PlaceForm
from documents.models import Document, Page
from documents.overlap import Span
from documents.pages import body_span, page_at
from documents.reading import surroundings
from documents.views.requests import PersonRequest

logger = logging.getLogger(__name__)


@require_safe
def page_highlight(request: PersonRequest, document_id: int) -> HttpResponse:
    document, marked = _asked_for(request, document_id)
    if not document.is_pdf:
        raise Http404
    page = page_at(document.pk, marked.start)
    return JsonResponse({"page": page.number, "boxes": [asdict(box) for box in _boxes(document, page, marked)]})


@require_safe
def passage(request: PersonRequest, document_id: int) -> HttpResponse:
    document, marked = _asked_for(request, document_id)
    segments = surroundings(document.pk, marked)
    return render(request, "documents/_passage.html", {"document": document, "segments": segments})


def _boxes(document: Document, page: Page, marked: Span) -> list[viewer.Box]:
    """Without boxes the page is still worth showing."""
    low, high = body_span(page)
    start = max(marked.start - page.offset, low)
    end = min(marked.end - page.offset, high)
    if page.method == Page.Method.OCR or start >= end:
        return []
    try:
        return viewer.highlight_boxes(Path(document.file.path), page.number, start, end)
    except IndexingFailure as failure:
        logger.warning("no boxes on page %s of document %s: %s", page.number, document.pk, failure.code)
        return []


def _asked_for(request: PersonRequest, document_id: int) -> tuple[Document, Span]:
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=document_id)
    place = PlaceForm(request.GET).place()
    if place.marked is None or not Page.objects.filter(document=document).exists():
        raise Http404
    tell_of_quote(request, document, place)
    return document, place.marked


def tell_of_quote(request: PersonRequest, document: Document, place: Place) -> None:
    """Whoever comes from an answer has read the document's words through it."""
    if place.answer and place.marked:
        start, end = place.marked.start, place.marked.end
        audit.record(Event.QUOTE_READ, request.user, document=document.pk, answer=place.answer, start=start, end=end)
