"""Lets the language model write drafts of questions, for staff."""

import logging

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from chat.llm import configured_model
from chat.tasks import draft_questions as draft_questions_later
from documents.views.requests import PersonRequest
from documents.views.staff import staff_only
from search.questions.forms import DraftForm

logger = logging.getLogger(__name__)


@require_POST
@staff_only
def draft_questions(request: PersonRequest) -> HttpResponse:
    form = DraftForm(request.user, request.POST)
    if configured_model() is None:
        messages.info(
            request,
            _("No language model is set up, so drafts are made by rules only. See LLM_BASE_URL in the settings."),
        )
    elif not form.is_valid():
        messages.error(request, _("Choose a set, a collection and a number of drafts."))
    else:
        _ask(request, form)
    return redirect("search:draft_list")


def _ask(request: PersonRequest, form: DraftForm) -> None:
    wanted = form.cleaned_data
    try:
        draft_questions_later.delay(wanted["collection"].pk, wanted["name"], wanted["count"], request.user.pk)
    except (OperationalError, RedisError, OSError):
        logger.warning("broker not reachable, no drafts are written")
        messages.error(request, _("The workers cannot be reached just now. Try again in a minute."))
    else:
        messages.success(
            request, _("The language model is writing. Its drafts appear here one by one; open this page again.")
        )
