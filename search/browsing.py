"""What there is when nothing is asked but filters are set: the newest documents' first passages, then their others."""

from itertools import islice

from psycopg import sql

from search import statements
from search.fusion import Candidate, Fused
from search.scope import Scope

_FIRST_OF_EACH = sql.SQL(
    "SELECT DISTINCT ON (document_id) id, 0 FROM documents_chunk WHERE {} ORDER BY document_id DESC, ordinal LIMIT {}"
)
_ALL = sql.SQL("SELECT id, 0 FROM documents_chunk WHERE {} ORDER BY document_id DESC, ordinal LIMIT {}")


def newest(scope: Scope, limit: int) -> list[Fused]:
    """Never fewer than min(limit, visible) passages, without scores."""
    asked = (statement.format(scope.condition, sql.Literal(limit)) for statement in (_FIRST_OF_EACH, _ALL))
    keys = dict.fromkeys(key for statement in asked for key, _nothing in statements.rows(statement))
    return [Fused(Candidate(key, "", 0.0, 0.0), 0.0) for key in islice(keys, limit)]
