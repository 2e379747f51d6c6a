"""The page on which staff see how far the model is trusted. Only staff know that it exists."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents.models import Generation
from documents.views.requests import PersonRequest
from documents.views.staff import staff_only
from search.calibration import ask_for
from search.trust_report import report_of


@require_safe
@staff_only
def trust(request: PersonRequest) -> HttpResponse:
    report = report_of(Generation.objects.active(), request.user)
    template = "search/_trust.html" if request.htmx else "search/trust.html"
    return render(request, template, {"report": report})


@require_POST
@staff_only
def trust_measure(request: PersonRequest) -> HttpResponse:
    generation = Generation.objects.active()
    if generation.chunk_count:
        ask_for(generation)
        messages.success(request, _("The model is being measured again. This takes a minute or two."))
    return redirect("search:trust")
