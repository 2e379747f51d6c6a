"""What comes out of the review desk: the list as a file, corrected answers, quality over time. Only for staff."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chat import corrections
from chat.models import Correction
from chat.review import agreement, quality, spreadsheet
from chat.review.corrected import listed
from chat.review.forms import QueueForm
from chat.review.quality import By, Step
from chat.review.quality_drawing import drawing
from documents import audit
from documents.audit import Event
from documents.views.requests import PersonRequest
from documents.views.staff import staff_only

PAGE_SIZE = 25


@require_safe
@staff_only
def export(request: PersonRequest) -> HttpResponseBase:
    audit.record(Event.EXPORTED, request.user, what="reviews")
    wishes = QueueForm(request.GET, request.user).wishes()
    pieces = spreadsheet.pieces(request.user, wishes, get_language() or "")
    name = f"reviews-{timezone.localdate().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
@staff_only
def correction_list(request: PersonRequest) -> HttpResponse:
    found = Correction.objects.select_related("reviewer", "review__answer")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "review/corrections.html", {"page": page, "rows": listed(page, request.user)})


@require_POST
@staff_only
def correction_take_back(request: PersonRequest, correction_id: int) -> HttpResponse:
    corrections.take_back(get_object_or_404(Correction, pk=correction_id))
    messages.success(request, _("This correction is not given any more."))
    return redirect("chat:correction_list")


@require_safe
@staff_only
def quality_over_time(request: PersonRequest) -> HttpResponse:
    step = Step(request.GET["step"]) if request.GET.get("step") in list(Step) else Step.WEEK
    by = By(request.GET["by"]) if request.GET.get("by") in list(By) else By.COLLECTION
    found = quality.quality(request.user, step, by)
    context = {
        "quality": found,
        "drawing": drawing(found.periods),
        "kinds": quality.kind_labels(),
        "step": step,
        "by": by,
        "on_answers": agreement.on_answers(),
        "on_citations": agreement.on_citations(),
    }
    return render(request, "review/quality.html", context)
