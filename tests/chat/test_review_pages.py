"""The review desk over HTTP: one request holds the whole opinion, nothing typed is lost, nothing hidden is shown."""

import pytest
from django.urls import reverse
from django.utils import timezone

from chat.models import Correction, Review
from chat.review import reviews
from chat.review.forms import field_of
from chat.review.reviews import Opinion
from search.models import Judgement, Question
from tests.documents.rows import document_row
from tests.factories import make_answer, make_citation, make_collection, make_user, source_of

pytestmark = pytest.mark.django_db
QUEUE = reverse("chat:review_queue")


def address(answer):
    return reverse("chat:review", args=[answer.pk])


def sent(answer, **values):
    (citation,) = answer.citations.all()
    return {"verdict": "good", field_of(citation.pk): "supports", "then": "stay", **values}


def text_of(response):
    return response.content.decode()


def test_queue_says_why_an_answer_is_there(client, ann, answer):
    page = text_of(client.get(QUEUE))

    assert "How many days of leave?" in page
    assert "1 unverified mark" in page


def test_queue_asks_the_database_as_often_for_many_answers(client, ann, ben, document, django_assert_max_num_queries):
    def fill(count):
        for _ in range(count):
            answer = make_answer(ben)
            make_citation(answer, document)
            Review.objects.create(answer=answer, reviewer=ben, verdict="good", finished_at=timezone.now())

    fill(2)
    client.get(QUEUE, {"status": "all"})
    with django_assert_max_num_queries(100) as few:
        client.get(QUEUE, {"status": "all"})
    fill(10)
    with django_assert_max_num_queries(len(few)):
        client.get(QUEUE, {"status": "all"})


def test_damaged_filters_count_as_not_chosen(client, ann, answer):
    response = client.get(QUEUE, {"status": "x", "reason": "y", "collection": "z", "since": "never", "page": "-1"})

    assert "How many days of leave?" in text_of(response)


def test_opening_takes_the_answer_and_shows_sentence_and_source(client, ann, answer):
    page = text_of(client.get(address(answer)))

    assert reviews.holder(answer).reviewer == ann
    for words in ("Fifteen days", "Work rules", "Unverified", "50 % of the words", "Supports partly"):
        assert words in page


def test_desk_shows_what_employees_missed_and_not_who_they_are(client, ann, answer):
    answer.feedback.create(user=make_user("eve.miller"), helpful=False, reason="outdated", comment="Old rule.")

    page = text_of(client.get(address(answer)))

    assert "It is out of date · “Old rule.”" in page
    assert "eve.miller" not in page


def test_answer_that_somebody_else_holds_is_not_shown(client, ann, ben, answer):
    reviews.hold(answer, ben)

    page = text_of(client.get(address(answer)))

    assert "Somebody else is reviewing this answer" in page
    assert "ben has had it" in page
    assert "Work rules" not in page


def test_whole_opinion_in_one_request(client, ann, answer):
    client.get(address(answer))

    response = client.post(
        address(answer), sent(answer, verdict="wrong", note="Old.", corrected="Sixteen [1].", wants_second="on")
    )

    review = Review.objects.get()
    assert response.status_code == 302
    assert (review.verdict, review.note, review.wants_second) == ("wrong", "Old.", True)
    assert review.verdicts.get().value == "supports"
    assert review.correction.text == "Sixteen [1]."


def test_saving_leads_to_the_next_answer_of_the_same_kind(client, ann, ben, answer):
    other = make_answer(ben, "Another one?", "No source.", risk=0.9)
    same = make_answer(ben, "The same kind?", "Fine [1].", passages=answer.passages)

    response = client.post(
        f"{address(answer)}?collection={answer.passages[0]['collection']}", sent(answer, then="next"), follow=True
    )

    assert response.redirect_chain[0][0].startswith(address(same))
    assert reviews.holder(same)
    assert reviews.holder(other) is None


def test_after_the_last_one_comes_the_queue(client, ann, answer):
    response = client.post(address(answer), sent(answer, then="next"), follow=True)

    assert "Nothing is waiting here any more." in text_of(response)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"verdict": ""}, "Say whether the answer is good"),
        ({"verdict": "wrong", "corrected": "Sixteen [7]."}, "[7] is not a source of this answer."),
        ({"verdict": "wrong", "corrected": "Sixteen."}, "Name at least one source"),
        ({"verdict": "good", "corrected": "Sixteen [1]."}, "A good answer needs no correction"),
    ],
)
def test_nothing_typed_is_lost_on_an_error(client, ann, answer, values, message):
    response = client.post(address(answer), sent(answer, note="My long note", **values))

    page = text_of(response)
    assert response.status_code == 200
    assert message in page
    assert "My long note" in page
    assert values.get("corrected", "") in page
    assert 'value="supports" checked' in page
    assert not Review.objects.exclude(verdict="").exists()


def test_refusal_needs_no_mark_when_it_is_ticked(client, ann, answer):
    client.post(address(answer), sent(answer, verdict="wrong", corrected="Nobody says.", is_refusal="on"))

    assert Correction.objects.get().documents == []


def test_preview_saves_nothing_and_shows_only_safe_text(client, ann, answer):
    typed = "**Sixteen** [1] <script>alert(1)</script> [9]"

    page = text_of(client.post(address(answer), sent(answer, corrected=typed, then="preview")))

    assert "<strong>Sixteen</strong>" in page
    assert '<span class="cite">1</span>' in page
    assert "<script>alert" not in page
    assert not Review.objects.exclude(verdict="").exists()


def test_revisited_opinion_is_filled_in(client, ann, answer):
    reviews.record(answer, ann, Opinion("wrong", note="Old.", corrected="Sixteen [1]."))

    page = text_of(client.get(address(answer)))

    assert 'value="wrong" checked' in page
    assert "Sixteen [1]." in page
    assert reviews.holder(answer) is None


def test_expired_correction_is_there_to_be_changed(client, ann, answer):
    reviews.record(answer, ann, Opinion("wrong", corrected="Sixteen [1]."))
    Correction.objects.update(expired_at=timezone.now())

    page = text_of(client.get(address(answer)))

    assert "Sixteen [1]." in page
    assert "Your correction has not been given since" in page


def test_history_shows_a_correction_only_to_who_may_read_its_sources(client, ann, answer, document):
    reviews.record(answer, ann, Opinion("wrong", corrected="Sixteen [1]."))
    history = reverse("chat:review_history", args=[answer.pk])
    assert "Sixteen [1]." in text_of(client.get(history))

    document.collection.delete()

    page = text_of(client.get(history))
    assert "Corrected the answer" in page
    assert "Sixteen" not in page


def test_other_opinions_are_shown_only_after_the_own(client, ann, ben, answer):
    (citation,) = answer.citations.all()
    reviews.record(answer, ben, Opinion("wrong", {citation.pk: "outdated"}, "Replaced last year."))
    history = reverse("chat:review_history", args=[answer.pk])

    assert "Replaced last year" not in text_of(client.get(history))
    assert "ben: Wrong" not in text_of(client.get(f"{QUEUE}?status=all"))
    assert "ben: Outdated" not in text_of(client.get(address(answer)))

    reviews.record(answer, ann, Opinion("good"))
    assert "Replaced last year" in text_of(client.get(history))
    assert "ben: Wrong" in text_of(client.get(f"{QUEUE}?status=all"))
    assert "ben: Outdated" in text_of(client.get(address(answer)))


def test_history_tells_what_was_said_before_and_names_no_employee(client, ann, answer):
    answer.feedback.create(
        user=make_user("eve.miller"), helpful=False, reason="outdated", comment="That was last year."
    )
    reviews.record(answer, ann, Opinion("good"))
    reviews.record(answer, ann, Opinion("wrong", note="On second thoughts."))

    page = text_of(client.get(reverse("chat:review_history", args=[answer.pk])))

    for words in ("That was last year.", "It is out of date", "Good", "Wrong", "On second thoughts.", "An employee"):
        assert words in page
    assert "eve.miller" not in page


def test_what_the_reviewer_may_not_read_is_hidden(client, ann, answer, document):
    document.collection.delete()

    page = text_of(client.get(address(answer)))

    assert "A source that you may no longer read" in page
    assert "Fifteen days" not in page
    assert "Work rules" not in page


def test_sentence_that_rests_on_a_closed_source_too_is_hidden_at_each_of_its_marks(client, ann, ben, document):
    closed = document_row(make_collection("Board"), title="Minutes", media_type="text/plain")
    words = "Fifteen days, and twenty for the board."
    sources = [source_of(document), source_of(closed, 2)]
    answer = make_answer(ben, "How many days?", f"{words} [1][2]", passages=sources)
    for number, cited in enumerate((document, closed), 1):
        start = len(words) + 1 + 3 * (number - 1)
        spans = {"sentence_end": len(words), "mark_start": start, "mark_end": start + 3}
        make_citation(answer, cited, number=number, **spans)
    closed.collection.delete()

    page = text_of(client.get(address(answer)))

    assert "Fifteen days." in page
    assert "twenty for the board" not in page


def test_hold_is_renewed_and_let_go(client, ann, ben, answer):
    client.get(address(answer))
    renew = reverse("chat:review_renew", args=[answer.pk])

    assert client.post(renew).status_code == 204
    client.post(reverse("chat:review_release", args=[answer.pk]))
    reviews.hold(answer, ben)
    assert client.post(renew).status_code == 409


def test_verdict_becomes_a_question(client, ann, answer, document):
    values = sent(answer, as_question="on", question_set="Leave")

    client.post(address(answer), values)
    client.post(address(answer), values)

    question = Question.objects.get()
    judgement = question.judgements.get()
    assert (question.text, question.question_set.name, question.origin) == (
        "How many days of leave?",
        "Leave",
        "review",
    )
    assert (judgement.document, judgement.relevance) == (document, Judgement.Relevance.FULL)
    assert question.added_by == ann


def test_right_refusal_becomes_a_question_without_an_answer(client, ann, ben):
    answer = make_answer(ben, "What is on the menu?", "")

    client.post(address(answer), {"verdict": "good", "as_question": "on", "then": "stay"})

    assert (Question.objects.get().is_answerable, Judgement.objects.count()) == (False, 0)


def test_corrections_are_listed_and_taken_back(client, ann, answer):
    reviews.record(answer, ann, Opinion("wrong", corrected="Sixteen [1]."))
    page = text_of(client.get(reverse("chat:correction_list")))
    assert "Sixteen [1]." in page
    assert "given 0 times" in page

    client.post(reverse("chat:correction_take_back", args=[Correction.objects.get().pk]))

    assert "not given" in text_of(client.get(reverse("chat:correction_list")))
