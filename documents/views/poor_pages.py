"""The list of pages that were read badly, for staff."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from documents.forms import PoorPagesForm
from documents.models import Collection
from documents.poor_pages import poor_pages
from documents.views.requests import PersonRequest


@require_safe
def poor_page_list(request: PersonRequest) -> HttpResponse:
    if not request.user.is_staff:
        raise PermissionDenied
    form = PoorPagesForm(request.GET, Collection.objects.writable_by(request.user).order_by("name"))
    found = poor_pages(request.user, *form.chosen())
    return render(request, "documents/poor_pages.html", {"form": form, "rows": found.rows, "page": found.page})
