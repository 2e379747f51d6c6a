"""The pipeline of one job: file -> pages -> windows -> terms -> vectors -> index. Safe to run twice or half-way."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from django.db import transaction

from documents import index, jobs, near_duplicates, pages, places, unpacking
from documents.contexts import Contexts, embedded_text
from documents.embedding.embedders import confirm_fingerprint, embedder_of
from documents.embedding.vectors import Embedder
from documents.extraction import Extraction, extract
from documents.failures import FailureCode, IndexingFailure
from documents.language import language_of
from documents.models import Document, Generation, IndexJob, Page
from documents.releases import copying
from documents.windows import Window, WindowSize, cut

logger = logging.getLogger(__name__)

# Windows that are embedded between two renewals of the lease.
EMBED_STEP = 64


@dataclass(frozen=True, slots=True)
class Passage:
    """A window with its text and the context that stands before it when it is embedded."""

    window: Window
    text: str
    context: str
    language: str

    @property
    def embedded_text(self) -> str:
        return embedded_text(self.context, self.text)


def run(job_id: int) -> bool:
    """Make one document searchable in one generation. Return False, and do nothing, if the job is not free."""
    claim = jobs.claim(job_id)
    if claim is None:
        return False
    with jobs.outcome_recorded(claim):
        generation = Generation.objects.select_related("model").get(pk=claim.generation_id)
        document = Document.objects.select_related("collection").get(pk=claim.document_id)
        known = copying.known_vectors(document, generation)
        document_pages = _read(claim, document)
        if unpacking.is_archive(document):
            index.swap(claim, generation, [])
            return True
        claim.show(Document.State.INDEXING)
        claim.renew(IndexJob.Stage.WINDOW)
        confirm_fingerprint(generation.model)
        are_apart = places.are_apart(document.media_type)
        passages = passages_of(document.title, document_pages, generation, are_apart=are_apart)
        if not passages:
            raise IndexingFailure(FailureCode.NO_TEXT, "no page has text that can be searched")
        vectors, copied = _embed_or_go_without(claim, generation, passages, known)
        on_step = partial(claim.renew, IndexJob.Stage.SWAP, total=len(passages))
        index.swap(claim, generation, index.entries(document, passages, vectors, on_step), copied)
        logger.info("document %s indexed: %s chunks", document.pk, len(passages))
    return True


def passages_of(
    title: str,
    document_pages: Sequence[Page],
    generation: Generation,
    *,
    are_apart: bool = False,
    embedder: Embedder | None = None,
) -> list[Passage]:
    """Cut a document's pages, which flow on or stand apart, into the windows of this generation.

    `embedder` counts the tokens instead of the generation's own.
    """
    embedder = embedder or embedder_of(generation)
    contexts = Contexts(title, embedder, generation.window_tokens)
    sections = pages.sections(document_pages, are_apart=are_apart)
    text = pages.windowed_text(document_pages)
    longest = max((contexts.tokens(section.heading) for section in sections), default=0)
    room = generation.window_tokens - longest
    windows = cut(sections, WindowSize(room, generation.overlap_tokens), embedder.token_starts)
    return [
        Passage(window, body, contexts.text(window.heading), language_of(body))
        for window in windows
        if (body := text[window.start : window.end]).strip()
    ]


def embedded(passages: Sequence[Passage], embedder: Embedder) -> Iterator[tuple[Sequence[int], np.ndarray]]:
    """Yield (positions, vectors) in steps, texts of like length together so that little is padded."""
    order = sorted(range(len(passages)), key=lambda i: len(passages[i].embedded_text))
    for low in range(0, len(order), EMBED_STEP):
        positions = order[low : low + EMBED_STEP]
        yield positions, embedder.embed_passages([passages[i].embedded_text for i in positions])


def _read(claim: jobs.Claim, document: Document) -> list[Page]:
    """Return the document's pages, extracting them the first time."""
    if not document.pages.exists() and not unpacking.is_unpacked(document):
        claim.show(Document.State.READING)
        claim.renew(IndexJob.Stage.EXTRACT)
        extraction = _extraction(claim, document)
        _keep(claim, document, extraction)
        near_duplicates.note(document, (page.text for page in extraction.pages))
    return list(document.pages.order_by("number"))


def _extraction(claim: jobs.Claim, document: Document) -> Extraction:
    path = Path(document.file.path)
    if not path.is_file():
        raise IndexingFailure(FailureCode.FILE_MISSING, str(path))
    if unpacking.is_archive(document):
        return Extraction(pages=(), notes=unpacking.unpack(claim, document))
    on_page = partial(claim.renew, IndexJob.Stage.EXTRACT)
    extraction = extract(path, document.media_type, on_page)
    if unpacking.is_container(document):
        # Two children, each of which may take most of a lease.
        claim.renew(IndexJob.Stage.EXTRACT)
        return replace(extraction, notes=(*extraction.notes, *unpacking.unpack(claim, document)))
    return extraction


def _keep(claim: jobs.Claim, document: Document, extraction: Extraction) -> None:
    """Store what was read, unless the job of another generation was quicker."""
    with transaction.atomic():
        claim.locked_document()
        claim.renew(IndexJob.Stage.EXTRACT, len(extraction.pages), len(extraction.pages))
        if document.pages.exists():
            document.refresh_from_db(fields=["title"])
            return
        Page.objects.bulk_create(pages.rows(document, extraction.pages), batch_size=200)
        document.page_count = len(extraction.pages)
        document.page_based = extraction.page_based
        document.notes = list(extraction.notes)
        beginning = "\n".join(page.text for page in extraction.pages[:20])
        document.language = language_of(beginning) if beginning else ""
        if extraction.title and document.title == Path(document.file_name).stem:
            document.title = extraction.title[:300]
        document.save(update_fields=["page_count", "page_based", "notes", "language", "title"])


def _embed_or_go_without(
    claim: jobs.Claim, generation: Generation, passages: Sequence[Passage], known: copying.type_Known
) -> tuple[list[np.ndarray | None], int]:
    """As `_embed`; where people search already, no vector for what a withdrawn model does not compute any more.

    Such passages are found by their words, until there is a generation of another model.
    """
    try:
        return _embed(claim, passages, embedder_of(generation), known)
    except IndexingFailure as failure:
        if failure.code is not FailureCode.MODEL_WITHDRAWN or generation.state == Generation.State.BUILDING:
            raise
    vectors = [known.get(passage.embedded_text) for passage in passages]
    return vectors, sum(vector is not None for vector in vectors)


def _embed(
    claim: jobs.Claim, passages: Sequence[Passage], embedder: Embedder, known: copying.type_Known
) -> tuple[list[np.ndarray | None], int]:
    """The vectors of the passages, and how many of them were known."""
    vectors = {i: known[text] for i, passage in enumerate(passages) if (text := passage.embedded_text) in known}
    copied = len(vectors)
    missing = [i for i in range(len(passages)) if i not in vectors]
    claim.renew(IndexJob.Stage.EMBED, len(vectors), len(passages))
    for positions, step in embedded([passages[i] for i in missing], embedder):
        vectors.update(zip([missing[position] for position in positions], step, strict=True))
        claim.renew(IndexJob.Stage.EMBED, len(vectors), len(passages))
    return [vectors[i] for i in range(len(passages))], copied
