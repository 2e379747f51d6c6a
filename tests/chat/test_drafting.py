"""The language model writes drafts in both languages, which share their passage; whatever else it says is left out."""

import pytest
from django.urls import reverse

from chat.llm import configured_model
from chat.review import drafting
from search import question_sets
from search.models import Question
from tests.documents.rows import document_row
from tests.factories import make_collection
from tests.index_rows import indexed_rows

pytestmark = pytest.mark.django_db

TEXT = "Every employee receives fifteen days of annual leave, which lapse at the end of the year. " * 3
PAIR = 'Here: {"ko": "연차는 며칠인가요?", "en": "How many days of leave do we get?"}'


def readable():
    shelf = make_collection()
    return indexed_rows(shelf, [TEXT], document=document_row(shelf, language="en"))


@pytest.mark.parametrize(
    ("reply", "languages"),
    [
        (PAIR, ["ko", "en"]),
        ("{}", []),
        ("I cannot do that.", []),
        ('{"ko": "How many days of leave?", "en": "How many days of leave?"}', ["en"]),
        ('{"ko": "연차는 며칠인지 알려 줍니다.", "en": 7}', []),
        ('{"en": "' + "long " * 100 + '?"}', []),
        ('{"en": "broken', []),
    ],
)
def test_only_questions_of_their_language_are_taken(reply, languages):
    assert list(drafting.questions_in(reply)) == languages


def test_model_writes_pairs_that_share_their_passage_until_somebody_decides(ann, model):
    document = readable()
    model.script.pieces = [PAIR]

    assert drafting.write(document.collection, "Q", 5, ann, configured_model()) == 2
    assert drafting.write(document.collection, "Q", 5, ann, configured_model()) == 0

    korean, english = Question.objects.order_by("pk")
    assert (korean.state, korean.origin, english.parallel_of) == ("draft", "model", korean)
    question_sets.reject(korean)
    english.refresh_from_db()
    question_sets.accept(english, ann)
    (measured,) = question_sets.measurable()
    assert (measured.text, measured.judged[0].document_id) == (english.text, document.pk)


def test_model_that_fails_ends_the_writing(ann, model):
    document = readable()
    model.script.status, model.script.body = 401, "no"

    assert drafting.write(document.collection, "Q", 5, ann, configured_model()) == 0
    assert not Question.objects.exists()


def test_without_a_model_the_page_says_so(client, ann, settings):
    settings.LLM_BASE_URL = ""

    page = client.post(reverse("chat:draft_questions"), follow=True).content.decode()

    assert "No language model is set up" in page
