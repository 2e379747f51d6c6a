"""A portal in whose names, titles, texts, questions, answers and remarks stands nothing but hostile text."""

import uuid
from dataclasses import dataclass
from itertools import cycle, islice

from django.utils import timezone

from chat.models import Correction, Feedback, Gap, Review
from documents import index
from documents.indexing import Passage
from documents.language import language_of
from documents.models import Collection, Generation, IndexJob, Page
from documents.windows import Window
from search import question_sets
from search import suggestions as typed_suggestions
from search.models import Question
from tests.documents.rows import document_row
from tests.factories import accepted_document, make_answer, make_citation, make_collection, make_user, source_of
from tests.hostile_text import STORABLE, packed, traced
from tests.index_rows import axes

# A word that all passages have, to find them by.
FOUND_BY = "marzipan"
_PASSAGE = 900


@dataclass(frozen=True)
class Library:
    alice: object
    shelf: object
    documents: list
    file: object
    answer: object
    conversation: object


def packs(longest, joint=" "):
    """All texts that a database takes, in pieces of at most that length."""
    return packed(traced(STORABLE), longest, joint)


def hostile_library():
    first, *others = packs(150)
    alice = make_user("alice", staff=True, first_name=first, last_name=others[0])
    bob = make_user("bob", staff=True, first_name=others[1])
    shelf = make_collection(first[:120], description=first)
    documents = [_document(shelf, number, texts) for number, texts in enumerate(_halves())]
    _listed(shelf)
    typed_suggestions.renew()
    *_answers, reviewed = [_answer(alice, shelf, documents[0], text) for text in [*packs(150), first]]
    _reviewed(reviewed, [alice, bob])
    _kept(documents[0], alice)
    file = accepted_document(shelf, f"Plain words. {' '.join(packs(100_000))}", file_name="hostile.txt")
    return Library(alice, shelf, documents, file, reviewed, reviewed.message.conversation)


def hostile_collections():
    """Collections with all names; each page that offers collections is slow meanwhile."""
    Collection.objects.bulk_create(Collection(name=f"{name} ", description=name) for name in packs(119))


def without_hostile_collections(shelf):
    Collection.objects.exclude(pk=shelf.pk).delete()


def _halves():
    texts = traced(STORABLE)
    return texts[: len(texts) // 2], texts[len(texts) // 2 :]


def _document(shelf, number, texts):
    """One that can be read, searched and asked: each text is a heading, and stands in a passage."""
    title = packs(300)[number]
    document = document_row(
        shelf, title=title, file_name=title[:255], media_type="text/plain", page_based=False, page_count=1
    )
    windows = [f"The {FOUND_BY} says {pack} here." for pack in packed(texts, _PASSAGE)]
    text = "\n".join(windows)
    headings = [{"start": text.index(heading), "text": heading, "level": 1} for heading in texts]
    Page.objects.create(document=document, number=1, text=text, offset=0, headings=headings)
    passages = [
        Passage(Window(start, start + len(window), 1, heading), window, title, language_of(window))
        for window, heading in zip(windows, packed(texts, _PASSAGE), strict=True)
        for start in [text.index(window)]
    ]
    generation = Generation.objects.active()
    index.add(generation, index.entries(document, passages, axes(len(passages))))
    document.jobs.update_or_create(generation=generation, defaults={"state": IndexJob.State.DONE})
    return document


def _listed(shelf):
    """Documents with all titles, names and folders; each has a heading that can be asked about."""
    names = packs(255)
    for number, (name, title, folder) in enumerate(zip(names, cycle(packs(300)), cycle(packs(300)), strict=False)):
        document = document_row(
            shelf, title=title, file_name=name, folder=folder, media_type="text/plain", page_based=False
        )
        headings = [{"start": 0, "text": text, "level": 1} for text in ("Start", f"Leave of team {number}")]
        Page.objects.create(document=document, number=1, text=title, offset=0, headings=headings)


def _answer(user, shelf, document, text):
    answer = make_answer(user, text, f"{text} [1]", model=text, passages=[source_of(document)])
    conversation = answer.message.conversation
    conversation.title, conversation.share_key = text, uuid.uuid4()
    conversation.save()
    make_citation(answer, document, text, mark_start=len(text) + 1, mark_end=len(text) + 4, sentence_end=len(text))
    Feedback.objects.create(answer=answer, user=user, helpful=False, reason=Feedback.Reason.values[0], comment=text)
    Gap.objects.create(answer=answer, question=text, terms=text.split(), collections=[shelf.pk])
    Correction.objects.create(question=text, text=text, documents=[document.pk], reviewer=user)
    return answer


def _reviewed(answer, people):
    """The comments of readers and the notes of reviewers, all below one answer."""
    note = "\n".join(packs(100_000))
    for person in people:
        Review.objects.create(
            answer=answer, reviewer=person, verdict=Review.Verdict.WRONG, note=note, finished_at=timezone.now()
        )
    Feedback.objects.filter(answer=answer).update(comment=note)


def _kept(document, user):
    for name, text in zip(islice(cycle(packs(120)), 3), packs(10_000), strict=False):
        question_sets.add(name, question_sets.Asked(text, Question.Origin.REVIEW), user)
