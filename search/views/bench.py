"""The model bench, for staff: choose what to measure, watch it, read what it means, and look at single questions."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import audit
from documents.audit import Event
from documents.views.requests import PersonRequest
from documents.views.staff import staff_only
from search.bench import export, runs
from search.bench.choosing import BenchForm
from search.bench.presenting import report_of, row_name
from search.bench.side_by_side import compared, side_by_side
from search.models import EvaluationRow, EvaluationRun

SHOWN_RUNS = 30
QUESTIONS_ON_A_PAGE = 5


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def bench(request: PersonRequest) -> HttpResponse:
    form = BenchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        run = runs.begin(form.rows(), form.wishes(), request.user)
        return redirect("search:bench_run", run.pk)
    past = EvaluationRun.objects.select_related("started_by").defer("questions").prefetch_related("rows")[:SHOWN_RUNS]
    listed = [(run, [row_name(row) for row in run.rows.all()]) for run in past]
    status = 400 if form.errors else 200
    return render(request, "search/bench.html", {"form": form, "runs": listed}, status=status)


@require_safe
@staff_only
def bench_run(request: PersonRequest, run_id: int) -> HttpResponse:
    run = get_object_or_404(EvaluationRun.objects.select_related("started_by"), pk=run_id)
    report = report_of(run, request.GET.get("direction", ""), _number(request.GET.get("against")))
    template = "search/_bench_run.html" if request.htmx else "search/bench_run.html"
    return render(request, template, {"report": report, "run": run})


@require_POST
@staff_only
def bench_cancel(request: PersonRequest, run_id: int) -> HttpResponse:
    run = get_object_or_404(EvaluationRun, pk=run_id)
    runs.cancel(run)
    messages.success(request, _("The measurement is being stopped. What was measured of it stays."))
    return redirect("search:bench_run", run.pk)


@require_safe
@staff_only
def bench_questions(request: PersonRequest, run_id: int) -> HttpResponse:
    run = get_object_or_404(EvaluationRun, pk=run_id)
    first, second = _pair(run, request)
    direction = request.GET.get("direction", "")
    page = Paginator(compared(run.questions, first, second, direction), QUESTIONS_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "report": report_of(run, direction, first.position),
        "run": run,
        "first": (first.position, row_name(first)),
        "second": (second.position, row_name(second)),
        "page": page,
        "several": side_by_side(list(page), first, second, request.user),
    }
    return render(request, "search/bench_questions.html", context)


@require_safe
@staff_only
def bench_export(request: PersonRequest, run_id: int, kind: str) -> HttpResponse:
    run = get_object_or_404(EvaluationRun, pk=run_id)
    if kind == "json":
        answer: HttpResponse = JsonResponse(export.as_json(run), json_dumps_params={"ensure_ascii": False})
    elif kind == "csv":
        answer = HttpResponse(export.as_csv(run).encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    else:
        raise Http404
    audit.record(Event.EXPORTED, request.user, what="measurement", run=run.pk)
    answer["Content-Disposition"] = f'attachment; filename="bench-{run.pk}.{kind}"'
    return answer


def _pair(run: EvaluationRun, request: PersonRequest) -> tuple[EvaluationRow, EvaluationRow]:
    """The rows that were asked for; the first and the second one, if they were not."""
    rows = {row.position: row for row in run.rows.exclude(measured_at=None)}
    if len(rows) < 2:
        raise Http404
    places = sorted(rows)
    first = rows.get(_number(request.GET.get("a")), rows[places[0]])
    others = [place for place in places if place != first.position]
    second = rows.get(_number(request.GET.get("b"), -1))
    return first, second if second is not None and second != first else rows[others[0]]


def _number(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else otherwise
