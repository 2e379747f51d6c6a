"""Two shelves and people who may read one, both or none of them; rows only, so that pages are quick to test."""

from types import SimpleNamespace

from documents.models import Page
from tests.documents.rows import document_row
from tests.factories import make_answer, make_citation, make_collection, make_user, source_of

LEAVE = "Annual leave is 15 days."
BOARD = "The board meets in Busan."


def shelves() -> SimpleNamespace:
    """bob reads both shelves, charlie only the rules, dora nothing."""
    people = {name: make_user(name) for name in ("bob", "charlie", "dora")}
    rules = make_collection("Rules", readers=[people["bob"], people["charlie"]])
    board = make_collection("Board", readers=[people["bob"]])
    return SimpleNamespace(
        **people,
        rules=rules,
        board=board,
        leave=text_document(rules, LEAVE, "Leave"),
        minutes=text_document(board, BOARD, "Minutes"),
    )


def text_document(collection, text, title, headings=()):
    document = document_row(collection, title=title, media_type="text/plain", page_based=False, page_count=1)
    found = [{"start": text.index(heading), "text": heading, "level": 1} for heading in headings]
    Page.objects.create(document=document, number=1, text=text, offset=0, headings=found)
    return document


def cited_answer(user, *pairs, question="How many days?", before="", **overrides):
    """An answer of sentences that are each cited from a document: (sentence, document)."""
    text, spans = before, []
    for number, (sentence, _document) in enumerate(pairs, 1):
        start = len(text)
        text += f"{sentence} [{number}] "
        spans.append((start, start + len(sentence)))
    sources = [source_of(document, number, end=20) for number, (_words, document) in enumerate(pairs, 1)]
    answer = make_answer(user, question, text.rstrip(), passages=sources, **overrides)
    for number, ((sentence, document), (start, end)) in enumerate(zip(pairs, spans, strict=True), 1):
        make_citation(
            answer, document, sentence, number=number, sentence_start=start, sentence_end=end, mark_start=end + 1,
            mark_end=end + 4,
        )  # fmt: skip
    return answer
