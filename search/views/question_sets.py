"""The question sets, for staff: what is asked when searching is measured, and how it came and went."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents import audit
from documents.audit import Event
from documents.views.requests import PersonRequest
from documents.views.staff import staff_only
from search import question_sets
from search.models import Question, QuestionSet
from search.questions import exporting, listing

PAGE_SIZE = 50
CHANGES_PAGE_SIZE = 100


@require_safe
@staff_only
def question_list(request: PersonRequest) -> HttpResponse:
    sets = list(listing.sets())
    chosen = next((one for one in sets if str(one.pk) == request.GET.get("set")), _first(sets))
    context: dict[str, object] = {"sets": sets, "chosen": chosen}
    if chosen is not None:
        wanted = listing.wanted_in(request.GET.dict())
        page = Paginator(listing.questions(chosen, wanted), PAGE_SIZE).get_page(request.GET.get("page"))
        context |= {"page": page, "rows": listing.shown(page, request.user), "wanted": wanted}
        context["filters"] = listing.counts(chosen, wanted)
    return render(request, "search/question_sets.html", context)


def _first(sets: list[QuestionSet]) -> QuestionSet | None:
    """The first that has questions; a set can be drafts alone."""
    return next((one for one in sets if getattr(one, "size", 0)), sets[0] if sets else None)


@require_POST
@staff_only
def question_delete(request: PersonRequest, question_id: int) -> HttpResponse:
    question = get_object_or_404(Question, pk=question_id)
    question_sets.remove(question, request.user)
    messages.success(request, _("The question is no longer in the set."))
    return redirect(f"{reverse('search:question_list')}?set={question.question_set_id}")


@require_safe
@staff_only
def question_changes(request: PersonRequest, set_id: int) -> HttpResponse:
    home = get_object_or_404(QuestionSet, pk=set_id)
    page = Paginator(listing.history(home), CHANGES_PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "search/question_changes.html", {"home": home, "page": page})


@require_safe
@staff_only
def question_export(request: PersonRequest, set_id: int, layout: str) -> HttpResponse:
    home = get_object_or_404(QuestionSet, pk=set_id)
    audit.record(Event.EXPORTED, request.user, what="questions", name=home.name)
    name = f"{slugify(home.name, allow_unicode=True) or 'questions'}-{home.version}"
    if layout == "beir":
        content, kind, suffix = exporting.as_beir(home, request.user), "application/zip", "zip"
    else:
        content, kind, suffix = "".join(exporting.as_csv(home, request.user)).encode(), "text/csv; charset=utf-8", "csv"
    disposition = content_disposition_header(True, f"{name}.{suffix}") or "attachment"
    return HttpResponse(content, headers={"Content-Disposition": disposition, "Content-Type": kind})
