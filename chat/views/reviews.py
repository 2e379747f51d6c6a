"""The review desk: the queue, one answer on the desk, and what may be done with it. Only staff know of it."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.models import Answer, Review
from chat.review import agreement, desk, past, queueing, reviews, rows
from chat.review.forms import QueueForm, ReviewForm
from chat.review.questions import keep_as_question
from documents.views.requests import PersonRequest
from documents.views.staff import staff_only

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

PAGE_SIZE = 25
# What a reviewer may send beside the opinion: what happens after it.
PREVIEW, STAY = "preview", "stay"


@require_safe
@staff_only
def queue(request: PersonRequest) -> HttpResponse:
    form = QueueForm(request.GET, request.user)
    wishes = form.wishes()
    found = queueing.with_signals(queueing.queue(request.user, wishes))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "wishes": wishes,
        "page": page,
        "rows": [rows.row(answer, request.user) for answer in page],
        "tally": rows.tally(request.user),
        "agreement": agreement.on_answers(),
        "query": _kept(request),
    }
    return render(request, "review/queue.html", context)


@require_POST
@staff_only
def take_next(request: PersonRequest) -> HttpResponse:
    return _to_next(request)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: PersonRequest, answer_id: int) -> HttpResponse:
    """Opening an answer takes it, unless somebody else holds it."""
    answer = _reviewable(request, answer_id)
    if request.method == "POST":
        return _receive(request, answer)
    held = reviews.hold(answer, request.user)
    if held is None:
        context = {"answer": answer, "holder": reviews.holder(answer), "query": _kept(request)}
        return render(request, "review/taken.html", context)
    return _desk(request, answer, held, ReviewForm(answer, initial=desk.said_before(held, answer)))


@require_POST
def renew(request: PersonRequest, answer_id: int) -> HttpResponse:
    """The reviewer is still at it. 409 if the answer is no longer theirs."""
    answer = _reviewable(request, answer_id)
    return HttpResponse(status=204 if reviews.renew(answer, request.user) else 409)


@require_POST
def release(request: PersonRequest, answer_id: int) -> HttpResponse:
    reviews.release(_reviewable(request, answer_id), request.user)
    messages.info(request, _("The answer is free for others again."))
    return redirect(_with_query(reverse("chat:review_queue"), request))


@require_safe
def history(request: PersonRequest, answer_id: int) -> HttpResponse:
    answer = _reviewable(request, answer_id)
    context = {
        "answer": answer,
        "events": past.events(answer, request.user),
        "hidden": past.hidden_opinions(answer, request.user),
        "query": _kept(request),
    }
    return render(request, "review/history.html", context)


def _reviewable(request: PersonRequest, answer_id: int) -> Answer:
    answers = queueing.with_signals(queueing.reviewable(request.user))
    return get_object_or_404(answers, pk=answer_id)


def _receive(request: PersonRequest, answer: Answer) -> HttpResponse:
    form = ReviewForm(answer, request.POST)
    then = request.POST.get("then", "")
    is_valid = form.is_valid()
    if then == PREVIEW or not is_valid:
        return _desk(request, answer, _own(answer, request.user), form, is_preview=then == PREVIEW)
    kept = reviews.record(answer, request.user, form.opinion())
    if form.cleaned_data["as_question"]:
        keep_as_question(kept, request.user, form.cleaned_data["question_set"])
    messages.success(request, _saved(form))
    if then == STAY:
        return redirect(_with_query(reverse("chat:review", args=[answer.pk]), request))
    return _to_next(request)


def _desk(
    request: PersonRequest, answer: Answer, held: Review, form: ReviewForm, *, is_preview: bool = False
) -> HttpResponse:
    shown = desk.desk(answer, held, form, request.user)
    context = {
        "desk": shown,
        "shown": shown.shown,
        "signals": rows.row(answer, request.user),
        "form": form,
        "preview": desk.preview(form["corrected"].value() or "", answer) if is_preview else None,
        "query": _kept(request),
    }
    return render(request, "review/review.html", context)


def _own(answer: Answer, reviewer: "AbstractUser") -> Review:
    """The reviewer's row, or one that is not stored when the hold has ended: what was typed is shown again."""
    return reviews.hold(answer, reviewer) or Review(answer=answer, reviewer_id=reviewer.pk)


def _saved(form: ReviewForm) -> str:
    if form.cleaned_data["as_question"]:
        return _("Saved, and the question is in the question set.")
    return _("Saved.")


def _to_next(request: PersonRequest) -> HttpResponse:
    found = reviews.take_next(request.user, QueueForm(request.GET, request.user).wishes())
    if found is None:
        messages.info(request, _("Nothing is waiting here any more."))
        return redirect(_with_query(reverse("chat:review_queue"), request))
    return redirect(_with_query(reverse("chat:review", args=[found.pk]), request))


def _kept(request: PersonRequest) -> str:
    """What the queue is narrowed to goes along from answer to answer."""
    names = QueueForm.base_fields
    return urlencode({name: value for name, value in request.GET.items() if name in names and value})


def _with_query(address: str, request: PersonRequest) -> str:
    kept = _kept(request)
    return f"{address}?{kept}" if kept else address
