"""Letting another generation answer, in one transaction; going back is the same with the one before."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents import audit, generations
from documents.audit import Event
from documents.embedding.embedders import confirm_fingerprint
from documents.failure_codes import IndexingFailure
from documents.failures import explain
from documents.models import Collection, Generation, IndexJob
from documents.releases import building, indexes, standing
from documents.releases.enlisting import enlist
from documents.releases.errors import ReleaseError

if TYPE_CHECKING:
    from documents.models.collection import type_Reader


def activate(generation: Generation, by: "type_Reader | None", event: Event = Event.ACTIVATED) -> None:
    """Make it the one that answers. Raises ReleaseError with the reason that `obstacle` tells.

    Searches that have begun end in the generation that they began in. Whether it is worse than the active one is
    asked before, and then `event` says so: see search.gate.
    """
    enlist(generation)
    _refuse(generation)
    if generation.activated_at is None:
        _try_model(generation)
    with transaction.atomic():
        before = _locked(generation)
        _refuse(generation)
        generations.activate(generation)
        standing.follow(generation)
        audit.record(event, by, generation=generation.pk, model=generation.model.name, before=before and before.pk)


def obstacle(generation: Generation) -> str:
    """Why it cannot be activated now, as a translated sentence with what to do; "" if it can.

    One that has answered before is held up by no document that is missing: going back is always possible.
    """
    generation.refresh_from_db()
    if generation.state == Generation.State.ACTIVE:
        return _("This generation answers already.")
    if generation.state != Generation.State.READY:
        return _("Only a generation that is ready can answer. Wait until all of its documents are in.")
    if indexes.missing(generation):
        return _("Its search indexes are not complete. They are built again within a minute; try again then.")
    return "" if generation.activated_at else _missing(generation)


def _missing(generation: Generation) -> str:
    """What can be found now and could not be found any more."""
    searchable = generation.jobs.unfinished().filter(
        document__jobs__generation__state=Generation.State.ACTIVE, document__jobs__state=IndexJob.State.DONE
    )
    if count := searchable.count():
        return ngettext(
            "%(count)s document is still on its way into this generation. Try again when it has come in.",
            "%(count)s documents are still on their way into this generation. Try again when they have come in.",
            count,
        ) % {"count": number_format(count, force_grouping=True)}
    if count := building.failures(generation).count():
        return ngettext(
            "%(count)s document could not be entered into this generation. Retry it, or accept that it is missing.",
            "%(count)s documents could not be entered into this generation. Retry them, or accept that they are"
            " missing.",
            count,
        ) % {"count": number_format(count, force_grouping=True)}
    return ""


def _refuse(generation: Generation) -> None:
    if reason := obstacle(generation):
        raise ReleaseError(reason)


def _try_model(generation: Generation) -> None:
    """Its model is loaded before the first question comes, or it is known that it cannot be."""
    try:
        confirm_fingerprint(generation.model)
    except IndexingFailure as failure:
        words = explain(failure.code)
        raise ReleaseError(f"{words.title}. {words.reason} {words.next_step}") from failure


def _locked(chosen: Generation) -> Generation | None:
    """Wait for documents that are entering or leaving, and let others wait; returns the generation that answers now.

    Whoever writes into a generation has locked a collection before.
    """
    list(Collection.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    # One that is being built may be locked for minutes, and is not changed here.
    concerned = Generation.objects.filter(Q(pk=chosen.pk) | Q(state=Generation.State.ACTIVE))
    rows = list(concerned.select_for_update(no_key=True).order_by("pk"))
    return next((row for row in rows if row.state == Generation.State.ACTIVE), None)
