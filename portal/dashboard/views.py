"""The dashboard, for staff: how the portal is used and how it stands."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from documents import audit
from documents.audit import Event
from documents.views.requests import PersonRequest
from documents.views.staff import staff_only
from portal.dashboard import drawing, export
from portal.dashboard.figures import figures
from portal.dashboard.forms import CHOICES, DashboardForm
from portal.dashboard.words import outcome_labels, weekday_labels


@require_safe
@staff_only
def dashboard(request: PersonRequest) -> HttpResponse:
    form = DashboardForm(request.GET, request.user)
    wish = form.wish()
    found, labels = figures(request.user, wish), outcome_labels()
    context = {
        "form": form,
        "wish": wish,
        "choices": CHOICES,
        "chosen_days": form.chosen_days,
        "figures": found,
        "bars": drawing.bars(found.periods),
        "week": [(weekday_labels()[row.weekday], row) for row in drawing.week(found.hours)],
        "outcomes": labels,
        "rows": [(period, list(zip(labels.values(), period.cells, strict=True))) for period in found.periods],
    }
    return render(request, "dashboard/dashboard.html", context)


@require_safe
@staff_only
def dashboard_export(request: PersonRequest) -> HttpResponse:
    audit.record(Event.EXPORTED, request.user, what="dashboard")
    wish = DashboardForm(request.GET, request.user).wish()
    lines = export.as_csv(wish, figures(request.user, wish))
    response = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="dashboard.csv"'
    return response
