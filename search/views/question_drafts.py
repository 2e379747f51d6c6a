"""Drafts of questions, for staff: made, and accepted or rejected one by one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from documents.sent_keys import key_of
from documents.views.requests import PersonRequest
from documents.views.staff import staff_only
from search import question_sets
from search.models import Question, QuestionSet
from search.questions import drafts, listing
from search.questions.forms import DraftForm

PAGE_SIZE = 20


@require_safe
@staff_only
def draft_list(request: PersonRequest) -> HttpResponse:
    return _list(request, DraftForm(request.user, initial={"name": _chosen_name(request), "count": 20}))


@require_POST
@staff_only
def draft_propose(request: PersonRequest) -> HttpResponse:
    form = DraftForm(request.user, request.POST)
    if not form.is_valid():
        return _list(request, form)
    values = form.cleaned_data
    count = drafts.propose(values["collection"], values["name"], values["count"], request.user)
    if count:
        text = ngettext("%(count)s draft was made.", "%(count)s drafts were made.", count)
        messages.success(request, text % {"count": count})
    else:
        messages.info(request, _("No further question could be made of these documents."))
    home = QuestionSet.objects.filter(name=values["name"]).first()
    return redirect(f"{reverse('search:draft_list')}{f'?set={home.pk}' if home else ''}")


@require_POST
@staff_only
def draft_decide(request: PersonRequest, question_id: int) -> HttpResponse:
    draft = get_object_or_404(Question, pk=question_id)
    if "accept" in request.POST:
        question_sets.accept(draft, request.user)
    else:
        question_sets.reject(draft)
    return redirect(f"{reverse('search:draft_list')}?set={draft.question_set_id}")


def _list(request: PersonRequest, form: DraftForm) -> HttpResponse:
    sets = [one for one in listing.sets() if getattr(one, "draft_count", 0)]
    chosen = next((one for one in sets if str(one.pk) == request.GET.get("set")), sets[0] if sets else None)
    context: dict[str, object] = {"sets": sets, "chosen": chosen, "form": form}
    if chosen is not None:
        page = Paginator(listing.drafts(chosen), PAGE_SIZE).get_page(request.GET.get("page"))
        context |= {"page": page, "rows": listing.shown_with_text(page, request.user)}
    return render(request, "search/question_drafts.html", context)


def _chosen_name(request: PersonRequest) -> str:
    home = QuestionSet.objects.filter(pk=key_of(request.GET.get("set", "")) or 0).first()
    return home.name if home else ""
