"""The pages of the chat: asking, reading, renaming, deleting, and what they show to whom."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from chat import conversations
from chat.days import by_day
from chat.models import Answer, Conversation
from documents.models import Document, Page
from tests.factories import indexed_document, make_collection
from tests.llm_server import Script

pytestmark = pytest.mark.django_db

QUESTION = "How many days of annual leave does an employee receive?"
QUOTE = "Every employee receives 15 days of annual leave."


@pytest.fixture
def bob(client, library):
    client.force_login(library.bob)
    return client


def page(client, conversation) -> str:
    return client.get(conversation.get_absolute_url()).content.decode()


def answered(client, question=QUESTION) -> Conversation:
    """A conversation whose answer was written by a browser without scripts."""
    client.post(reverse("chat:ask"), {"question": question})
    conversation = Conversation.objects.latest("pk")
    client.post(reverse("chat:answer_write", args=[Answer.objects.latest("pk").pk]))
    return conversation


def test_a_question_leads_to_its_conversation(bob):
    response = bob.post(reverse("chat:ask"), {"question": f"  {QUESTION}\n"})

    conversation = Conversation.objects.get()
    assert response.url == conversation.get_absolute_url()
    assert conversation.messages.get().text == QUESTION
    assert "Show the answer" in page(bob, conversation)


@pytest.mark.parametrize(("question", "says"), [("  ", "Type a question first."), ("x" * 2001, "2000")])
def test_an_empty_or_endless_question_is_refused_with_a_reason(bob, question, says):
    response = bob.post(reverse("chat:ask"), {"question": question})

    assert says in response.content.decode()
    assert not Conversation.objects.exists()


def test_without_scripts_the_answer_is_written_in_full(bob, library):
    html = page(bob, answered(bob))

    assert QUOTE in html
    place = rf"/documents/{library.leave.pk}\?start=\d+&amp;end=\d+&amp;answer=\d+#passage"
    assert re.search(f'<a class="cite" href="{place}"', html)
    assert "Quoted from the documents" in html


def test_looking_at_a_conversation_does_not_write_its_answer(bob):
    bob.post(reverse("chat:ask"), {"question": QUESTION})
    page(bob, Conversation.objects.get())

    assert Answer.objects.get().is_streaming


def test_a_refusal_is_shown_with_the_nearest_passages(bob):
    html = page(bob, answered(bob, "Is there a kindergarten subsidy for grandchildren?"))

    assert "The documents do not answer this." in html
    assert "Nearest passages" in html


def test_a_follow_up_stands_below_and_the_first_question_stays_the_title(bob):
    conversation = answered(bob)
    bob.post(conversation.get_absolute_url(), {"question": "And its maintenance?"})

    html = page(bob, conversation)

    assert html.index(QUESTION) < html.index("And its maintenance?")
    assert Conversation.objects.get().title == QUESTION


def test_a_deleted_document_leaves_a_readable_citation(bob, library):
    conversation = answered(bob)
    Document.objects.filter(pk=library.leave.pk).delete()

    html = page(bob, conversation)

    assert "no longer available" in html
    assert QUOTE in html
    assert f"/documents/{library.leave.pk}" not in html


def test_citation_of_a_replaced_document_opens_as_before_and_says_what_replaced_it(bob, library):
    conversation = answered(bob)
    new = indexed_document(library.collection, "Annual leave is 20 days.", title="Leave 2027", replaces=library.leave)

    html = page(bob, conversation)
    address = re.search(rf'data-passage="(/documents/{library.leave.pk}/passage[^"]+)"', html)[1]

    assert f"replaced by “{new.title}” on" in html
    assert QUOTE in html
    assert "15 days" in bob.get(address.replace("&amp;", "&")).content.decode()


def test_citation_of_an_expired_document_says_so(bob, library):
    conversation = answered(bob)
    Document.objects.filter(pk=library.leave.pk).update(effective_from="2020-01-01", effective_until="2020-12-31")

    html = page(bob, conversation)

    assert "no longer in effect since 31 Dec 2020" in html
    assert "in effect from 1 Jan 2020 until 31 Dec 2020" in html


def test_whoever_loses_access_sees_neither_quote_nor_title_nor_the_words_that_rest_on_them(bob, library):
    conversation = answered(bob)
    library.collection.readers.clear()

    html = page(bob, conversation)

    assert "15 days" not in html
    assert ">Leave<" not in html
    assert "may no longer read" in html


def test_a_deleted_document_hides_its_quote_from_whoever_lost_the_collection(bob, library):
    conversation = answered(bob)
    Document.objects.filter(pk=library.leave.pk).delete()
    library.collection.readers.clear()

    assert "15 days" not in page(bob, conversation)


def test_failures_are_explained_in_the_readers_words(bob, model):
    model.script = Script(status=401, body="{}", content_type="application/json")

    html = page(bob, answered(bob))

    assert "refused the portal" in html
    assert "Answer again" in html


def test_a_weak_mark_is_named_in_words(bob, model):
    model.script = Script(pieces=["It always rains in Seoul [1]."])

    html = page(bob, answered(bob))

    assert "unverified" in html
    assert "Check the original" in html


def test_what_a_model_writes_cannot_leave_the_page(bob, model):
    model.script = Script(pieces=["<img src=//evil.example/x> ![x](//evil.example/y) 15 days [1]."])

    html = page(bob, answered(bob))

    assert "evil.example" in html
    assert not re.search(r"<img[^>]*evil|href=[^>]*evil", html)


def test_renaming(bob):
    conversation = answered(bob)
    bob.post(reverse("chat:rename_conversation", args=[conversation.pk]), {"title": "Leave"})
    bob.post(reverse("chat:rename_conversation", args=[conversation.pk]), {"title": " "})

    assert Conversation.objects.get().title == "Leave"


def test_deleting_asks_first(bob):
    conversation = answered(bob)
    address = reverse("chat:delete_conversation", args=[conversation.pk])

    assert "Delete this conversation?" in bob.get(address).content.decode()
    assert Conversation.objects.exists()

    assert bob.post(address).url == reverse("chat:ask")
    assert not Conversation.objects.exists()


def test_stopping_an_answer_that_nobody_writes(bob):
    bob.post(reverse("chat:ask"), {"question": QUESTION})
    bob.post(reverse("chat:answer_stop", args=[Answer.objects.get().pk]))

    assert "You stopped this answer here." in page(bob, Conversation.objects.get())


@pytest.mark.parametrize("person", ["alice", "charlie"])
def test_a_conversation_is_its_owners_alone(bob, client, library, person):
    conversation = answered(bob)
    client.force_login(getattr(library, person))

    assert client.get(conversation.get_absolute_url()).status_code == 404
    assert QUESTION not in client.get(reverse("chat:ask")).content.decode()


def test_the_first_page_suggests_questions_from_visible_headings(bob, client, library):
    page = library.leave.pages.get()
    page.headings = [
        {"start": 0, "text": "Purpose", "level": 1},
        {"start": 0, "text": "2.1 Carrying leave over", "level": 2},
    ]
    page.save()

    assert "“Carrying leave over”" in bob.get(reverse("chat:ask")).content.decode()
    client.force_login(library.charlie)
    html = client.get(reverse("chat:ask")).content.decode()
    assert "Carrying leave over" not in html
    assert "no documents yet that you may read" in html


def test_conversations_are_grouped_by_day():
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    ages = (0, 1, 3, 8, 9, 40)
    found = [Conversation(pk=n, title=str(n), asked_at=now - timedelta(days=n)) for n in ages]
    pinned = Conversation(pk=99, title="kept", asked_at=now - timedelta(days=90), pinned_at=now)

    with translation.override("en"):
        days = by_day([pinned, *found], date(2026, 11, 20))

    assert [(day.label, len(day.conversations)) for day in days] == [
        ("Pinned", 1), ("Today", 1), ("Yesterday", 1), ("This week", 1), ("November 2026", 2), ("October 2026", 1)
    ]  # fmt: skip


def test_a_long_question_gives_a_short_title():
    assert len(conversations.title_of("word " * 100)) <= 80


def test_the_page_needs_no_more_queries_for_a_longer_conversation(bob):
    conversation = answered(bob)
    few = queries_of(bob, conversation)
    for _again in range(3):
        answer = answered_on(bob, conversation)
        conversations.ask_again(answer.message)

    assert queries_of(bob, conversation) <= few


def queries_of(client, conversation) -> int:
    with CaptureQueriesContext(connection) as found:
        page(client, conversation)
    return len(found)


def answered_on(client, conversation) -> Answer:
    message = conversations.ask_on(conversation, QUESTION)
    answer = message.answers.get()
    client.post(reverse("chat:answer_write", args=[answer.pk]))
    return answer


def test_a_source_says_how_sure_text_recognition_was(bob):
    conversation = answered(bob)
    assert "text recognition" not in page(bob, conversation)

    Page.objects.update(method=Page.Method.OCR, confidence=0.872)

    assert "text recognition, 87 % sure" in page(bob, conversation)


def test_a_question_can_be_asked_of_some_collections_and_widened_later(bob, library):
    other = make_collection("Canteen", readers=[library.bob])
    indexed_document(other, "Lunch\n\nThe canteen opens at noon.", title="Lunch", file_name="lunch.txt")
    hidden = make_collection("Board")

    bob.post(reverse("chat:ask"), {"question": QUESTION, "collection": [other.pk, hidden.pk]})
    bob.post(reverse("chat:answer_write", args=[Answer.objects.latest("pk").pk]))
    conversation = Conversation.objects.latest("pk")
    asked = {passage["collection"] for passage in Answer.objects.latest("pk").passages}
    html = page(bob, conversation)
    bob.post(reverse("chat:narrow_conversation", args=[conversation.pk]))

    assert (conversation.collections, asked) == ([other.pk], {other.pk})
    assert "Asked here:" in html
    assert "<b>Canteen</b>" in html
    assert "Asked here:" not in page(bob, conversation)


def test_a_question_to_all_collections_is_not_bound_to_those_of_today(bob, library):
    bob.post(reverse("chat:ask"), {"question": QUESTION, "collection": [library.collection.pk]})

    assert Conversation.objects.latest("pk").collections == []
