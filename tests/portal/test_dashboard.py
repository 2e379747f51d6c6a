"""Figures of a chosen time, against rows made by hand: days, hours, people, documents, costs; and the file of them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from chat.models import Answer, Gap
from documents.models import Document, EmbeddingModel, EmbeddingUse, Generation, Page
from portal.dashboard import asked, cited, drawing, spending, stock, unanswered
from portal.dashboard.asked import Outcome
from portal.dashboard.span import Span, last_days
from tests.documents.rows import document_row, job_row
from tests.factories import make_answer, make_citation, make_collection, make_user, source_of

pytestmark = pytest.mark.django_db

# The clock of the tests' time zone, Seoul, is nine hours ahead.
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 8)
SPAN = Span(FIRST, LAST)


@pytest.fixture
def ann():
    return make_user("ann", staff=True)


@pytest.fixture
def shelf():
    return make_collection("Handbook")


def answered(user, at=datetime(2026, 3, 4, 3, tzinfo=UTC), **values):
    answer = make_answer(user, **values)
    Answer.objects.filter(pk=answer.pk).update(created_at=at)
    return answer


def whole(collection=None, span=SPAN):
    return asked.whole(asked.answers_of(span, collection))


def test_days_without_questions_are_there_and_weeks_end_with_the_last_day():
    assert [step.first for step in SPAN.steps()] == [FIRST + timedelta(days=number) for number in range(7)]

    weeks = list(Span(date(2026, 1, 1), date(2026, 12, 31)).steps())

    assert len(weeks) == 53
    assert (weeks[0].first, weeks[0].last) == (date(2026, 1, 1), date(2026, 1, 1))
    assert (weeks[-1].first, weeks[-1].last) == (date(2026, 12, 25), date(2026, 12, 31))
    assert all(after.first - before.last == timedelta(days=1) for before, after in zip(weeks, weeks[1:], strict=False))


def test_days_begin_at_midnight_of_the_portals_time_zone(ann):
    answered(ann, datetime(2026, 3, 1, 14, 59, tzinfo=UTC))  # the evening before the first day
    answered(ann, datetime(2026, 3, 1, 15, 0, tzinfo=UTC))
    answered(ann, datetime(2026, 3, 8, 14, 59, tzinfo=UTC))
    answered(ann, datetime(2026, 3, 8, 15, 0, tzinfo=UTC))  # the day behind the last

    periods = asked.by_period(asked.answers_of(SPAN, None), SPAN)

    assert [period.total for period in periods] == [1, 0, 0, 0, 0, 0, 1]


def test_in_another_time_zone_the_same_rows_lie_on_other_days(ann):
    answered(ann, datetime(2026, 3, 4, 23, 30, tzinfo=UTC))

    with timezone.override("America/New_York"):
        periods = asked.by_period(asked.answers_of(SPAN, None), SPAN)
        hours = asked.by_hour(asked.answers_of(SPAN, None))

    assert [period.step.first for period in periods if period.total] == [date(2026, 3, 4)]
    assert hours == {(3, 18): 1}
    assert asked.by_hour(asked.answers_of(SPAN, None)) == {(4, 8): 1}


def test_each_question_has_one_outcome(ann):
    answered(ann)
    answered(ann, text="")
    answered(ann, text="", state=Answer.State.FAILED)
    answered(ann, state=Answer.State.INTERRUPTED)
    answered(ann, state=Answer.State.STOPPED)
    answered(ann, state=Answer.State.STREAMING)

    found = whole()

    assert found.counts == {Outcome.ANSWERED: 1, Outcome.REFUSED: 1, Outcome.FAILED: 2, Outcome.STOPPED: 1}
    assert found.total == 5
    assert found.percents["failed"] == 40


def test_people_are_counted_once_and_times_without_a_word_not_at_all(ann):
    bob = make_user("bob")
    for milliseconds in (100, 200, 300):
        answered(ann, first_word_ms=milliseconds, milliseconds=1000)
    answered(bob, text="", milliseconds=2000)

    found = whole()

    assert found.people == 2
    assert (found.first_word.half, found.first_word.most) == (200, 290)
    assert found.finished.half == 1000
    assert whole(span=last_days(7, date(2020, 1, 1))).first_word.half is None


def test_unverified_and_reviewed_answers_are_counted_once(ann, shelf):
    document = document_row(shelf)
    answer = answered(ann)
    make_citation(answer, document, finding="unverified")
    make_citation(answer, document, finding="contradicted")
    make_citation(answered(ann), document)
    answer.reviews.create(reviewer=ann, verdict="good", finished_at=timezone.now())
    answer.reviews.create(reviewer=make_user("rita", staff=True), verdict="good", finished_at=timezone.now())

    found = whole()

    assert (found.unverified, found.reviewed, found.total) == (1, 1, 2)


def test_an_answer_belongs_to_what_it_cites_or_came_nearest_to(ann, shelf):
    other = make_collection("Board")
    ours, theirs = document_row(shelf), document_row(other)
    make_citation(answered(ann, passages=[source_of(theirs)]), ours)
    answered(ann, text="", passages=[source_of(ours), source_of(theirs)])
    answered(ann, text="", passages=[])

    assert whole(shelf.pk).total == 2
    assert whole(other.pk).total == 0
    assert whole().total == 3


def test_documents_are_ranked_by_the_answers_that_cite_them(ann, shelf):
    often, once, never, young = (document_row(shelf) for _ in range(4))
    Document.objects.exclude(pk=young.pk).update(created_at=datetime(2026, 1, 1, tzinfo=UTC))
    hidden = document_row(make_collection("Measured", is_scratch=True))
    for document in (often, often, once, hidden):
        make_citation(answered(ann), document)
    twice = answered(ann)
    make_citation(twice, once)
    make_citation(twice, once)
    make_citation(answered(ann, datetime(2025, 1, 1, tzinfo=UTC)), never)

    ranked = cited.most_cited(ann, SPAN, None)

    assert [(row.document, row.answers) for row in ranked] == [(often, 2), (once, 2)]
    silent = cited.never_cited(ann, SPAN, None)
    assert (silent.count, list(silent.oldest)) == (1, [never])


def test_open_questions_are_grouped_by_topic_with_their_number():
    at = datetime(2026, 3, 4, tzinfo=UTC)
    for question, terms in (
        ("Where is the parking garage?", ["garage", "park"]),
        ("Where is the parking garage?", ["garage", "park"]),
        ("Is the parking garage free?", ["free", "garage"]),
        ("Who pays for lunch?", ["lunch"]),
    ):
        gap = Gap.objects.create(question=question, terms=terms, language="en")
        Gap.objects.filter(pk=gap.pk).update(created_at=at)
    closed = Gap.objects.create(question="Closed?", terms=["close"], closed_at=at)
    Gap.objects.filter(pk=closed.pk).update(created_at=at)

    topics = unanswered.open_topics(SPAN, None)

    assert [(bool(topic.name), topic.times) for topic in topics] == [(True, 3), (False, 1)]
    assert topics[0].questions[0].times == 2


def test_health_counts_states_waiting_jobs_and_poor_pages(ann, shelf):
    failed = document_row(shelf, state=Document.State.FAILED)
    waiting = document_row(shelf, state=Document.State.WAITING)
    job = job_row(waiting)
    Page.objects.create(document=failed, number=1, text="", offset=0, quality=0.1)
    Page.objects.create(document=failed, number=2, text="", offset=0, confidence=0.6)
    Page.objects.create(document=failed, number=3, text="Good.", offset=0)
    document_row(make_collection("Other"))

    found = stock.health(ann, shelf.pk)

    assert {one.state: one.count for one in found.states} == {"failed": 1, "waiting": 1}
    assert (found.failed, found.waiting, found.oldest, found.poor_pages) == (1, 1, job.created_at, 2)
    assert stock.health(ann, None).documents == 3


def test_storage_counts_files_by_collection_and_indexes_by_generation(shelf):
    document_row(shelf, size=1_000)
    document_row(make_collection("Other"), size=500)

    assert stock.storage(shelf.pk).files == 1_000
    found = stock.storage(None)
    assert found.files == 1_500
    assert found.database > 0 < found.free
    assert [index.generation for index in found.indexes] == [Generation.objects.active()]
    assert found.indexes[0].size > 0


def test_tokens_and_cost_are_summed_by_model(ann):
    answered(ann, model="large", input_tokens=1_000, output_tokens=100, cost=Decimal("0.5"))
    answered(ann, model="large", input_tokens=500, output_tokens=None, cost=Decimal("0.25"))
    answered(ann)
    endpoint = EmbeddingModel.objects.create(
        provider="openai", name="embed", dimensions=8, max_tokens=100, licence="proprietary",
        price_per_million_tokens=Decimal("0.2"),
    )  # fmt: skip
    for day in (FIRST, LAST, LAST + timedelta(days=1)):
        EmbeddingUse.objects.create(model=endpoint, day=day, purpose="queries", requests=2, tokens=500_000)

    (answers,) = spending.language_models(asked.answers_of(SPAN, None))
    (vectors,) = spending.embeddings(SPAN)

    assert (answers.name, answers.times, answers.tokens, answers.cost) == ("large", 2, 1_600, Decimal("0.75"))
    assert (vectors.times, vectors.tokens, vectors.cost) == (4, 1_000_000, Decimal("0.2"))


def test_bars_stand_on_each_other_and_squares_get_darker(ann):
    for text in ("Yes.", "Yes.", ""):
        answered(ann, text=text)

    answers = asked.answers_of(SPAN, None)
    drawn = drawing.bars(asked.by_period(answers, SPAN))

    assert drawn.busiest == 3
    assert [(part.kind, part.y, part.height) for part in drawn.bars[2].parts] == [
        ("answered", 40.0, 80.0),
        ("refused", 0.0, 40.0),
    ]
    assert drawn.bars[0].parts == ()
    assert drawing.week({(1, 0): 1, (7, 23): 100})[0].squares[0].shade == 1
    assert drawing.week({(1, 0): 1, (7, 23): 100})[6].squares[23].shade == drawing.SHADES
