"""Measuring a question set: right figures, the promised JSON, and nothing left behind."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from documents.models import Chunk, Collection, Document, Generation, Term
from search import beir, evaluation
from search.retrieval import Mode
from tests.factories import make_collection
from tests.index_rows import indexed_rows
from tests.search.test_beir import write_set

pytestmark = pytest.mark.django_db

TOPICS = {
    "leave": "Every employee receives fifteen days of annual leave in a calendar year.",
    "vpn": "The remote access gateway is maintained on Tuesday nights after ten.",
    "travel": "Travel expenses are paid within ten days after the claim was approved.",
    "badge": "Visitors wear a yellow badge and are accompanied on the factory floor.",
    "연차": "사용하지 않은 연차 휴가는 십이월 말에 소멸하며 수당으로 주지 않습니다.",
}
QUERIES = {"leave": "days of annual leave", "vpn": "gateway maintained", "연차": "연차 소멸"}
MEASURES = {"ndcg@10", "recall@1", "recall@5", "recall@10", "mrr@10", "p50_ms", "p95_ms"}


@pytest.fixture
def folder(tmp_path):
    corpus = [{"_id": key, "title": "", "text": text} for key, text in TOPICS.items()]
    queries = [{"_id": f"q-{key}", "text": text} for key, text in QUERIES.items()]
    qrels = "query-id\tcorpus-id\tscore\n" + "".join(f"q-{key}\t{key}\t1\n" for key in QUERIES)
    return write_set(tmp_path, corpus, queries, qrels)


def quietly(step, done, total):
    """Nobody looks on."""


def evaluate_command(folder, *options):
    out = StringIO()
    call_command("evaluate", "--beir", str(folder), *options, stdout=out, stderr=StringIO())
    return out.getvalue()


def partitions():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'documents_chunk'::regclass")
        return cursor.fetchone()[0]


def test_easy_questions_are_all_found(folder):
    result = evaluation.evaluate(beir.read(folder), list(Mode), quietly)

    assert (result.queries, result.documents, result.chunks) == (3, 5, 5)
    assert set(result.modes) == set(Mode)
    assert result.modes[Mode.HYBRID].ndcg_10 == 1.0
    assert result.modes[Mode.LEXICAL].recall_1 == 1.0
    assert set(result.calibration) == {"en", "ko"}


def test_json_is_the_promised_one(folder):
    printed = json.loads(evaluate_command(folder, "--json"))

    assert {"queries", "documents", "chunks", "modes"} <= set(printed)
    assert list(printed["modes"]) == ["lexical", "semantic", "hybrid", "rrf"]
    for row in printed["modes"].values():
        assert set(row) == MEASURES
        assert all(isinstance(value, float) for value in row.values())
        assert row["p50_ms"] > 0


def test_modes_and_limit_narrow_the_run(folder):
    printed = json.loads(evaluate_command(folder, "--json", "--modes", "lexical", "--limit", "1"))

    assert list(printed["modes"]) == ["lexical"]
    assert printed["queries"] == 1


def test_table_names_every_mode(folder):
    printed = evaluate_command(folder, "--modes", "lexical,hybrid")

    assert "3 queries, 5 documents" in printed
    assert "ndcg@10 1" in printed


@pytest.mark.parametrize("options", [("--modes", "best"), ("--modes", "")])
def test_unknown_mode_is_one_plain_error(folder, options):
    with pytest.raises(CommandError):
        evaluate_command(folder, *options)


def test_missing_set_is_one_plain_error(tmp_path):
    with pytest.raises(CommandError, match="qrels"):
        evaluate_command(tmp_path)


@pytest.mark.parametrize("breaks", [False, True])
def test_measuring_leaves_nothing_behind_and_does_not_touch_the_library(folder, breaks, monkeypatch):
    indexed_rows(make_collection(), list(TOPICS.values()))
    before = state()
    if breaks:
        monkeypatch.setattr(evaluation, "find_whole", None)

    if breaks:
        with pytest.raises(TypeError):
            evaluation.evaluate(beir.read(folder), [Mode.HYBRID], quietly)
    else:
        evaluation.evaluate(beir.read(folder), [Mode.HYBRID], quietly)

    assert state() == before


def state():
    active = Generation.objects.active()
    return {
        "generations": Generation.objects.count(),
        "partitions": partitions(),
        "collections": Collection.objects.count(),
        "documents": Document.objects.count(),
        "chunks": Chunk.objects.count(),
        "terms": sorted(Term.objects.values_list("generation", "id", "df")),
        "active": (active.pk, active.chunk_count, active.word_pivot, active.calibration, active.calibrated_at),
    }


def test_ranking_is_scored_by_document_not_by_window(tmp_path):
    long = "Annual leave is fifteen days. " * 150
    write_set(
        tmp_path,
        [{"_id": "long", "title": "", "text": long}, {"_id": "other", "title": "", "text": "Annual leave of others."}],
        [{"_id": "q", "text": "annual leave"}],
        "query-id\tcorpus-id\tscore\nq\tlong\t1\nq\tother\t1\n",
    )

    result = evaluation.evaluate(beir.read(tmp_path), [Mode.LEXICAL], quietly)

    assert result.chunks > result.documents
    assert result.modes[Mode.LEXICAL].recall_5 == 1.0


def test_empty_set_measures_nothing(tmp_path):
    write_set(tmp_path, [], [], "query-id\tcorpus-id\tscore\n")

    result = evaluation.evaluate(beir.read(tmp_path), [Mode.HYBRID], quietly)

    assert (result.queries, result.chunks, result.modes[Mode.HYBRID].ndcg_10) == (0, 0, 0.0)
