"""Answering again and asking in other words keep what was before; nothing is asked twice by two clicks."""

from uuid import uuid4

import pytest
from django.urls import reverse

from chat import conversations
from chat.models import Answer, Conversation, Message
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(client):
    bob = make_user("bob")
    client.force_login(bob)
    return bob


def finish(text="Fifteen days."):
    Answer.objects.filter(state="streaming").update(state="complete", text=text, model="m")


def page(client, conversation, version=None) -> str:
    return client.get(conversation.get_absolute_url(), {"version": version} if version else {}).content.decode()


def test_older_answers_are_kept_and_can_be_turned_to(client, bob):
    conversation = conversations.start(bob, "How long?")
    finish("The first answer.")
    first = Answer.objects.get()
    client.post(reverse("chat:answer_again", args=[first.pk]))
    finish("The second answer.")

    newest, older = page(client, conversation), page(client, conversation, first.pk)

    assert "The second answer." in newest
    assert "Version 2 of 2" in newest
    assert "The first answer." in older
    assert "Version 1 of 2" in older
    assert "The second answer." not in older


def test_answering_again_twice_at_once_makes_one_answer(client, bob):
    conversations.start(bob, "How long?")
    finish()
    again = reverse("chat:answer_again", args=[Answer.objects.get().pk])

    assert client.post(again).url == client.post(again).url
    assert Answer.objects.count() == 2


def test_question_in_other_words_takes_the_place_of_the_old_one(client, bob):
    conversation = conversations.start(bob, "How long?")
    finish("Answer to the old wording.")
    old = Message.objects.get()
    client.post(reverse("chat:reword_question", args=[old.pk]), {"question": "How many days?"})
    finish("Answer to the new wording.")

    newest, older = page(client, conversation), page(client, conversation, old.answers.get().pk)

    assert "Answer to the new wording." in newest
    assert "Answer to the old wording." not in newest
    assert "Answer to the old wording." in older
    assert "Version 1 of 2" in older
    assert Message.objects.latest("pk").edited_from == old


def test_follow_up_belongs_to_the_version_that_was_shown(client, bob):
    conversation = conversations.start(bob, "How long?")
    finish("Old answer.")
    old = Message.objects.get()
    conversations.reword(old, "How many days?")
    finish("New answer.")
    client.post(conversation.get_absolute_url(), {"question": "And then?", "after": old.pk})
    finish("Further answer.")

    html = page(client, conversation)

    assert html.index("Old answer.") < html.index("Further answer.")
    assert "New answer." not in html
    assert [message.text for message in Message.objects.latest("pk").before(9)] == ["How long?"]
    other = Message.objects.get(text="How many days?").answers.get()
    assert "Further answer." not in page(client, conversation, other.pk)


def test_questions_before_are_those_that_led_here_up_to_a_number(bob):
    conversation = conversations.start(bob, "1")
    for text in "234":
        conversations.ask_on(conversation, text)

    assert [message.text for message in conversation.messages.last().before(2)] == ["2", "3"]


@pytest.mark.parametrize("address", ["start", "on", "reword"])
def test_two_clicks_on_one_form_ask_once(client, bob, address):
    conversation = conversations.start(bob, "How long?")
    addresses = {
        "start": reverse("chat:ask"),
        "on": conversation.get_absolute_url(),
        "reword": reverse("chat:reword_question", args=[Message.objects.get().pk]),
    }
    sent = {"question": "And then?", "form_key": str(uuid4())}

    first, second = (client.post(addresses[address], sent).url for _click in range(2))

    assert first == second
    assert Message.objects.filter(text="And then?").count() == 1


def test_another_question_from_the_same_page_is_asked(client, bob):
    key = str(uuid4())
    for question in ("How long?", "How many?"):
        client.post(reverse("chat:ask"), {"question": question, "form_key": key})

    assert Conversation.objects.count() == 2


def test_a_key_of_somebody_else_gives_nothing_away(client, bob):
    key = uuid4()
    conversations.start(make_user("eve"), "How long?", form_key=key)

    response = client.post(reverse("chat:ask"), {"question": "How long?", "form_key": str(key)})

    assert client.get(response.url).status_code == 200
    assert Conversation.objects.filter(user=bob).count() == 1
