"""The cast, and something of everything that the portal has an address for.

alice edits the collection and has had a conversation, bob reads, charlie is an outsider.
Staff may do everything with documents, and nothing with the conversations of others.
"""

from types import SimpleNamespace
from uuid import uuid4

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile

from chat.models import Answer, Conversation, Correction, Gap, Message
from documents.models import Generation, Page, PlannedRelease
from portal.tokens import keys
from search import question_sets
from search.models import EvaluationRun, Question
from search.question_sets import Asked
from tests.documents.rows import document_row
from tests.factories import make_collection, make_user

CAST = ("anonymous", "charlie", "bob", "alice", "staff")


def make_world() -> SimpleNamespace:
    """Everything that the addresses in `tests.addresses` name."""
    people = {name: make_user(name, staff=name == "staff") for name in CAST[1:]}
    collection = make_collection("Handbook", readers=[people["bob"]], editors=[people["alice"]])
    # A text file, so that the matrix needs no picture drawn; pictures have their own tests.
    document = document_row(collection, media_type="text/plain", file_name="rules.txt", page_count=1)
    document.file.save("rules", ContentFile(b"Annual leave is 15 days."))
    Page.objects.create(document=document, number=1, text="Annual leave is 15 days.", offset=0)
    conversation = Conversation.objects.create(user=people["alice"], title="Annual leave")
    message = Message.objects.create(conversation=conversation, text="How many days?")
    answer = Answer.objects.create(message=message, state=Answer.State.COMPLETE, text="15 days.")
    shared = Conversation.objects.create(user=people["alice"], title="Shared", share_key=uuid4())
    generation = Generation.objects.active()
    return SimpleNamespace(
        shared=shared,
        run=EvaluationRun.objects.create(),
        generation=generation,
        # The one that answers was begun with it: nothing more is begun.
        planned=PlannedRelease.objects.create(
            model=generation.model, window_tokens=512, overlap_tokens=77, dimensions=384, generation=generation
        ),
        gap=Gap.objects.create(answer=answer, question="How many days?", collections=[collection.pk]),
        correction=Correction.objects.create(question="How many days?", text="15 days."),
        question=question_sets.add("Rules", Asked("How many days?", Question.Origin.REVIEW), people["staff"]),
        people=people,
        group=Group.objects.create(name="Finance"),
        collection=collection,
        document=document,
        conversation=conversation,
        answer=answer,
        token=keys.issue(people["alice"], "Laptop", ["read"], days=30).token,
    )
