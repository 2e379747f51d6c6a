"""What there is when nothing is asked but filters are set: the newest documents' first passages, then their others."""

from collections.abc import Iterator

from django.db import connection
from psycopg import sql

from search.fusion import Candidate, Fused
from search.scope import Scope

_FIRST_OF_EACH = sql.SQL(
    "SELECT DISTINCT ON (document_id) id, language FROM documents_chunk WHERE {}"
    " ORDER BY document_id DESC, ordinal LIMIT {}"
)
_ALL = sql.SQL("SELECT id, language FROM documents_chunk WHERE {} ORDER BY document_id DESC, ordinal LIMIT {}")


def newest(scope: Scope, limit: int) -> list[Fused]:
    """Never fewer than min(limit, visible) passages, without scores."""
    rows = {key: language for statement in (_FIRST_OF_EACH, _ALL) for key, language in _rows(statement, scope, limit)}
    return [Fused(Candidate(key, language, 0.0, 0.0), 0.0) for key, language in list(rows.items())[:limit]]


def _rows(statement: sql.SQL, scope: Scope, limit: int) -> Iterator[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(scope.condition, sql.Literal(limit)))
        yield from cursor.fetchall()
