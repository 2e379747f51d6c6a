"""A collection that of the cast only staff may read, and everything by which its words could come to somebody else.

It comes as further worlds, with the names that `tests.world` has, so that each address can be asked for what is behind.
"""

from types import SimpleNamespace
from uuid import uuid4

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile

from chat.models import Answer, Citation, Correction, Gap
from documents.models import Document
from search import question_sets, suggestions
from search.models import Question
from search.question_sets import Asked
from tests.chat.shelf import cited_answer, text_document
from tests.factories import make_collection, source_of
from tests.index_rows import indexed_rows

# Names of the collection, the document, its file and its heading, words of the text, of its answers and its glossary:
# none of them may reach anybody but staff.
WORDS = ("Nightjar", "Kestrel", "kittiwake", "Sandpiper", "Quillfeather", "forty-seven", "Dunlin")
PRICE = "Quillfeather costs forty-seven million."
TEXT = f"Sandpiper\n\n{PRICE} Nobody outside knows of the takeover. Annual leave stays as it is."
LEAVE = "Annual leave is 15 days."
# What somebody may ask who has heard a little: beginnings, slips, the other words of the glossary, words of the text.
QUERIES = (
    "kestre",
    "Quillfeathr",
    "takeover",
    "annual leave",
    "phalarope",
    "dunl",
    "collection:Nightja takeover",
    "title:kestre",
    "sandpip",
    "forty",
)


def make_closed_worlds(world: SimpleNamespace) -> dict[str, SimpleNamespace]:
    """`closed`: what staff alone may read; `old`: alice's conversation from the time when she could read it too."""
    collection = make_collection("Nightjar", glossary="phalarope = Dunlin", own_words="Quillfeather")
    document = _document(collection)
    indexed_rows(world.collection, [LEAVE], document=world.document)
    suggestions.renew()
    Document.objects.filter(pk=world.document.pk).update(near_duplicate_of=document, similarity=0.9)
    old = _shared(cited_answer(world.people["alice"], (LEAVE, world.document), (PRICE, document)))
    # Both collections stand below this question: alice may see the one, not the other.
    Gap.objects.create(answer=old, question="How much?", collections=[world.collection.pk, collection.pk])
    return {
        "closed": SimpleNamespace(**vars(world) | _closed(world, document)),
        "old": SimpleNamespace(**vars(world) | _of(old)),
    }


def _document(collection) -> Document:
    document = text_document(collection, TEXT, "Kestrel plan", headings=["Sandpiper"])
    document.file_name = "kittiwake.txt"
    document.file.save("kittiwake", ContentFile(TEXT.encode()))
    return indexed_rows(collection, [TEXT], document=document)


def _closed(world, document) -> dict[str, object]:
    staff = world.people["staff"]
    answer = _shared(cited_answer(staff, (PRICE, document)))
    return {
        **_of(answer),
        "collection": document.collection,
        "document": document,
        "group": Group.objects.create(name="Nightjar team"),
        "gap": Gap.objects.create(answer=answer, question="Why Quillfeather?", collections=[document.collection_id]),
        "correction": Correction.objects.create(
            question="What does it cost?", text=f"{PRICE} [1]", passages=[source_of(document)]
        ),
        "question": question_sets.add("Nightjar", Asked("Why Quillfeather?", Question.Origin.REVIEW), staff),
    }


def _of(answer: Answer) -> dict[str, object]:
    conversation = answer.message.conversation
    return {"answer": answer, "conversation": conversation, "shared": conversation}


def _shared(answer: Answer) -> Answer:
    """With the heading of its passage and the address for colleagues."""
    for passage in answer.passages:
        passage["heading"] = "Sandpiper" if passage["title"] == "Kestrel plan" else ""
    answer.save(update_fields=["passages"])
    Citation.objects.filter(answer=answer, title="Kestrel plan").update(file_name="kittiwake.txt")
    conversation = answer.message.conversation
    conversation.share_key = uuid4()
    conversation.save(update_fields=["share_key"])
    return answer
