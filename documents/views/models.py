"""The catalogue of embedding models: list, add, change, delete, try. Only staff know that it exists."""

from django.contrib import messages
from django.db import transaction
from django.db.models import ProtectedError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import audit, withdrawal
from documents.audit import Event
from documents.embedding.trying import try_out
from documents.model_cards import card_of, catalogue, facts_may_change, may_be_deleted
from documents.model_forms import (
    ContractForm,
    EndpointForm,
    FolderChoice,
    FolderForm,
    LastDayForm,
    facts_of_folder,
    folders_to_add,
)
from documents.models import EmbeddingModel
from documents.views.requests import PersonRequest
from documents.views.staff import staff_only


@require_safe
@staff_only
def model_list(request: PersonRequest) -> HttpResponse:
    return render(request, "documents/models.html", {"catalogue": catalogue(), "retiring": withdrawal.retiring()})


@require_http_methods(["GET", "POST"])
@staff_only
def model_add_endpoint(request: PersonRequest) -> HttpResponse:
    form = EndpointForm(request.POST or None, initial={"licence": EmbeddingModel.Licence.PROPRIETARY})
    if form.is_valid():
        return _added(request, form)
    return render(request, "documents/model_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
@staff_only
def model_add_folder(request: PersonRequest) -> HttpResponse:
    """Without a folder in the address it is asked for; with one, what it says of itself is shown to be completed."""
    choice = FolderChoice(request.GET or None)
    if not choice.is_valid():
        return render(request, "documents/model_folder.html", {"choice": choice, "folders": folders_to_add()})
    row = facts_of_folder(choice.cleaned_data["folder"])
    form = FolderForm(request.POST or None, instance=row)
    if form.is_valid():
        return _added(request, form)
    return render(request, "documents/model_form.html", {"form": form, "folder": row.name})


@require_http_methods(["GET", "POST"])
@staff_only
def model_edit(request: PersonRequest, model_id: int) -> HttpResponse:
    model = get_object_or_404(EmbeddingModel, pk=model_id)
    form = _form_for(model)(request.POST or None, instance=model)
    if form.is_valid():
        with transaction.atomic():
            form.save()
            audit.record(Event.MODEL_CHANGED, request.user, model=model.name, fields=sorted(form.changed_data))
        messages.success(request, _("The model has been saved."))
        return redirect("documents:model_list")
    stored = EmbeddingModel.objects.get(pk=model_id)
    return render(request, "documents/model_form.html", {"form": form, "card": card_of(stored)})


@require_http_methods(["GET", "POST"])
@staff_only
def model_delete(request: PersonRequest, model_id: int) -> HttpResponse:
    model = get_object_or_404(EmbeddingModel, pk=model_id)
    if not may_be_deleted(model):
        raise Http404
    if request.method == "GET":
        return render(request, "documents/model_delete.html", {"model": model})
    try:
        with transaction.atomic():
            model.delete()
            audit.record(Event.MODEL_REMOVED, request.user, model=model.name)
    except ProtectedError:
        messages.error(request, _("An index was begun with this model just now, so it stays."))
    return redirect("documents:model_list")


@require_POST
@staff_only
def model_try(request: PersonRequest, model_id: int) -> HttpResponse:
    """A model that works again is no longer withdrawn."""
    model = get_object_or_404(EmbeddingModel, pk=model_id)
    trial = try_out(model)
    if not trial.failure and model.withdrawn_at:
        _restored(request, model)
    model.refresh_from_db()
    template = "documents/_model_trial.html" if request.htmx else "documents/model_trial.html"
    return render(request, template, {"trial": trial, "card": card_of(model)})


def _added(request: PersonRequest, form: EndpointForm | FolderForm) -> HttpResponse:
    with transaction.atomic():
        model = form.save()
        audit.record(Event.MODEL_ADDED, request.user, model=model.name)
    messages.success(request, _("%(name)s is in the catalogue. Try it before you build an index.") % {"name": model})
    return redirect("documents:model_list")


def _form_for(model: EmbeddingModel) -> type[EndpointForm | FolderForm | ContractForm | LastDayForm]:
    if facts_may_change(model):
        return EndpointForm if model.is_endpoint else FolderForm
    return ContractForm if model.is_endpoint else LastDayForm


def _restored(request: PersonRequest, model: EmbeddingModel) -> None:
    count = withdrawal.restore(model)
    messages.success(
        request,
        ngettext(
            "%(name)s answers again. The vectors of %(count)s document are computed now.",
            "%(name)s answers again. The vectors of %(count)s documents are computed now.",
            count,
        )
        % {"name": model, "count": number_format(count, force_grouping=True)},
    )
