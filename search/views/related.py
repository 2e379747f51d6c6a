"""Documents related to one, and its copies: a page of its own, and the fragment that the document's page loads."""

import logging

from django.db import DatabaseError, InterfaceError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from documents.models import Document
from documents.views.requests import PersonRequest
from search.related import Related, related_in
from search.resemblance import resemblances
from search.scope import Scope, scope_for

logger = logging.getLogger(__name__)


@require_safe
def related(request: PersonRequest, document_id: int) -> HttpResponse:
    visible = Document.objects.visible_to(request.user).select_related("collection")
    document = get_object_or_404(visible, pk=document_id)
    scope = scope_for(request.user)
    found = _found(scope, document)
    context = {"document": document, "related": found, "resemblances": resemblances(document, found.kin, scope)}
    template = "search/_related.html" if request.htmx else "search/related.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _found(scope: Scope, document: Document) -> Related:
    """The page of a document is not lost because the search for others took too long."""
    try:
        return related_in(scope, document)
    except (DatabaseError, InterfaceError):
        logger.exception("documents related to %s", document.pk)
        return Related(is_failed=True)
