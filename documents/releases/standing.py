"""What the library shows of documents follows the generation that answers: state, number of passages, versions."""

from datetime import date

from django.db import connection

from documents import effective, index, versions
from documents.models import Document, Generation, IndexJob

_FOLLOW = """
    UPDATE documents_document AS document
       SET state = new.state, chunk_count = new.chunks, error_code = new.error_code
      FROM (
        SELECT document.id, coalesce(counted.chunks, 0) AS chunks,
               CASE WHEN job.state = 'done' THEN 'ready' WHEN job.state = 'failed' THEN 'failed'
                    WHEN job.state = 'running' THEN 'indexing' WHEN counted.chunks > 0 THEN 'ready'
                    ELSE 'waiting' END AS state,
               CASE WHEN job.state = 'failed' THEN job.error_code ELSE '' END AS error_code
          FROM documents_document AS document
          JOIN documents_collection AS shelf ON shelf.id = document.collection_id AND NOT shelf.is_scratch
          LEFT JOIN documents_indexjob AS job ON job.document_id = document.id AND job.generation_id = %(generation)s
          LEFT JOIN (SELECT document_id, count(*) AS chunks FROM documents_chunk
                      WHERE generation_id = %(generation)s GROUP BY document_id) AS counted
            ON counted.document_id = document.id
         WHERE document.state <> 'superseded'
      ) AS new
     WHERE new.id = document.id
       AND (document.state, document.chunk_count, document.error_code) IS DISTINCT FROM
           (new.state, new.chunks, new.error_code)
"""
# A worker may have said of a document that it works on it, just when another generation took over.
_CATCH_UP = """
    UPDATE documents_document AS document
       SET state = CASE job.state WHEN 'done' THEN 'ready' ELSE 'failed' END, error_code = job.error_code
      FROM documents_indexjob AS job JOIN documents_generation AS generation ON generation.id = job.generation_id
     WHERE job.document_id = document.id AND generation.state = 'active' AND job.state IN ('done', 'failed')
       AND document.state IN ('waiting', 'reading', 'indexing')
"""


def follow(generation: Generation) -> None:
    """Let versions and documents be what they are in this generation, which has just become the active one.

    Inside the caller's transaction, which has locked all collections.
    """
    _reinstate(generation)
    _settle(generation, effective.today())
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, {"generation": generation.pk})


def catch_up() -> None:
    """Put right what shows documents as being worked on that are not; safe at any time."""
    with connection.cursor() as cursor:
        cursor.execute(_CATCH_UP)


def _reinstate(generation: Generation) -> None:
    """Versions that were replaced, but not in this generation: they hold again until their successors enter here.

    Where the successor stands here too, or was deleted, the old one leaves.
    """
    replaced = Document.objects.filter(state=Document.State.SUPERSEDED, jobs__generation=generation)
    back: set[int] = set()
    # What came out of another one comes after it.
    for document in replaced.order_by("pk").defer("sketch"):
        if _holds(document, generation, back) and not _has_copy(document):
            back.add(document.pk)
        else:
            index.remove(document, generation)
            document.jobs.filter(generation=generation).delete()
    Document.objects.filter(pk__in=back).update(
        state=Document.State.READY, superseded_by=None, superseded_at=None, error_code=""
    )


def _holds(document: Document, generation: Generation, back: set[int]) -> bool:
    if document.superseded_by_id is None:
        return document.parent_id in back
    return not any(_stands(version, generation) for version in _successors(document))


def _successors(document: Document) -> list[Document]:
    found: dict[int, Document] = {}
    while document.superseded_by and document.superseded_by.pk not in found:
        document = document.superseded_by
        found[document.pk] = document
    return list(found.values())


def _stands(document: Document, generation: Generation) -> bool:
    return document.jobs.filter(generation=generation, state=IndexJob.State.DONE).exists()


def _has_copy(document: Document) -> bool:
    copies = Document.objects.current().filter(collection=document.collection_id, sha256=document.sha256)
    return copies.exists()


def _settle(generation: Generation, today: date) -> None:
    """New versions that came in here first take their places now."""
    entered = Document.objects.current().filter(
        replaces__isnull=False, jobs__generation=generation, jobs__state=IndexJob.State.DONE
    )
    for key in entered.exclude(effective_from__gt=today).order_by("pk").values_list("pk", flat=True):
        new = Document.objects.select_for_update().current().filter(pk=key).first()
        if new is not None and new.replaces and versions.current_of(new.replaces).pk != new.pk:
            index.displace(new, generation)
