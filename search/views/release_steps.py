"""One release, for staff: how far it is, what stands against it, letting it answer, going back, dropping it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from documents.models import Generation
from documents.releases import activation, building
from documents.releases.errors import ReleaseError
from documents.views.requests import PersonRequest
from documents.views.staff import staff_only
from search import gate
from search.release_rows import Row

if TYPE_CHECKING:
    from documents.models.collection import type_Reader


@require_safe
@staff_only
def release(request: PersonRequest, generation_id: int) -> HttpResponse:
    template = "search/releases/_release.html" if request.htmx else "search/releases/release.html"
    return render(request, template, {"row": Row(_generation(generation_id))})


@require_POST
@staff_only
def release_step(request: PersonRequest, generation_id: int, step: str) -> HttpResponse:
    """Pause, resume, cancel, decide about failures, drop: whoever comes second is told that it is done already."""
    if step not in _STEPS:
        raise Http404
    generation = _generation(generation_id)
    try:
        messages.success(request, _STEPS[step](generation, request.user))
    except ReleaseError as error:
        messages.error(request, str(error))
    return redirect("search:release", generation.pk)


@staff_only
def release_activate(request: PersonRequest, generation_id: int) -> HttpResponse:
    """The gate: what changing over would mean, and the change. Going back comes here too and needs no second word."""
    row = Row(_generation(generation_id))
    if request.method != "POST":
        return _gate(request, row)
    try:
        gate.activate(row.generation, request.user, request.POST.get("confirmation", "").strip())
    except ReleaseError as error:
        row = Row(_generation(generation_id))
        # Whoever clicks twice, or second, has what they wanted.
        if row.generation.state == Generation.State.ACTIVE:
            return redirect("search:release_list")
        messages.error(request, str(error))
        return _gate(request, row)
    messages.success(
        request,
        _("%(model)s answers from now on. The one before stays ready: you can go back at any time.")
        % {"model": row.generation.model.name},
    )
    return redirect("search:release_list")


def _gate(request: PersonRequest, row: Row) -> HttpResponse:
    if row.generation.state != Generation.State.READY:
        return redirect("search:release", row.generation.pk)
    active = Row(Generation.objects.active())
    page = {
        "row": row,
        "active": active,
        "sides": [active, row],
        "obstacle": activation.obstacle(row.generation),
        "needs_word": gate.needs_confirmation(row.generation),
    }
    return render(request, "search/releases/gate.html", page)


def _generation(generation_id: int) -> Generation:
    found = Generation.objects.filter(is_scratch=False).select_related("model", "created_by", "failures_accepted_by")
    return get_object_or_404(found, pk=generation_id)


def _pause(generation: Generation, by: "type_Reader") -> str:
    building.pause(generation, by)
    return _("The release is paused. Documents that a worker has in hand are finished.")


def _resume(generation: Generation, by: "type_Reader") -> str:
    building.resume(generation, by)
    return _("The release goes on.")


def _cancel(generation: Generation, by: "type_Reader") -> str:
    building.cancel(generation, by)
    return _("The release was cancelled, and what it had built is removed. Search is as it was.")


def _accept(generation: Generation, by: "type_Reader") -> str:
    building.accept_failures(generation, by)
    return _("The release goes on without these documents. Who decided it is recorded.")


def _retry(generation: Generation, by: "type_Reader") -> str:
    count = building.retry_failures(generation)
    text = ngettext("%(count)s document is tried again.", "%(count)s documents are tried again.", count)
    return text % {"count": number_format(count, force_grouping=True)}


def _retire(generation: Generation, by: "type_Reader") -> str:
    building.retire(generation, by)
    return _("The index of this release is dropped, and its disk space free again.")


_STEPS: "dict[str, Callable[[Generation, type_Reader], str]]" = {
    "pause": _pause,
    "resume": _resume,
    "cancel": _cancel,
    "accept": _accept,
    "retry": _retry,
    "retire": _retire,
}
