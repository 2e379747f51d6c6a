"""What is shown of a related document: why it is related, and the two passages that are nearest, to be opened."""

from collections.abc import Sequence
from dataclasses import dataclass

from documents import places
from documents.media_types import kind_of
from documents.models import Chunk, Document
from search.highlight import Excerpt, excerpt, marks
from search.related import Kin
from search.scope import Scope

# Words in common that are named.
NAMED = 6


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage: `url` opens it marked in its document, `where` names its page if there are pages."""

    url: str
    where: str
    language: str
    excerpt: Excerpt


@dataclass(frozen=True, slots=True)
class Resemblance:
    """`words` stand in both passages, as they are written there; none if only the meaning is near."""

    document: Document
    kind: str
    words: tuple[str, ...]
    own: Quote
    other: Quote


def resemblances(document: Document, kin: Sequence[Kin], scope: Scope) -> list[Resemblance]:
    keys = [key for one in kin for key in (one.own_chunk, one.other_chunk)]
    rows = Chunk.objects.filter(generation=scope.generation, id__in=keys)
    chunks = {chunk.id: chunk for chunk in rows.defer("term_ids", "bm25", "terms", "embedding")}
    return [
        Resemblance(
            document=one.document,
            kind=kind_of(one.document.media_type),
            words=_words(one, chunks[one.other_chunk]),
            own=_quote(document, chunks[one.own_chunk], one.terms),
            other=_quote(one.document, chunks[one.other_chunk], one.terms),
        )
        for one in kin
        if one.own_chunk in chunks and one.other_chunk in chunks
    ]


def _quote(document: Document, chunk: Chunk, terms: Sequence[str]) -> Quote:
    part = excerpt(chunk.text, marks(chunk.text, terms))
    return Quote(
        url=places.passage_url(document.pk, chunk.start + part.start, chunk.start + part.end),
        where=places.label(document.media_type, chunk.page, chunk.heading) if document.page_based else "",
        language=chunk.language,
        excerpt=part,
    )


def _words(kin: Kin, chunk: Chunk) -> tuple[str, ...]:
    """The telling words that both have, as they are written, not as they are indexed."""
    text = f"{chunk.text}\n{kin.document.title}"
    found = (_written(text, term) for term in kin.terms[: 2 * NAMED])
    return tuple(dict.fromkeys(word for word in found if word and not word.isdigit()))[:NAMED]


def _written(text: str, term: str) -> str:
    first = next(iter(marks(text, [term])), None)
    return text[slice(*first)].lower() if first else ""
