"""A question is written by hand with passages picked from a search, without scripts; drafts are decided one by one."""

import pytest
from django.urls import reverse

from search import question_sets
from search.models import Judgement, Question
from search.question_sets import Asked, Judged, measurable
from search.questions import drafts
from tests.factories import make_collection, make_user
from tests.index_rows import indexed_rows
from tests.search.question_files import document_of

pytestmark = pytest.mark.django_db

TEXT = "Leave is 15 days. It is not carried over. Ask the team lead."


@pytest.fixture
def ann(client):
    ann = make_user("ann", staff=True)
    client.force_login(ann)
    return ann


@pytest.fixture
def document():
    shelf = make_collection()
    document = document_of(shelf, TEXT, title="Work rules", media_type="text/plain", page_based=False)
    return indexed_rows(shelf, [TEXT], document=document)


def key(document, start=0, end=60):
    return f"{document.pk}:1:{start}:{end}"


def saved(client, **values):
    return client.post(reverse("search:question_create"), {"text": "How long?", "name": "Q", "save": "1", **values})


def test_search_in_the_form_offers_passages_and_keeps_what_was_written(client, ann, document):
    sent = {"text": "How long?", "name": "Q", "find": "leave days", "search": "1"}

    page = client.post(reverse("search:question_create"), sent).content.decode()

    assert all(words in page for words in ("How long?", "Work rules", f'name="grade:{key(document)}"', TEXT))
    assert not Question.objects.exists()


def test_chosen_passage_is_narrowed_to_runs_of_ticked_sentences(client, ann, document):
    grade, sentences = f"grade:{key(document)}", f"sentence:{key(document)}"

    saved(client, **{grade: "2", f"sentences:{key(document)}": "1", sentences: ["0:17", "42:60"]})

    assert list(Judgement.objects.order_by("start").values_list("start", "end", "relevance")) == [
        (0, 17, 2),
        (42, 60, 2),
    ]
    assert Question.objects.get().origin == "hand"


def test_passage_with_all_sentences_ticked_stays_whole_and_one_taken_out_goes(client, ann, document):
    other = f"grade:{key(document, 0, 17)}"

    saved(client, **{f"grade:{key(document)}": "1", other: ""})

    assert Judgement.objects.values_list("start", "end", "relevance").get() == (0, len(TEXT), 1)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"text": " "}, "Write the question."),
        ({"name": ""}, "Name the question set."),
        ({}, "Choose at least one passage"),
        ({"grade:1:1:9:9": "2", "grade:nonsense": "2", "grade:999999:1:0:5": "2"}, "Choose at least one passage"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(client, ann, values, words):
    page = saved(client, **values)

    assert words in page.content.decode()
    assert not Question.objects.exists()


def test_question_without_an_answer_needs_no_passage(client, ann):
    saved(client, unanswerable="on")

    assert not Question.objects.get().is_answerable


def test_same_question_in_another_language_shares_the_passages(client, ann, document):
    first = question_sets.add("Q", Asked("How long?", "hand", [Judged(document.pk, 1, 0, 17, 2)]), ann)
    assert "How long?" in client.get(f"{reverse('search:question_create')}?to={first.pk}").content.decode()

    saved(client, text="며칠인가요?", parallel_to=str(first.pk))

    assert [one.pair for one in measurable()] == [first.pk, first.pk]


def test_edited_question_keeps_its_row_and_refuses_a_wording_that_is_there(client, ann, document):
    judged = [Judged(document.pk, 1, 0, 17, 2)]
    first = question_sets.add("Q", Asked("One?", "hand", judged), ann)
    second = question_sets.add("Q", Asked("Two?", "hand", judged), ann)
    address, grade = reverse("search:question_edit", args=[second.pk]), f"grade:{key(document, 0, 17)}"
    assert "checked" in client.get(address).content.decode()

    page = client.post(address, {"text": "One?", grade: "2", "save": "1"})
    assert "of this wording already" in page.content.decode()
    client.post(address, {"text": "Three?", grade: "1", "save": "1"})

    second.refresh_from_db()
    assert (second.text, second.judgements.get().relevance, first.judgements.get().relevance) == ("Three?", 1, 2)


def test_drafts_are_made_of_headings_and_sentences_once(ann):
    text = "Annual leave\nThe probation period lasts three months from the first day.\nEverybody gets leave by law.\n"
    document = document_of(make_collection(), text, title="Handbook")
    document.pages.update(headings=[{"start": 0, "level": 1, "text": "Annual leave"}])

    assert drafts.propose(document.collection, "Q", 20, ann) == 2
    assert drafts.propose(document.collection, "Q", 20, ann) == 0

    assert {(row.text, row.state, row.origin) for row in Question.objects.all()} == {
        ("What applies to annual leave?", "draft", "rules"),
        ("The probation period lasts how many months from the first day?", "draft", "rules"),
    }
    assert measurable() == []


def test_what_two_documents_say_alike_is_asked_by_title_or_not_at_all(ann):
    shelf = make_collection()
    for title in ("Seoul", "Busan"):
        text = "Parking\nThe gate closes at 9:30 on every working day of the year.\n" + "x" * 40
        document_of(shelf, text, title=title).pages.update(headings=[{"start": 0, "level": 1, "text": "Parking"}])

    drafts.propose(shelf, "Q", 20, ann)

    assert set(Question.objects.values_list("text", flat=True)) == {
        "In “Seoul”, what applies to parking?",
        "In “Busan”, what applies to parking?",
    }


def test_drafts_are_accepted_edited_or_rejected_for_good(client, ann, document):
    judged = [Judged(document.pk, 1, 0, 17, 2)]
    texts = ("Keep?", "Mend?", "Drop?")
    keep, mend, drop = question_sets.add_all("Q", [Asked(text, "rules", judged, state="draft") for text in texts], ann)
    page = client.get(reverse("search:draft_list")).content.decode()
    assert all(words in page for words in ("Keep?", "Leave is 15 days.", "Work rules"))

    client.post(reverse("search:draft_decide", args=[keep.pk]), {"accept": "1"})
    grade = f"grade:{key(document, 0, 17)}"
    client.post(reverse("search:question_edit", args=[mend.pk]), {"text": "Mended?", grade: "2", "save": "1"})
    client.post(reverse("search:draft_decide", args=[drop.pk]), {"reject": "1"})

    assert [one.text for one in measurable()] == ["Keep?", "Mended?"]
    assert Question.objects.get(pk=drop.pk).state == "rejected"
    assert drafts.known_texts("Q") == {"Keep?", "Mended?", "Drop?"}


def test_filters_count_and_narrow(client, ann, document):
    judged = [Judged(document.pk, 1, 0, 17, 2)]
    for text, origin, split in (
        ("One?", "hand", "tuning"),
        ("하나인가요?", "review", "tuning"),
        ("Two?", "hand", "held_out"),
    ):
        question_sets.add("Q", Asked(text, origin, judged, split=split), ann)
    home = Question.objects.first().question_set_id

    page = client.get(f"{reverse('search:question_list')}?set={home}&origin=hand&split=tuning").content.decode()

    assert ("One?" in page, "하나인가요?" in page, "Two?" in page) == (True, False, False)
    assert f"?set={home}&amp;split=tuning" in page
    assert f"?set={home}&amp;language=ko&amp;split=tuning&amp;origin=hand" in page


def test_twice_the_questions_take_as_many_statements(client, ann, document, django_assert_max_num_queries):
    for number in range(6):
        judged = [Judged(document.pk, 1, 0, 17, 2)]
        question_sets.add("Q", Asked(f"Question {number}?", "hand", judged), ann)
    client.get(reverse("search:question_list"))

    with django_assert_max_num_queries(20):
        client.get(reverse("search:question_list"))
