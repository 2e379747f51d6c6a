"""Every address of the portal, asked for by everybody of the cast. A new address without a row fails.

alice edits the collection and has had a conversation, bob reads, charlie is an outsider.
Staff may do everything with documents, and nothing with the conversations of others.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import Group
from django.test import AsyncClient
from django.urls import URLResolver, get_resolver, reverse

from chat.models import Answer, Conversation, Correction, Gap, Message
from documents.models import Page
from search import question_sets
from search.models import Question
from search.question_sets import Asked
from tests.documents.rows import document_row
from tests.factories import make_collection, make_user

pytestmark = pytest.mark.django_db

CAST = ("anonymous", "charlie", "bob", "alice", "staff")
# Statuses in the order of the cast; a visitor who is not signed in is sent to the sign-in page (302).
EVERYBODY = (200, 200, 200, 200, 200)
SIGNED_IN = (302, 200, 200, 200, 200)
DONE_BY_SIGNED_IN = (302, 302, 302, 302, 302)
READERS = (302, 404, 200, 200, 200)
EDITORS = (302, 404, 403, 200, 200)
STAFF = (302, 404, 403, 403, 200)
# Pages that only staff know of.
HIDDEN = (302, 404, 404, 404, 200)
NOTHING = (302, 404, 404, 404, 404)
# Editors of a collection, and nobody else knows of it.
DESK = (302, 404, 404, 200, 200)
# A conversation is its owner's alone, whatever rights others have.
ALICE = (302, 404, 404, 200, 404)


@dataclass(frozen=True)
class Row:
    statuses: tuple[int, ...]
    method: str = "get"
    args: Callable[[SimpleNamespace], list[int | str]] = lambda world: []
    query: str = ""


def _collection(world):
    return [world.collection.pk]


def _document(world):
    return [world.document.pk]


def _person(world):
    return [world.people["bob"].pk]


def _group(world):
    return [world.group.pk]


def _conversation(world):
    return [world.conversation.pk]


def _answer(world):
    return [world.answer.pk]


def _post_redirects(row: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(302 if status == 200 else status for status in row)


ROWS = {
    "sign_in": Row((200, 302, 302, 302, 302)),
    "sign_out": Row((302, 302, 302, 302, 302), "post"),
    "change_password": Row(SIGNED_IN),
    "set_language": Row(DONE_BY_SIGNED_IN, "post"),
    "set_theme": Row(DONE_BY_SIGNED_IN, "post"),
    "healthz": Row(EVERYBODY),
    "people:person_list": Row(HIDDEN),
    "people:person_create": Row(HIDDEN),
    "people:person_edit": Row(HIDDEN, args=_person),
    "people:person_password": Row(HIDDEN, args=_person),
    "people:group_list": Row(HIDDEN),
    "people:group_create": Row(HIDDEN),
    "people:group_edit": Row(HIDDEN, args=_group),
    "people:group_delete": Row(HIDDEN, args=_group),
    "documents:collection_list": Row(SIGNED_IN),
    "documents:collection_create": Row((302, 403, 403, 403, 200)),
    "documents:collection_detail": Row(READERS, args=_collection),
    "documents:collection_edit": Row(STAFF, args=_collection),
    "documents:collection_delete": Row(STAFF, args=_collection),
    "documents:ingestion": Row(HIDDEN),
    "documents:ingestion_retry": Row(_post_redirects(HIDDEN), "post", lambda world: ["damaged"]),
    "documents:poor_pages": Row((302, 403, 403, 403, 200)),
    "documents:document_upload": Row(_post_redirects(EDITORS), "post", _collection),
    "documents:document_detail": Row(READERS, args=_document),
    "documents:document_retry": Row(_post_redirects(EDITORS), "post", _document),
    "documents:document_delete": Row(EDITORS, args=_document),
    "documents:document_replace": Row(EDITORS, args=_document),
    "documents:document_days": Row(EDITORS, args=_document),
    "documents:document_restore": Row(_post_redirects(EDITORS), "post", _document),
    "documents:document_make_version": Row(_post_redirects(EDITORS), "post", lambda world: 2 * _document(world)),
    "documents:document_keep_both": Row(_post_redirects(EDITORS), "post", _document),
    "documents:document_file": Row(READERS, args=_document),
    "documents:page_picture": Row(NOTHING, args=lambda world: [world.document.pk, 1]),
    "documents:page_highlight": Row(NOTHING, args=_document, query="?start=0&end=6"),
    "documents:passage": Row(READERS, args=_document, query="?start=0&end=6"),
    "search:results": Row(SIGNED_IN),
    "search:suggestions": Row(SIGNED_IN, query="?q=le"),
    "search:related": Row(READERS, args=_document),
    "search:map": Row(EDITORS, args=_collection),
    "search:trust": Row(HIDDEN),
    "search:trust_measure": Row(_post_redirects(HIDDEN), "post"),
    "chat:ask": Row(SIGNED_IN),
    "chat:conversation": Row(ALICE, args=_conversation),
    "chat:rename_conversation": Row(_post_redirects(ALICE), "post", _conversation),
    "chat:pin_conversation": Row(_post_redirects(ALICE), "post", _conversation),
    "chat:narrow_conversation": Row(_post_redirects(ALICE), "post", _conversation),
    "chat:share_conversation": Row(_post_redirects(ALICE), "post", _conversation),
    "chat:delete_conversation": Row(ALICE, args=_conversation),
    "chat:conversation_markdown": Row(ALICE, args=_conversation),
    "chat:conversation_print": Row(ALICE, args=_conversation),
    "chat:conversation_list": Row(SIGNED_IN),
    "chat:document_choice": Row(SIGNED_IN, query="?find=rules"),
    # Whoever has the address may read along; what each sees of it has tests of its own.
    "chat:shared": Row(SIGNED_IN, args=lambda world: [world.shared.share_key]),
    "chat:reword_question": Row(_post_redirects(ALICE), "post", lambda world: [world.answer.message_id]),
    "chat:answer_stream": Row(ALICE, args=_answer),
    "chat:answer_write": Row(_post_redirects(ALICE), "post", _answer),
    "chat:answer_stop": Row(_post_redirects(ALICE), "post", _answer),
    "chat:answer_again": Row(_post_redirects(ALICE), "post", _answer),
    "chat:answer_tools": Row(ALICE, args=_answer),
    "chat:answer_feedback": Row(_post_redirects(ALICE), "post", _answer),
    "chat:answer_copy": Row(ALICE, args=_answer),
    "chat:review_queue": Row(HIDDEN),
    "chat:review_next": Row(_post_redirects(HIDDEN), "post"),
    "chat:review_export": Row(HIDDEN),
    "chat:quality": Row(HIDDEN),
    "chat:correction_list": Row(HIDDEN),
    "chat:correction_take_back": Row(_post_redirects(HIDDEN), "post", lambda world: [world.correction.pk]),
    "chat:review": Row(HIDDEN, args=_answer),
    # Staff renew only what they hold.
    "chat:review_renew": Row((302, 404, 404, 404, 409), "post", _answer),
    "chat:review_release": Row(_post_redirects(HIDDEN), "post", _answer),
    "chat:review_history": Row(HIDDEN, args=_answer),
    "chat:gap_list": Row(DESK),
    "chat:gap_close": Row(_post_redirects(DESK), "post", lambda world: [world.gap.pk]),
    "chat:gap_reopen": Row(_post_redirects(DESK), "post", lambda world: [world.gap.pk]),
    "search:question_list": Row(HIDDEN),
    "search:question_delete": Row(_post_redirects(HIDDEN), "post", lambda world: [world.question.pk]),
}


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    people = {name: make_user(name, staff=name == "staff") for name in CAST[1:]}
    collection = make_collection("Handbook", readers=[people["bob"]], editors=[people["alice"]])
    # A text file, so that the matrix needs no picture drawn; pictures have their own tests.
    document = document_row(collection, media_type="text/plain", file_name="rules.txt", page_count=1)
    document.file.name = "rules"
    document.save()
    (tmp_path / "rules").write_text("Annual leave is 15 days.")
    Page.objects.create(document=document, number=1, text="Annual leave is 15 days.", offset=0)
    conversation = Conversation.objects.create(user=people["alice"], title="Annual leave")
    message = Message.objects.create(conversation=conversation, text="How many days?")
    answer = Answer.objects.create(message=message, state=Answer.State.COMPLETE, text="15 days.")
    shared = Conversation.objects.create(user=people["alice"], title="Shared", share_key=uuid4())
    return SimpleNamespace(
        shared=shared,
        gap=Gap.objects.create(answer=answer, question="How many days?", collections=[collection.pk]),
        correction=Correction.objects.create(question="How many days?", text="15 days."),
        question=question_sets.add("Rules", Asked("How many days?", Question.Origin.REVIEW), people["staff"]),
        people=people,
        group=Group.objects.create(name="Finance"),
        collection=collection,
        document=document,
        conversation=conversation,
        answer=answer,
    )


def _names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield f"{namespace}{pattern.name}"


def test_every_address_has_a_row():
    assert set(_names(get_resolver())) == set(ROWS)


@pytest.mark.parametrize("name", ROWS)
def test_access(world, name):
    row = ROWS[name]
    url = reverse(name, args=row.args(world)) + row.query

    statuses = {person: _status(world, person, row.method, url) for person in CAST}

    assert statuses == dict(zip(CAST, row.statuses, strict=True))


def _status(world: SimpleNamespace, person: str, method: str, url: str) -> int:
    client = AsyncClient()
    if person != "anonymous":
        client.force_login(world.people[person])
    return async_to_sync(getattr(client, method))(url).status_code
