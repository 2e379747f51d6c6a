"""One question of a set, for staff: written by hand, with the passages that answer it picked from a search."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from documents.sent_keys import key_of
from documents.views.requests import PersonRequest
from documents.views.staff import staff_only
from search import question_sets
from search.models import Judgement, Question, QuestionSet
from search.question_sets import SameWording
from search.questions import writing
from search.questions.writing import Draft
from search.retrieval import SearchFailed


@require_http_methods(["GET", "POST"])
@staff_only
def question_create(request: PersonRequest) -> HttpResponse:
    """Also the same question in another language: `to` names the one that it is parallel to."""
    if request.method == "POST":
        draft = writing.sent(request.POST, request.user)
        problems = _problems(draft) if "save" in request.POST else []
        is_done = "save" in request.POST and not problems
        return _created(request, draft) if is_done else _form(request, draft, problems)
    to = Question.objects.filter(pk=key_of(request.GET.get("to", "")) or 0).first()
    name = to.question_set.name if to else request.GET.get("name", "")
    return _form(request, Draft(set_name=name, parallel_to=str(to.pk) if to else ""), [])


@require_http_methods(["GET", "POST"])
@staff_only
def question_edit(request: PersonRequest, question_id: int) -> HttpResponse:
    """Also how a draft is accepted with other words."""
    question = get_object_or_404(Question.objects.exclude(state=Question.State.REJECTED), pk=question_id)
    if request.method == "GET":
        return _form(request, writing.of(question), [], question)
    draft = writing.sent(request.POST, request.user)
    if "save" not in request.POST:
        return _form(request, draft, [], question)
    if problems := _problems(draft, question):
        return _form(request, draft, problems, question)
    was_draft = question.state == Question.State.DRAFT
    try:
        question_sets.edit(question, writing.asked(draft, question.origin), request.user)
    except SameWording:
        return _form(request, draft, [_("The set has a question of this wording already.")], question)
    messages.success(request, _("The question was saved."))
    name = "search:draft_list" if was_draft else "search:question_list"
    return redirect(f"{reverse(name)}?set={question.question_set_id}")


def _created(request: PersonRequest, draft: Draft) -> HttpResponse:
    to = _parallel(draft)
    name = to.question_set.name if to else draft.set_name
    question = question_sets.add(name, writing.asked(draft, Question.Origin.HAND), request.user)
    if to is not None:
        question_sets.make_parallel(question, to, request.user)
    messages.success(request, _("The question was saved."))
    return redirect(f"{reverse('search:question_list')}?set={question.question_set_id}")


def _problems(draft: Draft, question: Question | None = None) -> list[str]:
    found = []
    if not draft.text.strip():
        found.append(_("Write the question."))
    if not (draft.set_name or question or _parallel(draft)):
        found.append(_("Name the question set."))
    if draft.is_answerable and not draft.judged and not _parallel(draft):
        found.append(_("Choose at least one passage that answers it, or tick that the documents have no answer."))
    return found


def _form(request: PersonRequest, draft: Draft, problems: list[str], question: Question | None = None) -> HttpResponse:
    try:
        found, failed = writing.found(draft, request.user), False
    except SearchFailed:
        found, failed = [], True
    outdated = Judgement.objects.filter(is_outdated=True, question=_head(question)) if question else ()
    context = {
        "draft": draft,
        "problems": problems,
        "question": question,
        "chosen": writing.chosen(draft, outdated),
        "found": found,
        "search_failed": failed,
        "has_searched": bool(draft.find.strip()),
        "names": QuestionSet.objects.values_list("name", flat=True),
        "parallel_to": _parallel(draft),
    }
    return render(request, "search/question_form.html", context)


def _parallel(draft: Draft) -> Question | None:
    """The question that it asks the same as."""
    return Question.objects.filter(pk=key_of(draft.parallel_to) or 0).select_related("question_set").first()


def _head(question: Question) -> Question:
    return question.parallel_of or question
