"""Files with questions, for staff: given, looked through row by row, and taken or thrown away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from documents.views.requests import PersonRequest
from documents.views.staff import staff_only
from search.models import Question, QuestionImport
from search.questions import files
from search.questions.forms import ImportForm
from search.questions.rows import Unreadable

# Problems and questions that the page lists.
LISTED_PROBLEMS = 200
LISTED_QUESTIONS = 20


@require_http_methods(["GET", "POST"])
@staff_only
def question_import(request: PersonRequest) -> HttpResponse:
    form = ImportForm(request.user, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        files.forget_old()
        given = form.kept(request.user)
        try:
            files.looked_through(given, request.user)
        except Unreadable as error:
            given.delete()
            form.add_error("file", str(error))
        else:
            return redirect("search:question_import_check", given.pk)
    return render(request, "search/question_import.html", {"form": form})


@require_http_methods(["GET", "POST"])
@staff_only
def question_import_check(request: PersonRequest, import_id: int) -> HttpResponse:
    """What would come in and what is wrong; posted, the person's decision."""
    given = get_object_or_404(QuestionImport, pk=import_id, given_by=request.user)
    if request.method == "POST":
        return _decided(request, given)
    run = files.looked_through(given, request.user)
    context = {
        "given": given,
        "run": run,
        "problems": run.problems[:LISTED_PROBLEMS],
        "more_problems": max(len(run.problems) - LISTED_PROBLEMS, 0),
        "questions": run.asked[:LISTED_QUESTIONS],
        "waiting": files.waiting_for(given),
    }
    return render(request, "search/question_import_check.html", context)


@require_POST
@staff_only
def question_import_corpus(request: PersonRequest, import_id: int) -> HttpResponse:
    """Add the documents of a BEIR folder to the collection that was chosen for them."""
    given = get_object_or_404(QuestionImport, pk=import_id, given_by=request.user)
    try:
        corpus = files.add_corpus(given, request.user)
    except Unreadable as error:
        messages.error(request, str(error))
    else:
        text = ngettext("%(count)s document was added.", "%(count)s documents were added.", corpus.added)
        messages.success(request, text % {"count": corpus.added})
    return redirect("search:question_import_check", given.pk)


def _decided(request: PersonRequest, given: QuestionImport) -> HttpResponse:
    if "forget" in request.POST:
        given.delete()
        messages.info(request, _("Nothing was imported."))
        return redirect("search:question_list")
    questions = files.taken(given, request.user, only_good="only_good" in request.POST)
    if not questions:
        messages.error(request, _("Nothing was imported: not all rows are good."))
        return redirect("search:question_import_check", given.pk)
    text = ngettext("%(count)s question was imported.", "%(count)s questions were imported.", len(questions))
    messages.success(request, text % {"count": len(questions)})
    return redirect(_list_of(questions[0]))


def _list_of(question: Question) -> str:
    return f"{reverse('search:question_list')}?set={question.question_set_id}"
