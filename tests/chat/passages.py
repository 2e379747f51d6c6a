"""Plain makers of hits, passages and queries for tests of pure modules."""

from chat.extractive import Query
from chat.passages import Outline, Passage, numbered
from documents.language import language_of
from documents.terms import content_terms
from search.hits import Hit


def hit(text="One sentence.", *, document=1, start=0, score=1.0, **overrides) -> Hit:
    values = {
        "chunk_id": start,
        "document_id": document,
        "collection_id": 1,
        "collection": "Rules",
        "title": "Rules",
        "file_name": "rules.pdf",
        "media_type": "application/pdf",
        "page_based": True,
        "page": 1,
        "start": start,
        "end": start + len(text),
        "text": text,
        "heading": "",
        "language": language_of(text),
        "score": score,
        "lexical": 1.0,
        "semantic": 0.5,
        "lexical_rank": 1,
        "semantic_rank": 1,
    }
    return Hit(**values | overrides)


def passage(text: str, *, headings=(), **overrides) -> Passage:
    """A passage; `headings` are texts that stand in it on lines of their own."""
    found = hit(text, **overrides)
    outline = tuple((found.start + text.index(heading), heading) for heading in headings)
    return numbered([found], {found.document_id: Outline((0,), outline)})[0]


def query(text: str, *, trust=0.0, common=()) -> Query:
    """A question whose words are all equally rare, but for the common ones."""
    idf = {term: 0.1 if term in common else 1.0 for term in content_terms(text)}
    return Query(text, language_of(text), idf, lambda _language: trust)
