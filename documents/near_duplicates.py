"""Documents that repeat most of another one: found when they are read, shown until somebody has decided.

Nothing is held back from search meanwhile; retrieval shows equal sentences once.
"""

from collections.abc import Collection as Several
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from documents.models import Collection, Document
from documents.sketches import share_in, sketch

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

# From this share of its sentences on, a document is worth a question.
NEAR = 0.5
# Candidates that are compared, those with the most hashes in common; boilerplate makes many.
COMPARED = 20


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """What the document repeats, and whether it could be its new version: only on the same shelf."""

    other: Document
    percent: int
    same_shelf: bool


def note(document: Document, texts: Iterable[str]) -> None:
    """Remember the document's sketch, and the document that it repeats most, if it does."""
    found = sketch(texts)
    other, similarity = _nearest(document, found)
    rows = Document.objects.current().filter(pk=document.pk)
    if other is not None:
        rows.exclude(near_duplicate_of=other).update(kept_both=False)
    rows.update(sketch=found, near_duplicate_of=other, similarity=similarity)


def undecided(document: Document, shelves: Several[int]) -> NearDuplicate | None:
    """What to ask about this document, for somebody who reads these collections."""
    other = document.near_duplicate_of
    if other is None or document.kept_both or document.is_superseded or other.is_superseded:
        return None
    if other.collection_id not in shelves or document.replaces_id == other.pk:
        return None
    return NearDuplicate(other, round(100 * document.similarity), other.collection_id == document.collection_id)


def shelves_of(reader: "type_Reader") -> frozenset[int]:
    return frozenset(Collection.objects.visible_to(reader).values_list("pk", flat=True))


def _nearest(document: Document, found: list[int]) -> tuple[int | None, float]:
    best, similarity = None, 0.0
    for key, other in _candidates(document, found) if found else ():
        share = share_in(found, other)
        if share > similarity:
            best, similarity = key, share
    return (best, similarity) if similarity >= NEAR else (None, similarity)


def _candidates(document: Document, found: list[int]) -> list[tuple[int, list[int]]]:
    """Other documents with hashes in common that the uploader may see; not what it belongs to or replaces."""
    shelves = {document.collection_id}
    if document.uploaded_by is not None:
        shelves |= shelves_of(document.uploaded_by)
    related = [document.pk, document.replaces_id or 0, document.parent_id or 0]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, sketch FROM documents_document
             WHERE sketch && %(sketch)s::bigint[] AND collection_id = ANY(%(shelves)s)
               AND state NOT IN ('superseded', 'failed') AND id <> ALL(%(related)s)
               AND parent_id IS DISTINCT FROM %(own)s AND near_duplicate_of_id IS DISTINCT FROM %(own)s
             ORDER BY (SELECT count(*) FROM unnest(sketch) AS key WHERE key = ANY(%(sketch)s::bigint[])) DESC,
                      collection_id = %(shelf)s DESC, id
             LIMIT %(limit)s
            """,
            {
                "sketch": found,
                "shelves": list(shelves),
                "related": related,
                "own": document.pk,
                "shelf": document.collection_id,
                "limit": COMPARED,
            },
        )
        return list(cursor.fetchall())
