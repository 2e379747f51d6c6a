"""What is searched in a measurement: the library or a sample of it, or a set that somebody brought along.

All rows of a run search the same documents. A sample always holds the documents that answer a question.
"""

import random
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from django.db.models import Sum
from django.db.models.functions import Length
from psycopg import sql

from documents import effective, places
from documents.language import language_of
from documents.models import Collection, Document, Generation, Page
from search import beir
from search.bench.questions import BenchQuestion, Target
from search.bench.rows import Row
from search.scope import Scope
from search.scratch import Filled, Report, Source, fill, scratch_generation

Key = TypeVar("Key", int, str)

# Characters of a window, where no index tells.
WINDOW_CHARACTERS = 1500
SEED = 6


@dataclass(frozen=True, slots=True)
class Corpus:
    """`sources` are read when an index of them is built; `characters` count their text, `library_characters` all of
    the library's. `is_sample`: searches in complete indexes have to be narrowed to these documents."""

    questions: tuple[BenchQuestion, ...]
    document_ids: tuple[int, ...]
    collection_ids: tuple[int, ...]
    sources: Callable[[], list[Source]]
    characters: int
    library_characters: int
    is_sample: bool = False
    left_out: tuple[int, ...] = ()

    def scope(self, generation: Generation) -> Scope:
        wanted = (sql.SQL("document_id = ANY({})").format(sql.Literal(list(self.document_ids))),)
        return Scope(generation, self.collection_ids, self.left_out, wanted if self.is_sample else ())


@dataclass(frozen=True, slots=True)
class Indexed:
    """An index that can be searched; `filled` tells what it took, if it was built for this."""

    scope: Scope
    filled: Filled | None = None


@contextmanager
def index_of(
    row: Row, corpus: Corpus, report: Report, made: Callable[[Generation], None] = lambda generation: None
) -> Iterator[Indexed]:
    """The row's generation, or a scratch one that `made` is told of and that is dropped behind."""
    if row.generation is not None:
        yield Indexed(corpus.scope(row.generation))
        return
    with scratch_generation(row.plan, made) as generation:
        filled = fill(generation, corpus.sources(), report)
        yield Indexed(Scope(generation, corpus.collection_ids, corpus.left_out), filled)


def library(questions: Sequence[BenchQuestion], sample_windows: int | None = None) -> Corpus:
    """The company's documents: all of them, or with what answers the questions so many that they have about as many
    windows as wanted."""
    documents = Document.objects.current().filter(collection__is_scratch=False, state=Document.State.READY)
    sizes = dict(documents.annotate(n=Sum(Length("pages__text"))).filter(n__gt=0).values_list("pk", "n"))
    answering = {key for one in questions for key in _documents_of(one)} & sizes.keys()
    room = None if sample_windows is None else sample_windows * _window_characters()
    chosen = sorted(sizes if room is None else _sample(sizes, answering, room))
    return Corpus(
        questions=tuple(one for one in questions if not one.targets or _documents_of(one) & sizes.keys()),
        document_ids=tuple(chosen),
        collection_ids=tuple(Collection.objects.filter(is_scratch=False).values_list("pk", flat=True)),
        sources=lambda: _sources(chosen),
        characters=sum(sizes[key] for key in chosen),
        library_characters=sum(sizes.values()),
        is_sample=sample_windows is not None and len(chosen) < len(sizes),
        left_out=tuple(Document.objects.not_in_effect(effective.today()).values_list("pk", flat=True)),
    )


@contextmanager
def brought_along(folder: Path, limit: int | None = None, sample_windows: int | None = None) -> Iterator[Corpus]:
    """A set in BEIR layout, judged by document, for as long as it is measured. Raises BeirError."""
    brought = _thinned(beir.read(folder, limit), sample_windows)
    collection = Collection.objects.create(name=f"scratch {uuid.uuid4()}", is_scratch=True)
    try:
        rows = [_row(collection, one) for one in brought.documents]
        Document.objects.bulk_create(rows, batch_size=1000)
        keys = {one.key: row for one, row in zip(brought.documents, rows, strict=True)}
        texts = {one.key: one.text for one in brought.documents}
        size = sum(map(len, texts.values()))
        yield Corpus(
            questions=tuple(_brought_questions(brought, keys)),
            document_ids=tuple(row.pk for row in rows),
            collection_ids=(collection.pk,),
            sources=lambda: [_brought_source(keys[key], text) for key, text in texts.items()],
            characters=size,
            library_characters=size,
        )
    finally:
        collection.delete()


def _thinned(brought: beir.BeirSet, windows: int | None) -> beir.BeirSet:
    if windows is None:
        return brought
    sizes = {one.key: len(one.text) for one in brought.documents}
    answering = {key for query in brought.queries for key, grade in brought.judgements[query].items() if grade > 0}
    chosen = _sample(sizes, answering & sizes.keys(), windows * WINDOW_CHARACTERS)
    return replace(brought, documents=tuple(one for one in brought.documents if one.key in chosen))


def _sample(sizes: Mapping[Key, int], wanted: set[Key], characters: float) -> set[Key]:
    """What is wanted, and others at random, the same ones every time, up to so many characters."""
    chosen = set(wanted)
    others = sorted(sizes.keys() - chosen)
    random.Random(SEED).shuffle(others)  # noqa: S311 - a sample, not a secret
    room = characters - sum(sizes[key] for key in chosen)
    for key in others:
        if sizes[key] <= room:
            chosen.add(key)
            room -= sizes[key]
    return chosen


def _documents_of(question: BenchQuestion) -> set[int]:
    return {target.document_id for target in question.targets if target.grade}


def _window_characters() -> float:
    active = Generation.objects.active()
    characters = Page.objects.filter(document__collection__is_scratch=False).aggregate(n=Sum(Length("text")))["n"] or 0
    return characters / active.chunk_count if active.chunk_count and characters else WINDOW_CHARACTERS


def _sources(keys: Sequence[int]) -> list[Source]:
    documents = Document.objects.select_related("collection").defer("sketch").prefetch_related("pages")
    return [
        Source(document, list(document.pages.all()), places.are_apart(document.media_type))
        for document in documents.filter(pk__in=keys).order_by("pk")
    ]


def _row(collection: Collection, one: beir.CorpusDocument) -> Document:
    return Document(
        collection=collection,
        title=one.title[:300],
        file_name=one.key[:255],
        media_type="text/plain",
        sha256=uuid.uuid4().hex * 2,
        size=len(one.text),
        language=language_of(one.text),
        page_based=False,
        state=Document.State.READY,
    )


def _brought_source(document: Document, text: str) -> Source:
    return Source(document, [Page(document=document, number=1, text=text, offset=0, headings=[])])


def _brought_questions(brought: beir.BeirSet, rows: dict[str, Document]) -> Iterator[BenchQuestion]:
    for key, text in brought.queries.items():
        grades = {name: grade for name, grade in brought.judgements[key].items() if name in rows}
        answering = {rows[name].language for name, grade in grades.items() if grade > 0}
        if answering:
            language = language_of(text)
            direction = f"{language}-{language if language in answering else min(answering)}"
            targets = tuple(Target(rows[name].pk, 0, 0, grade) for name, grade in grades.items())
            yield BenchQuestion(key, text, language, direction, targets, key)
