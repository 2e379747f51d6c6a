"""Measured runs over a library: right figures, one at a time, taken up again, and nothing left behind."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from documents import generations, index
from documents.generations import Plan
from documents.models import Document, Generation, IndexJob
from search import comparison, question_sets
from search.bench import runs, working
from search.bench.rows import candidate, of_generation
from search.bench.wishes import Wishes, versions
from search.models import EvaluationRun
from search.question_sets import Asked, Judged
from tests.documents.rows import document_row
from tests.factories import make_collection, make_user
from tests.index_rows import axes, indexed_rows, passages
from tests.search.test_evaluation import QUERIES, TOPICS, state
from tests.tiny_models import tiny_model, tiny_row

pytestmark = pytest.mark.django_db

FIGURES = {"trust", "modes", "stability", "alignment", "coherence", "negation", "costs"}


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory):
    return tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(autouse=True)
def answering(tiny_folder):
    """The generation that answers has a model of two layers: what is measured here is not the model."""
    model = tiny_row(tiny_folder, shorter_dimensions=[16], languages=["en"])
    generation = generations.create(Plan(model, 64, 8))
    generations.create_indexes(generation)
    generations.activate(generation)
    return generation


@pytest.fixture
def shelf():
    """A library of one window a document, with a question for some of them."""
    collection = make_collection()
    staff = make_user("staff", staff=True)
    for name, text in TOPICS.items():
        document = document_row(collection, title=name, language="ko" if name == "연차" else "en", page_based=False)
        document.pages.create(number=1, text=text, offset=0)
        indexed_rows(collection, [text], document=document, vectors=axes(1, 32))
        if name in QUERIES:
            passage = Judged(document.pk, 1, 0, len(text), 2)
            question_sets.add("Own", Asked(QUERIES[name], "import", [passage]), staff)
    return collection


def measured(rows, **wishes):
    run = runs.begin(rows, Wishes(versions(), **wishes), None)
    working.work(runs.claim())
    run.refresh_from_db()
    return run


def active_row():
    return of_generation(Generation.objects.active())


def test_generation_and_candidate_are_measured_side_by_side(shelf):
    before = state()
    model = Generation.objects.active().model

    run = measured([active_row(), candidate(model, 48, 16)], sample=100)

    standing, tried = run.rows.all()
    assert (run.state, run.error, run.scratch_id) == ("done", "", None)
    assert set(standing.figures) == set(tried.figures) == FIGURES
    assert (standing.number, tried.number, tried.dimensions) == (Generation.objects.active().pk, None, 16)
    for row in (standing, tried):
        by = row.figures["modes"]["lexical"]["by"]
        assert {name: of["questions"] for name, of in by.items()} == {"all": 3, "en-en": 2, "ko-ko": 1}
        assert by["all"]["recall_1"] == [1.0, 1.0, 1.0]
        assert row.figures["costs"]["windows"] == len(TOPICS)
        assert row.figures["costs"]["texts_per_second"] > 0
        assert len(row.found) == 3
    assert tried.figures["costs"]["embedding_seconds"] > 0
    assert state() == before


def test_questions_are_kept_as_they_were_asked(shelf):
    run = measured([active_row()], limit=2)

    assert [one["text"] for one in run.questions] == [QUERIES["leave"], QUERIES["vpn"]]
    assert run.wishes["sets"] == {str(key): version for key, version in versions().items()}


def test_sample_holds_what_answers_the_questions(shelf):
    model = Generation.objects.active().model

    run = measured([active_row(), candidate(model, 48)], sample=1)

    assert run.corpus["documents"] == 3
    assert run.corpus["is_sample"]
    assert {row.figures["costs"]["windows"] for row in run.rows.all()} == {3}


def test_library_without_questions_is_asked_its_own_words():
    indexed_rows(make_collection(), list(TOPICS.values()), vectors=axes(5, 32))

    run = measured([active_row()])

    [row] = run.rows.all()
    assert row.figures["modes"]["hybrid"]["by"] == {}
    assert row.figures["modes"]["hybrid"]["p50_ms"] > 0
    assert row.figures["stability"]


def test_one_run_at_a_time(shelf):
    first = runs.begin([active_row()], Wishes({}), None)
    second = runs.begin([active_row()], Wishes({}), None)

    assert runs.claim() == first
    assert runs.claim() is None
    with pytest.raises(runs.RunBusy):
        runs.begin_here([active_row()], Wishes({}))
    working.work(EvaluationRun.objects.get(pk=first.pk))
    assert runs.claim() == second


def test_run_of_a_process_that_is_gone_is_taken_up_where_it_was_broken_off(shelf):
    run = runs.begin([active_row(), active_row()], Wishes({}), None)
    taken = runs.claim()
    left = leave_half_done(taken)

    again = runs.claim()
    working.work(again)

    run.refresh_from_db()
    assert (again.pk, again.attempt, run.state) == (run.pk, 2, "done")
    assert not Generation.objects.filter(pk=left.pk).exists()
    assert run.rows.get(position=0).figures == {"kept": True}
    assert set(run.rows.get(position=1).figures) == FIGURES


def leave_half_done(run):
    """As if the process had been killed while it measured the second row."""
    scratch = generations.create(Plan(Generation.objects.active().model), is_scratch=True)
    run.rows.filter(position=0).update(measured_at=timezone.now(), figures={"kept": True})
    host = run.worker.split(":")[0]
    EvaluationRun.objects.filter(pk=run.pk).update(scratch=scratch, worker=f"{host}:999999:0.0")
    return scratch


def test_run_that_is_lost_three_times_has_failed(shelf):
    run = runs.begin([active_row()], Wishes({}), None)
    for _time in range(3):
        leave_half_done(runs.claim())

    assert runs.claim() is None
    run.refresh_from_db()
    assert (run.state, run.error) == ("failed", "LOST")
    assert not Generation.objects.filter(is_scratch=True).exists()


def test_late_process_writes_nothing(shelf):
    run = runs.begin([active_row()], Wishes({}), None)
    late = runs.claim()
    EvaluationRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    newer = runs.claim()

    working.work(late)

    run.refresh_from_db()
    assert (newer.attempt, run.state, run.attempt) == (2, "running", 2)
    assert not run.rows.get().measured_at


def test_cancelled_run_ends_and_leaves_nothing(shelf):
    waiting = runs.begin([active_row()], Wishes({}), None)
    runs.cancel(waiting)
    running = runs.begin([candidate(Generation.objects.active().model, 48)], Wishes({}), None)
    taken = runs.claim()
    runs.cancel(taken)
    working.work(taken)

    for run in (waiting, running):
        run.refresh_from_db()
        assert run.state == "cancelled"
        assert run.finished_at
    assert not Generation.objects.filter(is_scratch=True).exists()


def test_failure_is_written_down_in_words(shelf):
    model = Generation.objects.active().model
    missing = model.__class__.objects.create(name="/nowhere", dimensions=8, max_tokens=64, licence="open-source")

    run = measured([candidate(missing, 64)])

    assert run.state == "failed"
    assert run.error.startswith("model_missing")


def test_documents_that_are_indexed_go_first(shelf):
    IndexJob.objects.update(state=IndexJob.State.QUEUED)
    run = runs.begin([active_row()], Wishes({}), None)
    lease = runs.Lease(run.pk, runs.claim().attempt)
    time.sleep(0.3)

    started = time.monotonic()
    lease("hybrid", 1, 10)

    assert time.monotonic() - started >= 0.3


def test_candidate_has_a_size_that_the_model_offers(shelf):
    with pytest.raises(ValueError, match="32"):
        candidate(Generation.objects.active().model, 48, 500)


def ready_generation(collection):
    generation = generations.create(Plan(Generation.objects.active().model, 64, 8))
    for document in Document.objects.filter(collection=collection).order_by("pk"):
        text = document.pages.get().text
        index.add(generation, index.entries(document, passages([text]), axes(1, 32)))
    generations.create_indexes(generation)
    Generation.objects.filter(pk=generation.pk).update(state=Generation.State.READY, calibrated_chunks=1000)
    Generation.objects.filter(state=Generation.State.ACTIVE).update(calibrated_chunks=1000)
    return Generation.objects.get(pk=generation.pk)


def work_off_comparisons():
    comparison.ask_due()
    while run := runs.claim():
        working.work(run)


def test_ready_generation_is_compared_once_with_the_one_that_answers(shelf):
    generation = ready_generation(shelf)
    assert comparison.latest(generation) is None

    work_off_comparisons()
    work_off_comparisons()

    found = comparison.latest(generation)
    assert EvaluationRun.objects.filter(kind="comparison").count() == 1
    assert (found.questions, found.is_worse) == (3, False)
    assert "Only 2 questions on English: too few to tell." in found.verdicts
    assert comparison.latest(Generation.objects.active()) is None


def test_comparison_without_questions_says_so(shelf):
    for question in question_sets.measurable():
        question_sets.remove(question_sets.Question.objects.get(pk=question.id), None)
    generation = ready_generation(shelf)

    work_off_comparisons()

    found = comparison.latest(generation)
    assert found.verdicts[0].startswith("There are no questions to compare with")
    assert any("Typed otherwise" in sentence for sentence in found.verdicts)
    assert not found.is_worse


def test_worse_beyond_the_interval_is_worse(shelf):
    generation = ready_generation(shelf)
    work_off_comparisons()
    run = EvaluationRun.objects.get()
    for row, score in zip(run.rows.all(), (0.9, 0.5), strict=True):
        row.found = {str(i): {"scores": {"hybrid": [score] * 5}} for i in range(30)}
        row.save()
    run.questions = [{**run.questions[0], "key": str(i)} for i in range(30)]
    run.save()

    found = comparison.latest(generation)

    assert found.is_worse
    assert found.verdicts[0] == f"{generation.pk} · tiny · 64 · 32 is worse on all questions: -0.40 ± 0.00."


@pytest.mark.slow
def test_comparison_is_made_anew_when_another_generation_answers(shelf):
    generation = ready_generation(shelf)
    work_off_comparisons()
    before = Generation.objects.active()
    generations.activate(generation)

    assert comparison.latest(Generation.objects.get(pk=before.pk)) is None
    work_off_comparisons()
    assert comparison.latest(Generation.objects.get(pk=before.pk))
