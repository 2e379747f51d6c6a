"""The question sets, for staff: what is asked when searching is measured. Only staff know that the page exists."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents.views.requests import PersonRequest
from search import question_sets
from search.models import Question

PAGE_SIZE = 50


@require_safe
def question_list(request: PersonRequest) -> HttpResponse:
    _refuse_all_but_staff(request)
    sets = list(question_sets.sets())
    chosen = next((one for one in sets if str(one.pk) == request.GET.get("set")), sets[0] if sets else None)
    page = None
    if chosen is not None:
        page = Paginator(question_sets.questions(chosen, request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "search/question_sets.html", {"sets": sets, "chosen": chosen, "page": page})


@require_POST
def question_delete(request: PersonRequest, question_id: int) -> HttpResponse:
    _refuse_all_but_staff(request)
    question = get_object_or_404(Question, pk=question_id)
    question_sets.remove(question)
    messages.success(request, _("The question is no longer in the set."))
    return redirect(f"{reverse('search:question_list')}?set={question.question_set_id}")


def _refuse_all_but_staff(request: PersonRequest) -> None:
    if not request.user.is_staff:
        raise Http404
