"""The page of all own conversations: found by their words, in pages, and only by what may still be read."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from chat import conversations
from chat.models import Conversation
from tests.chat.shelf import BOARD, LEAVE, cited_answer, shelves

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client):
    world = shelves()
    client.force_login(world.bob)
    return world


def listed(client, query="", **parameters) -> str:
    return client.get(reverse("chat:conversation_list"), {"q": query, **parameters}).content.decode()


@pytest.mark.parametrize("query", ["journey", "MANY days", "15 days", "journey annual", "100%"])
def test_words_are_found_in_titles_questions_and_answers(client, world, query):
    cited_answer(world.bob, (LEAVE + " 100% sure.", world.leave))
    Conversation.objects.update(title="A journey")
    cited_answer(world.bob, ("Nothing of it.", world.leave), question="Who pays?")

    html = listed(client, query)

    assert "journey" in html.split('id="history"')[1]
    assert "Who pays?" not in html.split('id="history"')[1]


def test_where_the_words_stand_is_shown_and_marked(client, world):
    cited_answer(world.bob, (LEAVE, world.leave), question="Vacation?")

    assert "Annual leave is <mark>15</mark> days." in listed(client, "15")


def test_answers_are_not_searched_once_a_source_of_theirs_is_closed(client, world):
    cited_answer(world.bob, (BOARD, world.minutes), question="Where?")
    assert "Where?" in listed(client, "Busan").split('id="history"')[1]

    world.board.readers.clear()

    assert "Where?" not in listed(client, "Busan").split('id="history"')[1]
    assert "Where?" in listed(client, "Where").split('id="history"')[1]


def test_conversations_of_others_are_never_found(client, world):
    cited_answer(world.charlie, (LEAVE, world.leave))

    assert "How many days?" not in listed(client, "days")


def test_pinned_ones_come_first_and_the_rest_in_pages(client, world):
    made = [Conversation.objects.create(user=world.bob, title=f"Talk {number:02}") for number in range(35)]
    Conversation.objects.filter(pk=made[0].pk).update(asked_at=timezone.now() - timedelta(days=90))
    conversations.pin(made[0], pinned=True)

    first, second = (listed(client, page=page).split('id="history"')[1] for page in (1, 2))

    assert first.index("Pinned") < first.index("Talk 00") < first.index("Today") < first.index("Talk 34")
    assert "Talk 04" in second
    assert "Talk 04" not in first


def test_pin_is_set_and_taken_off(client, world):
    conversation = Conversation.objects.create(user=world.bob, title="Talk")
    turn = reverse("chat:pin_conversation", args=[conversation.pk])

    assert client.post(turn, {"pinned": "yes"}).url == conversation.get_absolute_url()
    assert Conversation.objects.get().pinned_at
    assert client.post(turn, {"pinned": "", "list": "1"}).url == reverse("chat:conversation_list")
    assert Conversation.objects.get().pinned_at is None


def test_it_needs_no_more_queries_for_more_conversations(client, world, django_assert_max_num_queries):
    for number in range(6):
        cited_answer(world.bob, (LEAVE, world.leave), question=f"Question {number}")

    with django_assert_max_num_queries(11):
        listed(client, "leave")


def test_nothing_found_says_what_to_try(client, world):
    assert "No conversation has all these words." in listed(client, "unheard-of")
    assert "You have not asked anything yet." in listed(client)
