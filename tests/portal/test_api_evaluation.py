"""Measuring through the REST API."""

import pytest

from documents.models import Generation
from search import question_sets
from search.models import EvaluationRun, Question
from search.question_sets import Asked
from tests.factories import make_collection, make_user
from tests.index_rows import indexed_rows
from tests.portal.programs import program, said

pytestmark = pytest.mark.django_db

API = "/api/v1"


def test_staff_measure_with_question_sets():
    indexed_rows(make_collection(), ["Annual leave is 15 days."])
    web = program(make_user("ann", staff=True))
    generation = Generation.objects.active()

    begun = web.post(f"{API}/evaluation/runs", {"generations": [generation.pk]}, content_type="application/json")

    assert (begun.status_code, begun.json()["state"]) == (202, "queued")
    run = EvaluationRun.objects.get()
    assert web.get(f"{API}/evaluation/runs/{run.pk}").json()["report"]["rows"] == []
    assert web.get(f"{API}/evaluation/runs").json()["total"] == 1


def test_a_measurement_of_nothing_is_refused_in_words():
    web = program(make_user("ann", staff=True))

    response = web.post(f"{API}/evaluation/runs", {"models": [10**9]}, content_type="application/json")

    assert said(response) == (422, "invalid")
    assert "models:" in response.json()["error"]["message"]


def test_question_sets_tell_how_many_of_their_questions_are_ready():
    question_sets.add("Rules", Asked("How many days?", Question.Origin.HAND), None)
    question_sets.add("Rules", Asked("Since when?", Question.Origin.RULES, state=Question.State.DRAFT), None)

    listed = program(make_user("ann", staff=True)).get(f"{API}/evaluation/question-sets").json()

    assert [(row["name"], row["questions"]) for row in listed["items"]] == [("Rules", 1)]
