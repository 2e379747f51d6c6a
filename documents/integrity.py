"""Whether files, pages, chunks, vectors, terms and jobs agree; and putting right what does not."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from documents import generations, index, ingestion, pages, weighing
from documents.extraction.media_types import ZIP
from documents.models import Chunk, Collection, Document, Generation, IndexJob, Page
from documents.releases import building, indexes
from documents.releases.enlisting import unlisted

# Both sides of a comparison are stored with about three decimal digits.
UNIT_TOLERANCE = 0.01


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement; `document` or `generation` says where."""

    check: str
    detail: str
    document: int | None = None
    generation: int | None = None


def findings() -> Iterator[Finding]:
    """Every disagreement of the whole library; none in a sound one."""
    yield from _files()
    for generation in Generation.objects.live().select_related("model"):
        for check in (_jobs, _replaced, _chunk_counts, _places, _vectors, _offsets, _terms, _indexes):
            yield from check(generation)
    yield from _leftovers()


def repair() -> int:
    """Index anew what disagrees and drop what is left over; return how many findings there were.

    A file that is gone or changed cannot be repaired: its document stays listed.
    """
    found = list(findings())
    for generation in Generation.objects.filter(is_scratch=True):
        generations.drop(generation)
    Collection.objects.filter(is_scratch=True).delete()
    for generation in building.uncleared():
        building.clear(generation)
    for generation in Generation.objects.filter(pk__in=_generations(found, "index")):
        indexes.build(generation)
    for generation in Generation.objects.filter(pk__in=_generations(found, "terms")):
        weighing.recount(generation)
    for finding in found:
        if finding.check == "replaced":
            _take_out(finding)
    broken = {finding.document for finding in found if finding.document and finding.check != "file"}
    for document in Document.objects.filter(pk__in=broken):
        ingestion.retry(document)
    return len(found)


def _generations(found: list[Finding], check: str) -> set[int]:
    return {finding.generation for finding in found if finding.check == check and finding.generation}


def _take_out(finding: Finding) -> None:
    replaced = Document.objects.filter(state=Document.State.SUPERSEDED)
    with transaction.atomic():
        document = replaced.select_for_update().filter(pk=finding.document or 0).first()
        if document is not None:
            index.remove(document, Generation.objects.get(pk=finding.generation or 0))
            document.jobs.filter(generation=finding.generation).delete()


def _files() -> Iterator[Finding]:
    for document in Document.objects.filter(collection__is_scratch=False).iterator():
        try:
            with document.file.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except (OSError, ValueError) as error:
            yield Finding("file", str(error), document.pk)
            continue
        if found != document.sha256:
            yield Finding("file", "the stored file has another checksum", document.pk)


def _jobs(generation: Generation) -> Iterator[Finding]:
    for key in unlisted(generation):
        yield Finding("job", "no job in this generation", key, generation.pk)
    stuck = _rows(
        "SELECT document_id FROM documents_indexjob WHERE generation_id = %s AND state = 'running'"
        " AND lease_until < now() - interval '5 minutes'",
        [generation.pk],
    )
    for (key,) in stuck:
        yield Finding("job", "running long past its lease", key, generation.pk)


def _replaced(generation: Generation) -> Iterator[Finding]:
    """A document that was replaced has no chunk where answers come from.

    Where no answers come from, it keeps chunks and job until its successor has entered there too.
    """
    rows = _rows(
        """
        SELECT document.id, count(chunk.id), count(job.id)
          FROM documents_document AS document
          LEFT JOIN documents_chunk AS chunk ON chunk.document_id = document.id AND chunk.generation_id = %s
          LEFT JOIN documents_indexjob AS job ON job.document_id = document.id AND job.generation_id = %s
         WHERE document.state = 'superseded' GROUP BY document.id
        """,
        [generation.pk, generation.pk],
    )
    is_active = generation.state == Generation.State.ACTIVE
    for key, chunks, jobs in rows:
        if (chunks and (is_active or not jobs)) or (jobs and is_active):
            yield Finding("replaced", f"replaced, but with {chunks} chunks", key, generation.pk)


def _chunk_counts(generation: Generation) -> Iterator[Finding]:
    rows = _rows(
        """
        SELECT document.id, job.state, count(chunk.id), count(DISTINCT chunk.ordinal), document.chunk_count,
               document.media_type
          FROM documents_document AS document
          JOIN documents_indexjob AS job ON job.document_id = document.id AND job.generation_id = %s
          LEFT JOIN documents_chunk AS chunk
            ON chunk.document_id = document.id AND chunk.generation_id = job.generation_id
         GROUP BY document.id, job.state
        """,
        [generation.pk],
    )
    for key, state, chunks, ordinals, counted, media_type in rows:
        if chunks != ordinals:
            yield Finding("chunks", f"{chunks} chunks, {ordinals} places", key, generation.pk)
        if state == IndexJob.State.DONE and not chunks and media_type != ZIP:
            yield Finding("chunks", "done, but without a chunk", key, generation.pk)
        if generation.state == Generation.State.ACTIVE and chunks != counted:
            yield Finding("chunks", f"{chunks} chunks, {counted} counted", key, generation.pk)


def _places(generation: Generation) -> Iterator[Finding]:
    """A chunk lies in its document's collection, or people would find what they may not read."""
    rows = _rows(
        """
        SELECT document.id, count(*) FROM documents_chunk AS chunk
          JOIN documents_document AS document ON document.id = chunk.document_id
         WHERE chunk.generation_id = %s AND chunk.collection_id <> document.collection_id
         GROUP BY document.id
        """,
        [generation.pk],
    )
    for key, count in rows:
        yield Finding("places", f"{count} chunks lie in another collection", key, generation.pk)


def _vectors(generation: Generation) -> Iterator[Finding]:
    """What came in after the model was withdrawn has none, and is found by its words."""
    rows = _rows(
        """
        SELECT document_id, count(*) FROM documents_chunk
         WHERE generation_id = %s
           AND (embedding IS NULL AND NOT %s OR vector_dims(embedding) <> %s OR abs(l2_norm(embedding) - 1) > %s)
         GROUP BY document_id
        """,
        [generation.pk, generation.model.is_withdrawn, generation.dimensions, UNIT_TOLERANCE],
    )
    for key, count in rows:
        yield Finding("vectors", f"{count} vectors missing or of a wrong size", key, generation.pk)


def _offsets(generation: Generation) -> Iterator[Finding]:
    """Every chunk's text is what stands at its offsets in the document, with blanks for margins."""
    suspects = _rows(
        """
        WITH whole AS (
            SELECT document_id, string_agg(text, E'\\n\\n' ORDER BY number) AS text
              FROM documents_page GROUP BY document_id
        )
        SELECT DISTINCT chunk.document_id FROM documents_chunk AS chunk
          LEFT JOIN whole USING (document_id)
         WHERE chunk.generation_id = %s
           AND chunk.text IS DISTINCT FROM substr(whole.text, chunk.start + 1, chunk."end" - chunk.start)
        """,
        [generation.pk],
    )
    for (key,) in suspects:
        text = pages.windowed_text(list(Page.objects.filter(document_id=key).order_by("number")))
        chunks = Chunk.objects.filter(generation=generation, document_id=key)
        found = chunks.values_list("start", "end", "text").iterator()
        if count := sum(text[start:end] != stored for start, end, stored in found):
            yield Finding("offsets", f"{count} chunks do not stand where they say", key, generation.pk)


def _terms(generation: Generation) -> Iterator[Finding]:
    """Counted document frequencies and totals are those of the chunks."""
    rows = _rows(
        """
        SELECT count(*) FROM (
            SELECT term, count(*) AS df FROM documents_chunk AS chunk, unnest(chunk.term_ids) AS term
             WHERE chunk.generation_id = %s GROUP BY term
        ) AS real FULL JOIN (SELECT id AS term, df FROM documents_term WHERE generation_id = %s) AS counted USING (term)
         WHERE real.df IS DISTINCT FROM counted.df
        """,
        [generation.pk, generation.pk],
    )
    if rows[0][0]:
        yield Finding("terms", f"{rows[0][0]} terms counted wrongly", generation=generation.pk)
    ((chunks,),) = _rows("SELECT count(*) FROM documents_chunk WHERE generation_id = %s", [generation.pk])
    if chunks != generation.chunk_count:
        yield Finding("terms", f"{chunks} chunks, {generation.chunk_count} counted", generation=generation.pk)


def _indexes(generation: Generation) -> Iterator[Finding]:
    """What can answer has all the indexes that searching needs."""
    for name in () if generation.state == Generation.State.BUILDING else indexes.missing(generation):
        yield Finding("index", f"the index of {name} is missing or not complete", generation=generation.pk)


def _leftovers() -> Iterator[Finding]:
    for generation in building.uncleared():
        yield Finding("leftover", "retired, but it still holds something", generation=generation.pk)
    for generation in Generation.objects.filter(is_scratch=True):
        yield Finding("leftover", "a measurement did not clean up", generation=generation.pk)


def _rows(statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
