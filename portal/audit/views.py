"""The page that tells who did what, for staff."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from documents import audit
from documents.audit import Event
from documents.views.requests import PersonRequest
from documents.views.staff import staff_only
from portal.audit import trail
from portal.audit.forms import TrailForm

PAGE_SIZE = 50


@require_safe
@staff_only
def audit_trail(request: PersonRequest) -> HttpResponse:
    form = TrailForm(request.GET)
    page = Paginator(trail.events(form.wish()), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(row, trail.label(row.event), trail.told(row.details)) for row in page]
    return render(request, "portal/audit.html", {"form": form, "page": page, "rows": rows, "days": settings.AUDIT_DAYS})


@require_safe
@staff_only
def audit_export(request: PersonRequest) -> HttpResponseBase:
    audit.record(Event.EXPORTED, request.user, what="audit")
    pieces = trail.as_csv(TrailForm(request.GET).wish(), get_language() or "")
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8", headers=headers)
