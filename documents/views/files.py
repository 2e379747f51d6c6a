"""Stored files and page pictures, for those who may read the document and no cache but theirs."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.views.decorators.http import require_safe

from documents import audit, viewer
from documents.audit import Event
from documents.failure_codes import IndexingFailure
from documents.media_types import SHOWN_IN_BROWSER, content_type
from documents.models import Document
from documents.views.requests import PersonRequest

logger = logging.getLogger(__name__)

READ_SIZE = 256 * 1024
PICTURE_WIDTH = 1000
# A document never changes under its number; its reader's rights do, hence one hour and not longer.
PICTURE_CACHING = "private, max-age=3600"


@require_safe
def document_file(request: PersonRequest, document_id: int) -> HttpResponseBase:
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=document_id)
    path = Path(document.file.path)
    if not path.is_file():
        raise Http404
    if request.method == "GET":
        audit.record(Event.EXPORTED, request.user, what="file", document=document.pk, title=document.title)
    response = StreamingHttpResponse(_read(path), content_type=content_type(document.media_type))
    is_download = document.media_type not in SHOWN_IN_BROWSER
    disposition = content_disposition_header(is_download, document.file_name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Length"] = path.stat().st_size
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def page_picture(request: PersonRequest, document_id: int, number: int) -> HttpResponseBase:
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=document_id)
    if not document.is_pdf or not 1 <= number <= document.page_count:
        raise Http404
    width = _width(request.GET.get("width", ""))
    etag = quote_etag(f"{document.sha256[:32]}-{number}-{width}")
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(_drawn(document, number, width), content_type="image/png")
    response["ETag"] = etag
    response["Cache-Control"] = PICTURE_CACHING
    return response


def _open(path: Path) -> BinaryIO:
    return path.open("rb")


def _width(asked: str) -> int:
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else PICTURE_WIDTH


def _drawn(document: Document, number: int, width: int) -> bytes:
    try:
        return viewer.page_picture(Path(document.file.path), number, width, settings.PICTURE_CACHE_DIR)
    except IndexingFailure as failure:
        logger.warning("no picture of page %s of document %s: %s", number, document.pk, failure.code)
        raise Http404 from failure


async def _read(path: Path) -> AsyncIterator[bytes]:
    file = await sync_to_async(_open)(path)
    try:
        while block := await sync_to_async(file.read)(READ_SIZE):
            yield block
    finally:
        file.close()
