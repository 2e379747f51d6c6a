"""Questions that are offered: from headings that say something, of documents that may be read."""

import pytest
from django.utils import translation

from chat.models import Answer
from chat.next_questions import next_questions
from chat.suggestions import suggestions
from chat.transcript import shown
from search.headings import is_telling
from tests.chat.shelf import cited_answer, shelves, text_document
from tests.factories import make_answer, source_of


@pytest.mark.parametrize(
    ("heading", "telling"),
    [
        ("연차 유급휴가", True),
        ("Carrying leave over", True),
        ("열차와 버스", True),
        ("목적", False),
        ("적용 범위", False),
        ("용어의 정의", False),
        ("부칙", False),
        ("Purpose and scope", False),
        ("Revision history", False),
        ("표 3. 지급 기준", False),
        ("Figure 2", False),
        ("2026년 1월 2일", False),
        ("hr@example.com", False),
        ("이 규정은 2026년부터 시행합니다", False),
        ("Who may apply?", False),
        ("12.3", False),
        ("A", False),
        ("x" * 41, False),
    ],
)
def test_headings_that_say_something(heading, telling):
    assert is_telling(heading) is telling


RULES = "Travel\n\nRooms and hotels\n\nTrains and buses\n\nPlanes\n\nDaily rates"
HEADINGS = ["Travel", "Rooms and hotels", "Trains and buses", "Planes", "Daily rates"]


@pytest.fixture
def world(db):
    world = shelves()
    world.travel = text_document(world.rules, RULES, "Travel rules", HEADINGS)
    return world


def topics(answer, reader, asked=()):
    with translation.override("en"):
        return [topic.name for topic in next_questions(shown(answer, reader), asked)]


def about_trains(world, **overrides):
    cited_answer(world.bob, ("Trains and buses", world.travel))
    start = RULES.index("Trains")
    Answer.objects.filter(text__startswith="Trains").update(
        passages=[source_of(world.travel, start=start, end=start + 16)], **overrides
    )
    return Answer.objects.latest("pk")


@pytest.mark.django_db
def test_neighbouring_headings_of_the_cited_document_are_offered(world):
    assert topics(about_trains(world), world.bob) == ["Planes", "Daily rates"]


@pytest.mark.django_db
def test_what_was_asked_is_not_offered_again(world):
    assert topics(about_trains(world), world.bob, ["What about planes?"]) == ["Daily rates", "Rooms and hotels"]


@pytest.mark.django_db
def test_headings_of_other_documents_that_were_found_follow(world):
    answer = about_trains(world)
    answer.passages.append(source_of(world.minutes, 2) | {"heading": "Meetings › Places of meetings"})

    assert topics(answer, world.bob) == ["Planes", "Daily rates", "Places of meetings"]
    assert topics(answer, world.charlie) == ["Planes", "Daily rates"]


@pytest.mark.django_db
def test_nothing_is_offered_after_a_refusal_or_a_failure(world):
    refusal = make_answer(world.bob, text="", passages=[source_of(world.travel)])
    failed = about_trains(world, state=Answer.State.INTERRUPTED, error_code="cut")

    assert topics(refusal, world.bob) == topics(failed, world.bob) == []


@pytest.mark.django_db
def test_first_questions_come_from_every_collection_in_turn(world):
    text_document(
        world.board, "Minutes\n\nPlaces to meet\n\nHow votes are counted", "Votes", ["Minutes", "Places to meet"]
    )
    text_document(world.rules, "Food\n\nLunch money", "Food", ["Food", "Lunch money"])

    assert {topic.title for topic in suggestions(world.bob, "en")} == {"Votes", "Food", "Travel rules"}
    assert {topic.title for topic in suggestions(world.charlie, "en")} == {"Food", "Travel rules"}
    assert suggestions(world.dora, "en") == []
