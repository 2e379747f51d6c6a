"""Embedding models explained to those who choose one, with the figures and a sentence of their own library."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from documents.failure_codes import IndexingFailure
from documents.models import Generation
from documents.views.requests import PersonRequest
from documents.views.staff import staff_only
from search import explained, explained_drawing
from search.explained import NEAREST, Example


@require_safe
@staff_only
def models_explained(request: PersonRequest) -> HttpResponse:
    """The example needs the model, so a browser fetches it after the page; with `?example` it comes along."""
    wants_example = request.htmx or "example" in request.GET
    context = _example(request) if wants_example else {}
    if request.htmx:
        return render(request, "search/_explained_example.html", context)
    return render(request, "search/explained.html", {**context, **_figures(), "wants_example": wants_example})


def _figures() -> dict[str, object]:
    try:
        return {"figures": explained.figures_of(Generation.objects.active())}
    except IndexingFailure:
        return {"model_failed": True}


def _example(request: PersonRequest) -> dict[str, object]:
    language = (get_language() or "en")[:2]
    try:
        example = explained.example_of(Generation.objects.active(), request.user, language)
    except IndexingFailure:
        return {"model_failed": True}
    return {"example": example, "drawn": example and _drawn(example)}


def _drawn(example: Example) -> dict[str, object]:
    cosines = [one.cosine for one in (*example.near, *example.far)]
    return {
        "windows": explained_drawing.windows_drawing(example.windows),
        "cells": explained_drawing.cells(example.numbers),
        "points": explained_drawing.around(cosines, NEAREST),
        "half": explained_drawing.HALF,
        "size": 2 * explained_drawing.HALF,
        "cell": explained_drawing.CELL,
        "strip": explained_drawing.CELL * len(example.numbers),
        "shown": len(example.numbers),
    }
