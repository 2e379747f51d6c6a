"""Conversations that colleagues read along: each sees what rests on documents that are open to them."""

import pytest
from django.urls import reverse

from chat import conversations
from chat.models import Answer, Conversation
from tests.chat.shelf import BOARD, LEAVE, cited_answer, shelves

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return shelves()


@pytest.fixture
def answer(world):
    """Of bob, who may read both sources."""
    return cited_answer(world.bob, (LEAVE, world.leave), (BOARD, world.minutes), before="As you know. ")


def address_of(answer) -> str:
    conversation = answer.message.conversation
    conversations.share(conversation)
    conversation.refresh_from_db()
    return reverse("chat:shared", args=[conversation.share_key])


def page(client, person, address) -> str:
    client.force_login(person)
    return client.get(address).content.decode()


def test_colleague_sees_what_rests_on_open_documents_and_nothing_else(client, world, answer):
    html = page(client, world.charlie, address_of(answer))

    assert LEAVE in html
    assert "Busan" not in html
    assert "Minutes" not in html
    assert "As you know" not in html
    assert "may no longer read" in html


def test_colleague_who_may_read_everything_sees_the_whole_answer(client, world, answer):
    html = page(client, world.bob, address_of(answer))

    assert all(words in html for words in (LEAVE, BOARD, "As you know.", "Minutes"))


def test_colleague_who_may_read_nothing_sees_the_question_alone(client, world, answer):
    html = page(client, world.dora, address_of(answer))

    assert "How many days?" in html
    assert "15 days" not in html


def test_a_closed_citation_hides_its_words_also_where_the_answer_kept_no_passages(client, world, answer):
    Answer.objects.update(passages=[])

    assert "Busan" not in page(client, world.charlie, address_of(answer))


def test_it_is_read_only_and_in_nobody_elses_navigation(client, world, answer):
    html = page(client, world.charlie, address_of(answer))

    assert "Not helpful" not in html
    assert "Answer again" not in html
    assert 'name="question"' not in html
    client.force_login(world.charlie)
    assert "How many days?" not in client.get(reverse("chat:ask")).content.decode()
    assert client.get(answer.message.conversation.get_absolute_url()).status_code == 404


def test_opening_it_counts_as_seen(client, world, answer):
    page(client, world.charlie, address_of(answer))

    assert Answer.objects.get().seen == 1


def test_ended_sharing_leads_nowhere_and_a_new_one_has_another_address(client, world, answer):
    old = address_of(answer)
    client.force_login(world.bob)
    turn = reverse("chat:share_conversation", args=[answer.message.conversation_id])

    client.post(turn, {"shared": ""})
    assert client.get(old).status_code == 404
    client.post(turn, {"shared": "yes"})

    assert client.get(old).status_code == 404
    assert client.get(reverse("chat:shared", args=[Conversation.objects.get().share_key])).status_code == 200


def test_sharing_twice_keeps_the_address(world, answer):
    assert address_of(answer) == address_of(answer)


def test_answer_that_is_being_written_is_not_streamed_to_colleagues(client, world, answer):
    Answer.objects.update(state=Answer.State.STREAMING)

    html = page(client, world.charlie, address_of(answer))

    assert "being written" in html
    assert "data-stream" not in html
