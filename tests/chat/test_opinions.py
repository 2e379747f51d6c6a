"""Thumbs: one click is an opinion, which may be explained, changed and taken back."""

import pytest
from django.urls import reverse

from chat.models import Feedback
from tests.chat.shelf import LEAVE, cited_answer, shelves

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer(client):
    world = shelves()
    client.force_login(world.bob)
    return cited_answer(world.bob, (LEAVE, world.leave))


def say(client, answer, **said):
    return client.post(reverse("chat:answer_feedback", args=[answer.pk]), said)


def test_one_click_is_enough_and_leads_back_to_the_answer(client, answer):
    response = say(client, answer, helpful="yes")

    assert Feedback.objects.get().helpful
    assert response.url.endswith(f"?version={answer.pk}#answer-{answer.pk}")


def test_an_opinion_is_changed_explained_and_taken_back(client, answer):
    say(client, answer, helpful="yes")
    say(client, answer, helpful="no")
    say(client, answer, helpful="no", reason="outdated", comment=" It is 16. ")

    said = Feedback.objects.get()
    assert (said.helpful, said.reason, said.comment) == (False, "outdated", "It is 16.")

    say(client, answer, helpful="")
    assert not Feedback.objects.exists()


def test_praise_keeps_no_complaint(client, answer):
    say(client, answer, helpful="no", reason="wrong", comment="No!")
    say(client, answer, helpful="yes", reason="wrong", comment="No!")

    said = Feedback.objects.get()
    assert (said.helpful, said.reason, said.comment) == (True, "", "")


def test_an_unknown_reason_changes_nothing(client, answer):
    say(client, answer, helpful="no", reason="because")

    assert not Feedback.objects.exists()


def test_with_htmx_only_what_stands_below_the_answer_comes_back(client, answer):
    address = reverse("chat:answer_feedback", args=[answer.pk])

    html = client.post(address, {"helpful": "no"}, headers={"hx-request": "true"}).content.decode()

    assert "<html" not in html
    assert "What is wrong with it?" in html
    assert 'aria-pressed="true"' in html


def test_the_opinion_is_shown_again(client, answer):
    say(client, answer, helpful="no", reason="wrong")

    html = client.get(answer.message.conversation.get_absolute_url()).content.decode()

    assert "Reviewers will see what you said" in html
    assert 'value="wrong" checked' in html
