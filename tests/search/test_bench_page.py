"""The pages of the bench: what is chosen becomes a run, and what was measured can be read, compared and taken along."""

import csv
import io
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.models import EmbeddingModel, Generation
from search.bench import runs
from search.bench.rows import candidate, of_generation
from search.bench.wishes import Wishes
from search.models import EvaluationRun
from tests.documents.rows import document_row
from tests.factories import make_collection, make_user
from tests.index_rows import indexed_rows

pytestmark = pytest.mark.django_db

TEXT = "Every employee receives fifteen days of annual leave."
MEASURES = ("ndcg_10", "recall_1", "recall_5", "recall_10", "mrr_10")


@pytest.fixture
def staff(client):
    client.force_login(make_user("staff", staff=True))
    return client


@pytest.fixture
def document():
    document = document_row(make_collection(), title="Leave", page_based=False)
    document.pages.create(number=1, text=TEXT, offset=0)
    indexed_rows(document.collection, [TEXT], document=document)
    return document


def figures(quality, rate):
    group = {"questions": 30, **{name: [quality, quality - 0.05, quality + 0.05] for name in MEASURES}}
    mode = {"p50_ms": 20.0, "p95_ms": 40.0, "by": {"all": group, "en-en": group, "ko-ko": group}}
    return {
        "trust": {"en": 0.9, "ko": 0.1},
        "modes": dict.fromkeys(("lexical", "semantic", "hybrid"), mode),
        "stability": {"en": {"typo": 0.8, "case": 1.0}},
        "alignment": {"korean_to_english": 0.1, "english_to_korean": 0.2, "pairs": 40, "own": 0},
        "coherence": 0.5,
        "negation": {"en": {"similarity": 0.9, "others": 0.1, "told_apart": 0.6, "pairs": 50}},
        "costs": {
            "windows": 1000, "tokens_per_window": 300.0, "texts_per_second": rate, "tokens_per_second": 300 * rate,
            "truncated": 0.25, "index_bytes": 5_000_000, "memory_bytes": 95_000_000, "library_windows": 1000,
            "library_tokens": 300_000, "library_seconds": 3000 / rate, "library_money": 0, "embedding_seconds": None,
        },
    }  # fmt: skip


def found(document, score):
    direction = {0: "en-en", 1: "ko-ko"}
    keys = {str(i): direction[i % 2] for i in range(60)}
    hits = [[document.pk, 0, len(TEXT), 1]]
    return {
        key: {"scores": {"hybrid": [score if of == "ko-ko" else 0.5] * 5}, "hits": hits} for key, of in keys.items()
    }


@pytest.fixture
def run(document):
    """A generation and a candidate that is better in Korean and three times as slow."""
    active = Generation.objects.active()
    run = runs.begin([of_generation(active), candidate(active.model, 256)], Wishes({}), None)
    questions = [
        {
            "key": str(i), "text": f"Question {i}?", "language": "en", "pair": "",
            "direction": ("en-en", "ko-ko")[i % 2], "targets": [[document.pk, 0, len(TEXT), 2]],
        }
        for i in range(60)
    ]  # fmt: skip
    for row, quality, rate in zip(run.rows.all(), (0.5, 0.7), (30.0, 10.0), strict=True):
        row.figures, row.found, row.measured_at = figures(quality, rate), found(document, quality), timezone.now()
        row.save()
    run.questions, run.state, run.finished_at = questions, EvaluationRun.State.DONE, timezone.now()
    run.corpus = {"documents": 1, "is_sample": True}
    run.save()
    return run


def page_of(client, name, *args, **query):
    answer = client.get(reverse(f"search:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_was_chosen_becomes_a_run(staff, document):
    active = Generation.objects.active()
    model = EmbeddingModel.objects.create(
        name=active.model.name, revision="2", dimensions=384, shorter_dimensions=[192], max_tokens=256, licence="x"
    )
    chosen = {
        "generations": [active.pk], "models": [model.pk], "windows": ["128", "256"], "sizes": ["whole", "192"],
        "sample": 100, "limit": 50,
    }  # fmt: skip

    answer = staff.post(reverse("search:bench"), chosen)

    run = EvaluationRun.objects.get()
    assert answer.url == reverse("search:bench_run", args=[run.pk])
    assert [(row.window_tokens, row.dimensions, row.is_candidate) for row in run.rows.all()] == [
        (512, 384, False), (128, 384, True), (128, 192, True), (256, 384, True), (256, 192, True),
    ]  # fmt: skip
    assert (run.state, run.wishes) == ("queued", {"sets": {}, "sample": 100, "limit": 50})
    assert run.started_by.username == "staff"


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"sample": 100, "limit": 50}, "Choose an index that exists"),
        ({"generations": ["999"], "sample": 100, "limit": 50}, "999"),
        ({"sample": 10**9, "limit": 50}, "20000"),
    ],
)
def test_what_cannot_be_measured_is_said(staff, document, chosen, words):
    answer = staff.post(reverse("search:bench"), chosen)

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not EvaluationRun.objects.exists()


def test_run_says_in_words_what_is_better_and_at_what_price(staff, run):
    page = page_of(staff, "bench_run", run.pk)

    assert "is better on Korean: +0.20 ± 0.00." in page
    assert "No difference on English" in page
    assert "embeds the whole library 3.0 × slower." in page
    assert page.count("<figure") == 2
    assert "0.700" in page
    assert "(a sample)" in page


def test_another_row_can_be_the_one_to_compare_with(staff, run):
    page = page_of(staff, "bench_run", run.pk, against=1)

    assert "is worse on Korean: -0.20" in page


def test_run_that_waits_is_followed_and_can_be_stopped(staff, document):
    run = runs.begin([of_generation(Generation.objects.active())], Wishes({}), None)

    page = page_of(staff, "bench_run", run.pk)
    assert 'hx-trigger="every 3s"' in page
    assert "Waits for a free worker" in page

    staff.post(reverse("search:bench_cancel", args=[run.pk]))
    page = page_of(staff, "bench_run", run.pk)
    assert "hx-trigger" not in page.partition('id="bench"')[2].partition("</div>")[0]
    assert "was stopped" in page


def test_failure_is_explained(staff, run):
    EvaluationRun.objects.filter(pk=run.pk).update(state="failed", error="model_missing: /nowhere")

    page = page_of(staff, "bench_run", run.pk)

    assert "notice--error" in page
    assert "/nowhere" in page


def test_questions_stand_side_by_side_with_what_was_found(staff, run, document):
    page = page_of(staff, "bench_questions", run.pk, a=0, b=1, direction="ko-ko")

    assert page.count("Question ") >= 5
    assert "Question 1?" in page
    assert "Question 2?" not in page
    assert f"{document.get_absolute_url()}?start=0&amp;end={len(TEXT)}#passage" in page
    assert "answers it" in page


def test_documents_that_are_gone_are_not_shown(staff, run, document):
    document.delete()

    page = page_of(staff, "bench_questions", run.pk)

    assert "no longer in the library" in page
    assert "fifteen days" not in page


def test_figures_can_be_taken_along(staff, run):
    rows = list(
        csv.DictReader(
            io.StringIO(staff.get(reverse("search:bench_export", args=[run.pk, "csv"])).content.decode("utf-8-sig"))
        )
    )
    taken = json.loads(staff.get(reverse("search:bench_export", args=[run.pk, "json"])).content)

    assert len(rows) == 2 * 3 * 3
    assert {row["ndcg_10_mean"] for row in rows} == {"0.5", "0.7"}
    assert [row["figures"]["costs"]["texts_per_second"] for row in taken["rows"]] == [30, 10]
    assert staff.get(reverse("search:bench_export", args=[run.pk, "exe"])).status_code == 404


@pytest.mark.parametrize("start", ["=", "\n", "＝"])
def test_name_of_a_model_becomes_no_formula(staff, run, start):
    run.rows.update(model_name=f"{start}1+1")

    page = staff.get(reverse("search:bench_export", args=[run.pk, "csv"])).content.decode("utf-8-sig")

    assert {row["model_name"] for row in csv.DictReader(io.StringIO(page, newline=""))} == {f"'{start}1+1"}


def test_list_names_what_was_measured(staff, run):
    page = page_of(staff, "bench")

    assert "all-MiniLM-L6-v2 · 256 · 384" in page
    assert reverse("search:bench_run", args=[run.pk]) in page
