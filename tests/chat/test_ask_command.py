"""`manage.py ask`: the answer as one JSON object, the errors as one line."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from documents.pages import text_between
from tests.llm_server import Script

pytestmark = pytest.mark.django_db

QUESTION = "How many days of annual leave does an employee receive?"


def ask(*args: str) -> str:
    out = StringIO()
    call_command("ask", *args, stdout=out)
    return out.getvalue()


def test_json_holds_the_answer_and_the_places_of_its_quotes(library):
    reply = json.loads(ask(QUESTION, "--user", "bob", "--json"))

    assert set(reply) == {"answer", "grounded", "model", "citations", "milliseconds"}
    assert reply["answer"].startswith("Every employee receives 15 days of annual leave. [1]")
    assert (reply["grounded"], reply["model"]) == (True, "extractive")
    [citation] = reply["citations"]
    assert set(citation) == {"number", "document", "title", "file", "page", "start", "end", "quote", "support"}
    assert citation["quote"] == text_between(citation["document"], citation["start"], citation["end"])
    assert (citation["title"], citation["file"], citation["page"]) == ("Leave", "leave.txt", 1)


def test_a_refusal_is_in_the_questions_language(library):
    reply = json.loads(ask("Is there a kindergarten subsidy?", "--user", "bob", "--json"))

    assert reply["answer"] == "The documents do not answer this."
    assert (reply["grounded"], reply["citations"]) == (False, [])


def test_the_answer_as_text_names_its_sources(library):
    assert "[1] Leave (leave.txt), page 1" in ask(QUESTION, "--user", "bob", "--collection", "Rules")


def test_an_outsider_is_refused(library):
    assert json.loads(ask(QUESTION, "--user", "charlie", "--json"))["grounded"] is False


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ((QUESTION, "--user", "nobody"), "no active user"),
        ((" ", "--user", "bob"), "empty"),
        ((QUESTION, "--user", "bob", "--collection", "Other"), "no collection 'Other'"),
        ((QUESTION, "--user", "charlie", "--collection", "Rules"), "no collection 'Rules'"),
    ],
)
def test_errors_are_one_line(library, args, says):
    with pytest.raises(CommandError, match=says) as caught:
        ask(*args)

    assert "\n" not in str(caught.value)


def test_a_model_that_fails_is_an_error(library, model):
    model.script = Script(status=401, body="{}", content_type="application/json")

    with pytest.raises(CommandError, match="refused"):
        ask(QUESTION, "--user", "bob")
