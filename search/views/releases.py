"""The pages on which staff choose another embedding model, see what that would take, and begin it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents.models import EmbeddingModel, PlannedRelease
from documents.releases import planning
from documents.releases.errors import ReleaseError
from documents.sent_keys import key_of
from documents.views.requests import PersonRequest
from documents.views.staff import staff_only
from search.foretold import Foretold
from search.forms import LANGUAGES
from search.release_forms import ReleaseForm
from search.release_rows import being_built, overview, way_back


@require_safe
@staff_only
def release_list(request: PersonRequest) -> HttpResponse:
    template = "search/releases/_list.html" if request.htmx else "search/releases/list.html"
    return render(request, template, {"releases": overview(), "before": way_back()})


@staff_only
def release_new(request: PersonRequest) -> HttpResponse:
    """Choose a model, then how documents are cut and vectors kept; the answer is a forecast."""
    models = EmbeddingModel.objects.order_by("name").filter(withdrawn_at=None)
    chosen = key_of(request.GET.get("model", ""))
    model = get_object_or_404(models, pk=chosen) if chosen is not None else None
    form = ReleaseForm(model, request.POST or None) if model else None
    if request.method == "POST" and form and form.is_valid():
        planned = planning.ask(form.plan, request.user)
        return redirect("search:release_forecast", planned.pk)
    languages = [LANGUAGES.get(code, code) for code in model.languages] if model else []
    page = {"models": models, "model": model, "languages": languages, "form": form, "building": being_built()}
    return render(request, "search/releases/new.html", page)


@require_safe
@staff_only
def release_forecast(request: PersonRequest, planned_id: int) -> HttpResponse:
    planned = _planned(planned_id)
    template = "search/releases/_forecast.html" if request.htmx else "search/releases/forecast.html"
    return render(request, template, {"planned": planned, "told": Foretold.of(planned), "building": being_built()})


@require_POST
@staff_only
def release_forecast_again(request: PersonRequest, planned_id: int) -> HttpResponse:
    planning.ask_again(_planned(planned_id))
    return redirect("search:release_forecast", planned_id)


@require_POST
@staff_only
def release_begin(request: PersonRequest, planned_id: int) -> HttpResponse:
    try:
        generation = planning.begin(_planned(planned_id), request.user)
    except ReleaseError as error:
        messages.error(request, str(error))
        return redirect("search:release_forecast", planned_id)
    messages.success(request, _("The release has begun. Search goes on with the index that answers now."))
    return redirect("search:release", generation.pk)


@require_safe
@staff_only
def release_notice(request: PersonRequest) -> HttpResponse:
    """What every page of staff says while a release is being built, and for a while after a change."""
    return render(request, "search/releases/_notice.html", {"building": being_built(), "before": way_back()})


def _planned(planned_id: int) -> PlannedRelease:
    return get_object_or_404(PlannedRelease.objects.select_related("model", "generation", "asked_by"), pk=planned_id)
