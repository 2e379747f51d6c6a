"""Measuring the search with question sets, for administrators."""

from datetime import datetime
from typing import Any

from django.db.models import Count
from ninja import Field, Router, Schema, Status

from documents.views.requests import PersonRequest
from portal.api.bearer import needs
from portal.api.errors import ApiError, ErrorCode, error
from portal.api.listing import Limit, Offset, Part, part
from portal.api.reach import found, require_staff
from portal.api.sent import Sent
from portal.models import ApiToken
from search.bench import export, runs
from search.bench.choosing import QUESTIONS, SAMPLE, BenchForm
from search.models import EvaluationRun, Question, QuestionSet

router = Router(tags=["Evaluation"])

EVALUATE = needs(ApiToken.Scope.EVALUATE)


class QuestionSetOut(Schema):
    id: int
    name: str
    version: int
    questions: int
    changed_at: datetime


class QuestionSets(Part):
    items: list[QuestionSetOut]


class RunWish(Sent, Schema):
    """What is measured: indexes that exist, and models tried with windows and sizes; all their combinations."""

    sets: list[int] = Field([], description="Question sets; none means all.")
    generations: list[int] = Field([], description="Indexes that exist.")
    models: list[int] = Field([], description="Embedding models to try.")
    windows: list[int] = Field([512], description="Lengths of a window, in tokens.")
    sizes: list[str] = Field(["whole"], description="Numbers of a vector, or “whole”.")
    sample: int = Field(SAMPLE, description="Windows to try models on.")
    limit: int = Field(QUESTIONS, description="Questions at most.")


class RunOut(Schema):
    id: int
    kind: str
    state: str
    step: str
    progress_done: int
    progress_total: int
    created_at: datetime
    finished_at: datetime | None
    error: str


class Runs(Part):
    items: list[RunOut]


class WholeRun(RunOut):
    report: dict[str, Any] = Field(description="All figures, as the export of the page has them.")


@router.get("/evaluation/question-sets", response=QuestionSets, summary="List question sets", **EVALUATE)
def list_question_sets(request: PersonRequest, limit: Limit = 50, offset: Offset = 0) -> QuestionSets:
    require_staff(request)
    rows, figures = part(QuestionSet.objects.all(), limit, offset)
    ready = Question.objects.filter(question_set__in=rows, state=Question.State.READY)
    counts = dict(ready.order_by().values_list("question_set").annotate(Count("pk")))
    return QuestionSets(items=[_question_set(row, counts.get(row.pk, 0)) for row in rows], **figures)


@router.get("/evaluation/runs", response=Runs, summary="List runs", **EVALUATE)
def list_runs(request: PersonRequest, limit: Limit = 50, offset: Offset = 0) -> Runs:
    require_staff(request)
    rows, figures = part(EvaluationRun.objects.defer("questions"), limit, offset)
    return Runs(items=[RunOut(**_facts(row)) for row in rows], **figures)


@router.post("/evaluation/runs", response={202: RunOut}, summary="Measure", **EVALUATE)
def start_run(request: PersonRequest, wish: RunWish) -> Status[RunOut]:
    """The run waits for the next free worker; read it again until its state is “done”."""
    require_staff(request)
    form = BenchForm({name: _typed(value) for name, value in wish.model_dump().items()} | _all_sets(wish))
    if not form.is_valid():
        raise _invalid(form)
    return Status(202, RunOut(**_facts(runs.begin(form.rows(), form.wishes(), request.user))))


@router.get("/evaluation/runs/{run_id}", response=WholeRun, summary="One run", **EVALUATE)
def read_run(request: PersonRequest, run_id: int) -> WholeRun:
    require_staff(request)
    run = found(EvaluationRun.objects.all(), run_id)
    return WholeRun(report=export.as_json(run), **_facts(run))


def _question_set(row: QuestionSet, ready: int) -> QuestionSetOut:
    return QuestionSetOut(id=row.pk, name=row.name, version=row.version, questions=ready, changed_at=row.changed_at)


def _typed(value: object) -> object:
    """As a form is sent: choices are texts."""
    return [str(one) for one in value] if isinstance(value, list) else value


def _all_sets(wish: RunWish) -> dict[str, list[str]]:
    if wish.sets:
        return {}
    return {"sets": [str(pk) for pk in QuestionSet.objects.values_list("pk", flat=True)]}


def _invalid(form: BenchForm) -> ApiError:
    problems = [f"{name}: {text}" for name, texts in form.errors.items() for text in texts]
    return error(ErrorCode.INVALID, problems=" ".join(problems).replace("__all__: ", ""))


def _facts(run: EvaluationRun) -> dict[str, Any]:
    names = ("kind", "state", "step", "progress_done", "progress_total", "created_at", "finished_at", "error")
    return {"id": run.pk} | {name: getattr(run, name) for name in names}
