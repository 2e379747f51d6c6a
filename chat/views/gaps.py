"""Pages of unanswered questions, for staff and for those who edit collections. Nobody learns who asked."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chat import gaps
from chat.forms import GapFilterForm
from chat.models import Gap
from documents.models import Collection
from documents.views.requests import PersonRequest


@require_safe
def gap_list(request: PersonRequest) -> HttpResponse:
    if not gaps.may_see(request.user):
        raise Http404
    form = GapFilterForm(request.GET, Collection.objects.writable_by(request.user).order_by("name"))
    context = {
        "form": form,
        "is_open": form.is_open,
        "query": request.GET.urlencode(),
        "overview": gaps.overview(request.user, collection=form.chosen, is_open=form.is_open),
    }
    return render(request, "chat/gaps.html", context)


@require_POST
def gap_close(request: PersonRequest, gap_id: int) -> HttpResponse:
    gaps.close(_visible(request, gap_id), request.user)
    messages.success(request, _("The question is closed. You find it among the closed ones, where it can be reopened."))
    return _back(request)


@require_POST
def gap_reopen(request: PersonRequest, gap_id: int) -> HttpResponse:
    gaps.reopen(_visible(request, gap_id), request.user)
    messages.success(request, _("The question is open again."))
    return _back(request)


def _visible(request: PersonRequest, gap_id: int) -> Gap:
    return get_object_or_404(Gap.objects.visible_to(request.user), pk=gap_id)


def _back(request: PersonRequest) -> HttpResponse:
    query = request.GET.urlencode()
    return redirect(f"{reverse('chat:gap_list')}{'?' if query else ''}{query}")
