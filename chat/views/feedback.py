"""What stands below an answer: opinions of it, other versions, what could be asked next."""

from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from chat import opinions
from chat.forms import FeedbackForm
from chat.models import Answer
from chat.next_questions import next_questions
from chat.transcript import turn_of
from chat.views.requests import readable_answer, to_answer
from documents.views.requests import PersonRequest


@require_POST
def answer_feedback(request: PersonRequest, answer_id: int) -> HttpResponse:
    """One click is an opinion; a reason and a comment may follow."""
    answer = readable_answer(request, answer_id)
    form = FeedbackForm(request.POST)
    if form.is_valid():
        opinions.say(answer, request.user, form.cleaned_data)
    return _below(request, answer) if request.htmx else to_answer(answer)


@require_safe
def answer_tools(request: PersonRequest, answer_id: int) -> HttpResponse:
    """The same as on the page, for an answer that has just been written there."""
    return _below(request, readable_answer(request, answer_id))


def _below(request: PersonRequest, answer: Answer) -> HttpResponse:
    turn = turn_of(answer, request.user)
    following = next_questions(turn.shown, [turn.message.text]) if not turn.message.followed_by.exists() else []
    context = {"turn": turn, "next_questions": following, "next_key": uuid4()}
    return render(request, "chat/_tools.html", context)
