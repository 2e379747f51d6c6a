"""Reading question sets in BEIR's layout, good and broken."""

import json

import pytest

from search.beir import BeirError, CorpusDocument, read

CORPUS = [{"_id": "d1", "title": "One", "text": "first text"}, {"_id": 2, "title": None, "text": "둘째"}]
QUERIES = [{"_id": "q1", "text": "first?"}, {"_id": "q2", "text": "unjudged"}, {"_id": "q3", "text": "둘째는?"}]
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\t2\t0\nq3\t2\t1\n"


def write_set(folder, corpus=CORPUS, queries=QUERIES, qrels=QRELS):
    (folder / "qrels").mkdir(exist_ok=True)
    for name, rows in (("corpus", corpus), ("queries", queries)):
        lines = rows if isinstance(rows, str) else "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{name}.jsonl").write_text(lines + "\n\n", encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")
    return folder


def test_set_is_read_with_its_judged_queries(tmp_path):
    questions = read(write_set(tmp_path))

    assert questions.documents == (CorpusDocument("d1", "One", "first text"), CorpusDocument("2", "", "둘째"))
    assert questions.queries == {"q1": "first?", "q3": "둘째는?"}
    assert questions.judgements == {"q1": {"d1": 2, "2": 0}, "q3": {"2": 1}}


@pytest.mark.parametrize(("limit", "keys"), [(None, ["q1", "q3"]), (1, ["q1"]), (0, []), (9, ["q1", "q3"])])
def test_limit_takes_the_first_queries(tmp_path, limit, keys):
    assert list(read(write_set(tmp_path), limit).queries) == keys


@pytest.mark.parametrize("missing", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_missing_file_is_named(tmp_path, missing):
    (write_set(tmp_path) / missing).unlink()

    with pytest.raises(BeirError, match=missing.rsplit("/", 1)[-1]):
        read(tmp_path)


@pytest.mark.parametrize(
    "broken",
    [
        {"corpus": "{not json"},
        {"corpus": [{"_id": "d1"}]},
        {"corpus": [{"text": "no id"}]},
        {"corpus": ["only a string"]},
        {"queries": [{"text": "no id"}]},
        {"queries": [{"_id": "q1"}]},
        {"qrels": "query\tdocument\tscore\nq1\td1\t1\n"},
        {"qrels": "query-id\tcorpus-id\tscore\nq1\td1\tmuch\n"},
        {"qrels": "query-id\tcorpus-id\tscore\nq1\td1\n"},
    ],
)
def test_broken_file_is_one_plain_error(tmp_path, broken):
    write_set(tmp_path, **broken)

    with pytest.raises(BeirError):
        read(tmp_path)


def test_file_that_is_not_text_is_one_plain_error(tmp_path):
    (write_set(tmp_path) / "corpus.jsonl").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(BeirError, match=r"corpus\.jsonl"):
        read(tmp_path)
