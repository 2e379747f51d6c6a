"""The search page: one address for the page and for the fragment that htmx puts in its place."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from documents import effective
from documents.models import Collection, Document
from documents.views.requests import PersonRequest
from search.examples import examples
from search.facets import orders
from search.forms import SearchForm
from search.results import results_of
from search.retrieval import SearchFailed

RECENT = 3
# Of these the ones in the language of the page lend their words to the examples.
LOOKED_AT = 24


@require_safe
def results(request: PersonRequest) -> HttpResponse:
    form = SearchForm(request.GET, Collection.objects.visible_to(request.user))
    wish = form.wish()
    context: dict[str, Any] = {"form": form, "wish": wish}
    if wish.q.strip():
        try:
            context |= {"found": results_of(wish, request.user), "orders": orders(wish)}
        except SearchFailed:
            context["failed"] = True
    else:
        recent = list(_recent(request))
        readable = sorted(recent, key=lambda document: document.language != get_language())
        context |= {"recent": recent[:RECENT], "examples": examples(readable, effective.today())}
    is_fragment = request.htmx and not request.htmx.history_restore_request
    # htmx shows no fragment of an error.
    status = 503 if "failed" in context and not is_fragment else 200
    template = "search/_found.html" if is_fragment else "search/results.html"
    response = render(request, template, context, status=status)
    # The browser must not take a fragment that it has kept for the page of the same address.
    patch_vary_headers(response, ["HX-Request"])
    return response


def _recent(request: PersonRequest) -> "QuerySet[Document]":
    searchable = Document.objects.visible_to(request.user).filter(state=Document.State.READY)
    return searchable.select_related("collection").defer("sketch", "notes")[:LOOKED_AT]
