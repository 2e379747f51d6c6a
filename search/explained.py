"""What the explaining page shows of this company: its windows, tokens and figures, and one of its own sentences.

Counted on a sample and kept in memory until the index has changed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection

from documents.contexts import Contexts, embedded_text
from documents.embedding.embedders import embedder_of
from documents.embedding.vectors import Embedder
from documents.models import Chunk, Document, Generation
from documents.sentences import sentence_spans
from search.explained_drawing import MOST_WINDOWS
from search.fusion import semantic_weight

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

# Windows that are counted, and those whose sentences stand beside the example.
SAMPLE = 200
BESIDE = 80
# An example is a sentence of so many characters.
SHORTEST, LONGEST = 24, 110
NEAREST, FURTHEST = 3, 1
# Closer than this two sentences say the same, which explains nothing.
NEARLY_THE_SAME = 0.9
# Numbers of the example's vector that are drawn.
NUMBERS = 64
# A number of half precision.
BYTES_OF_A_NUMBER = 2
_PROSE = re.compile(r"[^\d|@:/•▪]+(?:\.|다\.?)")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another sentence of the library and the cosine between the two, -1 to 1."""

    text: str
    title: str
    url: str
    cosine: float

    @property
    def percent(self) -> int:
        return max(round(100 * self.cosine), 0)


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    title: str
    url: str
    # Its tokens: runs of its characters.
    pieces: tuple[str, ...]
    words: int
    # First numbers of its vector.
    numbers: tuple[float, ...]
    # The windows of its document, (start, end) each, in order.
    windows: tuple[tuple[int, int], ...]
    near: tuple[Neighbour, ...]
    far: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True)
class LanguageFigures:
    """Of one language: passages that were counted, tokens that a word takes, trust and weight of the vectors in %."""

    language: str
    tokens_per_word: float
    trust_percent: int | None
    vectors_percent: int | None


@dataclass(frozen=True, slots=True)
class Counted:
    """Of a sample of windows: mean tokens with what stands before them, and the share longer than the model takes."""

    windows: int
    mean_tokens: int
    longer_percent: int
    tokens_per_word: dict[str, float]


@dataclass(frozen=True, slots=True)
class Figures:
    model: str
    dimensions: int
    max_tokens: int
    window_tokens: int
    overlap_tokens: int
    documents: int
    windows: int
    counted: Counted | None
    languages: tuple[LanguageFigures, ...]

    @property
    def megabytes(self) -> float:
        return self.windows * self.dimensions * BYTES_OF_A_NUMBER / 1e6


def figures_of(generation: Generation) -> Figures:
    """Raises IndexingFailure if the model cannot be loaded."""
    counted = _counted(generation.pk, generation.content_changes) if generation.chunk_count else None
    return Figures(
        model=generation.model.name,
        dimensions=generation.dimensions,
        max_tokens=generation.model.max_tokens,
        window_tokens=generation.window_tokens,
        overlap_tokens=generation.overlap_tokens,
        documents=Chunk.objects.filter(generation=generation).values("document").distinct().count(),
        windows=generation.chunk_count,
        counted=counted,
        languages=tuple(_languages(generation, counted)) if counted else (),
    )


def example_of(generation: Generation, reader: "type_Reader", language: str) -> Example | None:
    """A sentence that this reader may see, in this language if there is one. Raises IndexingFailure."""
    rows = _sentences(generation, reader, language)
    if len(rows) < NEAREST + FURTHEST + 1:
        return None
    embedder = embedder_of(generation)
    vectors = embedder.embed_passages([text for text, _chunk in rows])
    chosen = _most_telling(vectors)
    documents = Document.objects.defer("sketch").in_bulk({chunk.document_id for _text, chunk in rows})
    cosines = vectors @ vectors[chosen]
    order = [int(at) for at in np.argsort(-cosines) if at != chosen]
    text, chunk = rows[chosen]

    return Example(
        text=text,
        title=documents[chunk.document_id].title,
        url=documents[chunk.document_id].get_absolute_url(),
        pieces=tuple(pieces(text, embedder.token_starts(text))),
        words=len(text.split()),
        numbers=tuple(round(float(number), 4) for number in vectors[chosen][:NUMBERS]),
        windows=tuple(_windows(generation, chunk.document_id)),
        near=tuple(_neighbour(*rows[at], documents, cosines[at]) for at in order[:NEAREST]),
        far=tuple(_neighbour(*rows[at], documents, cosines[at]) for at in order[-FURTHEST:]),
    )


def _neighbour(text: str, chunk: Chunk, documents: Mapping[int, Document], cosine: float) -> Neighbour:
    document = documents[chunk.document_id]
    return Neighbour(text, document.title, document.get_absolute_url(), round(float(cosine), 2))


def pieces(text: str, starts: Sequence[int]) -> list[str]:
    """The text cut where its tokens begin; several tokens of one character are one piece."""
    bounds = sorted({0, *starts, len(text)})
    return [text[low:high] for low, high in pairwise(bounds) if high > low]


def _most_telling(vectors: np.ndarray) -> int:
    """The sentence whose nearest neighbour is closest without being nearly the same."""
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1)
    nearest = np.where(cosines < NEARLY_THE_SAME, cosines, -1).max(axis=1)
    return int(nearest.argmax())


def _windows(generation: Generation, document_id: int) -> list[tuple[int, int]]:
    rows = Chunk.objects.filter(generation=generation, document=document_id).order_by("ordinal")
    return list(rows.values_list("start", "end")[:MOST_WINDOWS])


def _languages(generation: Generation, counted: Counted) -> Iterable[LanguageFigures]:
    for language, tokens in sorted(counted.tokens_per_word.items()):
        trust = generation.calibration.get(language)
        yield LanguageFigures(
            language=language,
            tokens_per_word=tokens,
            trust_percent=None if trust is None else round(100 * trust),
            vectors_percent=None if trust is None else round(100 * semantic_weight(trust, 1.0)),
        )


@lru_cache(maxsize=4)
def _counted(generation_id: int, _changes: int) -> Counted | None:
    generation = Generation.objects.select_related("model").get(pk=generation_id)
    rows = _sample(generation)
    if not rows:
        return None
    embedder = embedder_of(generation)
    texts = [
        embedded_text(Contexts(title, embedder, generation.window_tokens).text(heading), text)
        for title, heading, text, _language in rows
    ]
    lengths = [len(embedder.token_starts(text)) for text in texts]
    longer = sum(len(parts) > 1 for parts in embedder.parts(texts))
    return Counted(
        windows=len(rows),
        mean_tokens=round(sum(lengths) / len(lengths)),
        longer_percent=round(100 * longer / len(rows)),
        tokens_per_word=_per_word(embedder, [(text, language) for _title, _heading, text, language in rows]),
    )


def _per_word(embedder: Embedder, rows: Sequence[tuple[str, str]]) -> dict[str, float]:
    found: dict[str, tuple[int, int]] = {}
    for text, language in rows:
        tokens, words = found.get(language, (0, 0))
        found[language] = (tokens + len(embedder.token_starts(text)), words + len(text.split()))
    return {language: round(tokens / max(words, 1), 1) for language, (tokens, words) in found.items()}


def _sample(generation: Generation) -> list[tuple[str, str, str, str]]:
    """Rows of (title, heading, text, language), the same every time as long as they are there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.title, c.heading, c.text, c.language FROM documents_chunk c JOIN documents_document d"
            " ON d.id = c.document_id WHERE c.generation_id = %s ORDER BY hashint8(c.text_hash), c.id LIMIT %s",
            [generation.pk, SAMPLE],
        )
        return list(cursor.fetchall())


def _sentences(generation: Generation, reader: "type_Reader", language: str) -> list[tuple[str, Chunk]]:
    """One sentence of each of some windows, in the language that was asked for or else in the other."""
    visible = Document.objects.visible_to(reader).filter(state=Document.State.READY).values("pk")
    rows = Chunk.objects.filter(generation=generation, document__in=visible).only("id", "document_id", "text")
    for wanted in (language, "en" if language == "ko" else "ko"):
        found: dict[str, Chunk] = {}
        for chunk in rows.filter(language=wanted).order_by("text_hash", "id")[: 2 * BESIDE]:
            for text in _fit(chunk.text):
                found.setdefault(text, chunk)
        if len(found) > NEAREST + FURTHEST:
            return list(found.items())[:BESIDE]
    return []


def _fit(text: str) -> list[str]:
    """The first sentence that is prose: lines with figures and addresses are alike in every document."""
    sentences = (" ".join(text[low:high].split()) for low, high in sentence_spans(text))
    return [one for one in sentences if SHORTEST <= len(one) <= LONGEST and _PROSE.fullmatch(one)][:1]
