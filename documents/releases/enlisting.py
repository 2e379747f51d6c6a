"""Which documents have to enter a generation: all current ones, but those that a newer version has displaced there.

An upload that began before the generation was there may have missed it, so whoever completes one enlists again.
"""

from typing import Any

from django.db import connection

from documents import effective
from documents.models import Generation

# `gone` are documents whose successor stands in the generation already, and what came out of those; the same as
# versions.is_displaced tells of one.
_UNLISTED = """
    WITH displaced AS (
        SELECT older.id
          FROM documents_document AS older
          JOIN documents_document AS newer ON newer.replaces_id = older.id
          JOIN documents_indexjob AS job ON job.document_id = newer.id
         WHERE job.generation_id = %(generation)s AND job.state = 'done' AND newer.state <> 'superseded'
           AND (newer.effective_from IS NULL OR newer.effective_from <= %(today)s)
           AND older.superseded_at IS NULL
    ), gone AS (
        SELECT document.id
          FROM documents_document AS document LEFT JOIN documents_document AS parent ON parent.id = document.parent_id
         WHERE document.id IN (SELECT id FROM displaced) OR parent.id IN (SELECT id FROM displaced)
            OR parent.parent_id IN (SELECT id FROM displaced)
    ), unlisted AS (
        SELECT document.id, document.created_at
          FROM documents_document AS document
          JOIN documents_collection AS shelf ON shelf.id = document.collection_id AND NOT shelf.is_scratch
         WHERE document.state <> 'superseded' AND document.id NOT IN (SELECT id FROM gone)
           AND NOT EXISTS (SELECT FROM documents_indexjob AS job
                            WHERE job.document_id = document.id AND job.generation_id = %(generation)s)
    )
"""
_ENLIST = """
    INSERT INTO documents_indexjob (document_id, generation_id, state, stage, attempt, tries, worker, progress_done,
                                    progress_total, error_code, error_detail, created_at)
    SELECT id, %(generation)s, 'queued', 'extract', 0, 0, '', 0, 0, '', '', now()
      FROM unlisted ORDER BY created_at, id
        ON CONFLICT DO NOTHING
"""

_IDS = "SELECT id FROM unlisted ORDER BY id"


def enlist(generation: Generation) -> int:
    """Queue a job for every document that has none in this generation; returns how many that were."""
    with connection.cursor() as cursor:
        cursor.execute(_UNLISTED + _ENLIST, _parameters(generation))
        return int(cursor.rowcount)


def unlisted(generation: Generation) -> list[int]:
    """Documents that should have a job in this generation and have none."""
    with connection.cursor() as cursor:
        cursor.execute(_UNLISTED + _IDS, _parameters(generation))
        return [row[0] for row in cursor.fetchall()]


def _parameters(generation: Generation) -> dict[str, Any]:
    return {"generation": generation.pk, "today": effective.today()}
