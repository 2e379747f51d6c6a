"""Documents related to one, and its copies: a page of its own, and the fragment that the document's page loads."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from documents.models import Document
from documents.views.requests import PersonRequest
from search.related import related_in
from search.resemblance import resemblances
from search.scope import scope_for


@require_safe
def related(request: PersonRequest, document_id: int) -> HttpResponse:
    visible = Document.objects.visible_to(request.user).select_related("collection")
    document = get_object_or_404(visible, pk=document_id)
    scope = scope_for(request.user)
    found = related_in(scope, document)
    context = {"document": document, "related": found, "resemblances": resemblances(document, found.kin, scope)}
    template = "search/_related.html" if request.htmx else "search/related.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
