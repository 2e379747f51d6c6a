"""What a conversation is asked of: collections and single documents, kept with it and never more than may be read."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from chat.asked import asked_of, choice, offered
from chat.models import Conversation
from documents.models import Document
from search.retrieval import find_in
from search.scope import scope_for
from tests.chat.shelf import shelves, text_document
from tests.documents.rows import document_row
from tests.factories import make_collection
from tests.index_rows import indexed_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client):
    world = shelves()
    client.force_login(world.charlie)
    return world


def ticked(reader, **fields):
    sent = QueryDict(mutable=True)
    for name, values in fields.items():
        sent.setlist(name, [str(value) for value in values])
    return asked_of(sent, reader)


def test_only_what_may_be_read_can_be_ticked(world):
    asked = ticked(world.charlie, collection=[world.board.pk], document=[world.minutes.pk, world.leave.pk, "x", 10**30])

    assert (asked.collections, asked.documents) == ((), (world.leave.pk,))


def test_all_collections_are_no_narrowing_unless_documents_are_ticked_too(world):
    everything = [world.rules.pk, world.board.pk]

    assert not ticked(world.bob, collection=everything).is_narrow
    assert ticked(world.bob, collection=everything, document=[world.leave.pk]).is_narrow


def test_scope_is_kept_shown_and_changed(client, world):
    client.post(reverse("chat:ask"), {"question": "How long?", "picker": "all", "document": world.leave.pk})
    conversation = Conversation.objects.get()
    html = client.get(conversation.get_absolute_url()).content.decode()

    assert conversation.documents == [world.leave.pk]
    assert f'name="document" value="{world.leave.pk}" checked' in html
    assert "<b>Leave</b>" in html

    client.post(conversation.get_absolute_url(), {"question": "And?", "picker": "all", "collection": world.rules.pk})
    conversation.refresh_from_db()
    assert (conversation.collections, conversation.documents) == ([], [])


def test_follow_up_keeps_a_scope_that_may_no_longer_be_read(client, world):
    conversation = Conversation.objects.create(user=world.charlie, title="t", collections=[world.board.pk])

    html = client.get(conversation.get_absolute_url()).content.decode()
    client.post(conversation.get_absolute_url(), {"question": "And?", "picker": "lost"})
    conversation.refresh_from_db()

    assert "documents that you may no longer read" in html
    assert conversation.collections == [world.board.pk]


def test_a_replaced_document_is_asked_in_its_newest_version(world):
    newer = text_document(world.rules, "Annual leave is 20 days.", "Leave 2027")
    Document.objects.filter(pk=world.leave.pk).update(superseded_by=newer, state=Document.State.SUPERSEDED)
    conversation = Conversation(documents=[world.leave.pk])

    assert choice(world.charlie, conversation).documents == (newer,)


def test_documents_are_offered_by_any_part_of_their_title(client, world):
    document_row(world.rules, title="Parental leave")
    document_row(world.board, title="Leave of the board")
    document_row(world.rules, title="Leave draft", state=Document.State.READING)

    found = offered(world.charlie, "LEAVE", [])

    assert [document.title for document in found] == ["Leave", "Parental leave"]
    assert offered(world.charlie, "leave paren", [])[0].title == "Parental leave"
    assert "Parental leave" in client.get(reverse("chat:document_choice"), {"find": "leave"}).content.decode()
    assert "No document has these words" in client.get(reverse("chat:document_choice"), {"find": "zz"}).content.decode()
    assert offered(world.charlie, "leave", [str(found[0].pk)]) == [found[1]]
    assert "Parental leave" in client.get(reverse("chat:document_choice"), {"find": "le\0ave"}).content.decode()


@pytest.fixture
def indexed(world):
    """Two documents of one collection and one of another, all with the same word."""
    others = make_collection("Travel", readers=[world.bob])
    return {
        name: indexed_rows(shelf, [f"Parking is {name}."], title=name)
        for name, shelf in (("first", world.rules), ("second", world.rules), ("third", others))
    }


def found_in(reader, collections=None, documents=()):
    return {hit.title for hit in find_in(scope_for(reader, collections, documents), "parking", 9).hits}


def test_search_is_narrowed_to_single_documents(world, indexed):
    assert found_in(world.bob) == {"first", "second", "third"}
    assert found_in(world.bob, documents=[indexed["first"].pk]) == {"first"}
    third = indexed["third"].collection_id
    assert found_in(world.bob, [third], [indexed["first"].pk]) == {"first", "third"}


def test_documents_that_may_not_be_read_do_not_widen_a_search(world, indexed):
    assert found_in(world.charlie, documents=[indexed["third"].pk]) == set()
    assert found_in(world.charlie, documents=[indexed["third"].pk, indexed["first"].pk]) == {"first"}
