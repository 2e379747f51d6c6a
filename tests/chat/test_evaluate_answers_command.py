"""The commands that measure answers and refusals: promised figures, plain errors, nothing left behind."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from documents.models import Collection, Generation
from tests.factories import make_user
from tests.search.test_beir import write_set

pytestmark = pytest.mark.django_db

TOPICS = {
    "leave": "Every employee receives fifteen days of annual leave. Leave is planned in spring.",
    "vpn": "The gateway is maintained on Tuesday nights after ten.",
    "연차": "사용하지 않은 연차 휴가는 십이월 말에 소멸합니다. 회의실은 하루 전에 예약합니다.",
}
QUERIES = {
    "leave": ("How many days of annual leave does an employee receive?", ["fifteen days"]),
    "vpn": ("When is the gateway maintained?", [{"text": "on Sunday"}]),
    "연차": ("사용하지 않은 연차는 언제 소멸하나요?", {"text": ["십이월 말"]}),
    "none": ("Who breeds racing pigeons?", []),
}


@pytest.fixture
def folder(tmp_path):
    corpus = [{"_id": key, "title": "", "text": text} for key, text in TOPICS.items()]
    queries = [{"_id": key, "text": text, "metadata": {"answers": gold}} for key, (text, gold) in QUERIES.items()]
    return write_set(
        tmp_path, corpus, queries, "query-id\tcorpus-id\tscore\nleave\tleave\t1\nvpn\tvpn\t1\n연차\t연차\t1\n"
    )


def printed(command, *options):
    out = StringIO()
    call_command(command, *map(str, options), stdout=out, stderr=StringIO())
    return out.getvalue()


def test_what_is_quoted_is_compared_with_the_known_answers(folder):
    found = json.loads(printed("evaluate_answers", "--beir", folder, "--json"))

    assert found == {"queries": 4, "answered": 3, "contains_gold": 0.5, "refused": 1, "mean_sentences": 1.0}
    assert not Collection.objects.filter(is_scratch=True).exists()
    assert Generation.objects.count() == 1


def test_with_a_number_of_sentences_nothing_is_refused(folder):
    found = json.loads(printed("evaluate_answers", "--beir", folder, "--sentences", 2, "--limit", 1, "--json"))

    assert (found["queries"], found["answered"], found["mean_sentences"]) == (1, 1, 2.0)


def test_without_json_it_is_one_line_to_read(folder):
    assert "4 questions: 3 answered, 1 refused, 0.500 hold the answer" in printed("evaluate_answers", "--beir", folder)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--sentences", "0"], "1 or more"),
        (["--language", "fr"], "names no answers"),
        (["--beir", "nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_measured_is_one_plain_error(folder, options, reason):
    with pytest.raises(CommandError, match=reason):
        printed("evaluate_answers", "--beir", folder, *options)


def test_questions_of_a_library_need_somebody_who_may_read_it(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text('{"question": "How many?", "gold": ["ten"]}\n', encoding="utf-8")

    with pytest.raises(CommandError, match="no active user"):
        printed("evaluate_answers", "--questions", path)
    make_user("alice")
    assert '"refused": 1' in printed("evaluate_answers", "--questions", path, "--user", "alice", "--json")


def test_refusals_are_judged_on_what_was_left_out(folder):
    found = json.loads(printed("evaluate_refusal", "--beir", folder, "--json"))

    kinds = {row["language"]: row["in_use"] for row in found["sets"]}
    assert (kinds["en"]["answerable"], kinds["en"]["unanswerable"]) == (1, 1)
    assert kinds["en"]["auc"] == 1.0
    assert set(found["learned"]) == {"en"}


def test_nothing_to_measure_is_one_plain_error():
    with pytest.raises(CommandError, match="at least one"):
        printed("evaluate_refusal")
