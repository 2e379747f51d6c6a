"""Whether what lies beside a passage belongs to it: the share of its ten nearest that are of the same document.

The nearest neighbour test of the cluster hypothesis: Voorhees, "The Cluster Hypothesis Revisited" (SIGIR 1985). A
passage with fewer than ten others beside it in its document is asked for as many as there are.
"""

import numpy as np
from django.db import connection

from search import semantic
from search.metrics import DEPTH
from search.scope import Scope
from search.scratch import Report

SAMPLE = 100
# Of a document with fewer windows little can be said.
LEAST_WINDOWS = 3


def coherence(scope: Scope, report: Report) -> float | None:
    """The mean share in 0..1; None where no document has enough windows."""
    sample = _sample(scope)
    shares = []
    for done, (chunk, document, windows, vector) in enumerate(sample, start=1):
        wanted = min(DEPTH, windows - 1)
        near = [key for key, _cosine in semantic.candidates(vector, scope, wanted + 1) if key != chunk][:wanted]
        shares.append(_of_document(scope, near, document) / wanted)
        report("coherence", done, len(sample))
    return round(sum(shares) / len(shares), 4) if shares else None


def _sample(scope: Scope) -> list[tuple[int, int, int, np.ndarray]]:
    """(chunk, its document, windows of that, vector), the same ones every time."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH sizes AS (SELECT document_id, count(*) AS windows FROM documents_chunk
                            WHERE generation_id = %s GROUP BY 1 HAVING count(*) >= %s)
            SELECT chunk.id, chunk.document_id, sizes.windows, chunk.embedding::text
              FROM documents_chunk AS chunk JOIN sizes USING (document_id)
             WHERE chunk.generation_id = %s AND chunk.embedding IS NOT NULL
             ORDER BY hashint8(chunk.text_hash), chunk.id LIMIT %s
            """,
            [scope.generation.pk, LEAST_WINDOWS, scope.generation.pk, SAMPLE],
        )
        rows = cursor.fetchall()
    return [(key, document, windows, _vector(text)) for key, document, windows, text in rows]


def _vector(text: str) -> np.ndarray:
    return np.array(text.strip("[]").split(","), dtype=np.float32)


def _of_document(scope: Scope, keys: list[int], document_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM documents_chunk WHERE generation_id = %s AND id = ANY(%s) AND document_id = %s",
            [scope.generation.pk, keys, document_id],
        )
        row: tuple[int] = cursor.fetchone()
        return row[0]
