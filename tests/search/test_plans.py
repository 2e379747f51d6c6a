"""How PostgreSQL answers the statements of a search at 50,000 rows: by the indexes that were made for them."""

import numpy as np
import pytest
from django.db import connection
from psycopg.sql import SQL

from documents import generations
from documents.generations import Plan
from documents.models import Collection, EmbeddingModel
from search import lexical, semantic, statements, visibility
from search.lexical import QueryTerm
from search.scope import Scope
from tests.documents.rows import document_row
from tests.factories import make_collection

ROWS = 50_000
DIMENSIONS = 8
FREQUENT, MEDIUM, RARE = 1, 2, 1000
# Every row has term 1, every tenth one of the terms 2 to 11, every hundredth one of the terms 1000 to 1099; of the
# collections the first has 90 % of the rows, the second 9.9 %, the third 0.1 %.
INSERT = """
    INSERT INTO documents_chunk (generation_id, document_id, collection_id, ordinal, start, "end", page, language,
           text_hash, term_ids, bm25, text, heading, terms, embedding)
    SELECT %s, (%s::bigint[])[shelf], (%s::bigint[])[shelf], i, 0, 4, 1, 'en', i,
           ARRAY[1, 2 + i %% 10, 1000 + i %% 100],
           format('{1:1,%%s:1,%%s:1}/1000000000', 2 + i %% 10, 1000 + i %% 100)::sparsevec, 'text', '', '{}',
           ARRAY[random(), random(), random(), random(), random(), random(), random(), random()]::real[]::halfvec
      FROM (SELECT i, CASE WHEN i %% 1000 = 0 THEN 3 WHEN i %% 10 = 1 THEN 2 ELSE 1 END AS shelf
              FROM generate_series(1, %s) AS i) AS numbered
"""


@pytest.fixture(scope="module")
def large(django_db_setup, django_db_blocker):
    """A scratch generation, and the ids of its collections."""
    from tests import leavings

    with django_db_blocker.unblock(), leavings.removed():
        model = EmbeddingModel.objects.create(provider="openai", name="of eight", dimensions=DIMENSIONS, max_tokens=9)
        generation = generations.create(Plan(model), is_scratch=True)
        shelves = [make_collection(name) for name in ("Most", "Some", "Few")]
        documents = [document_row(shelf) for shelf in shelves]
        ids = [shelf.pk for shelf in shelves]
        with connection.cursor() as cursor:
            cursor.execute(INSERT, [generation.pk, [document.pk for document in documents], ids, ROWS])
        generations.count_change(generation, chunks=ROWS, words=ROWS, bigrams=0)
        generation.refresh_from_db()
        # A sparse graph is built in a tenth of the time and used in the same way.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(generations, "HNSW_M", 4)
            patch.setattr(generations, "HNSW_EF_CONSTRUCTION", 8)
            generations.create_indexes(generation)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE documents_chunk")
        yield generation, ids
        generations.drop(generation)
        model.delete()
        Collection.objects.filter(pk__in=ids).delete()


@pytest.fixture
def plans(db, monkeypatch):
    """What PostgreSQL did for each statement of a search."""
    found = []
    run = statements.rows

    def explained(statement, **values):
        found.append("\n".join(row[0] for row in run(SQL("EXPLAIN ") + statement, **values)))
        return run(statement, **values)

    monkeypatch.setattr(statements, "rows", explained)
    return found


def query_term(number, df):
    return QueryTerm(number, str(number), df, 1.0, 1.0)


def a_vector():
    return np.full(DIMENSIONS, DIMENSIONS**-0.5, dtype=np.float32)


def test_rare_terms_are_looked_up_in_the_gin_index(large, plans):
    generation, ids = large
    lexical.candidates([query_term(RARE, ROWS // 100)], Scope(generation, tuple(ids)), 10)

    assert f"{generation.partition}_terms" in plans[-1]
    assert "Seq Scan" not in plans[-1]


def test_rows_that_hold_several_frequent_terms_are_found_by_the_gin_index(large, plans):
    """The first round reads the rare term; of the others only rows with both can still be among the best."""
    generation, ids = large
    terms = [query_term(RARE, ROWS // 100), query_term(MEDIUM, ROWS // 10), query_term(MEDIUM + 1, ROWS // 10)]

    lexical.candidates(terms, Scope(generation, tuple(ids)), 10)

    assert f"{generation.partition}_terms" in plans[-1]
    assert "Seq Scan" not in plans[-1]


def test_nearest_neighbours_come_from_the_hnsw_index(large, plans):
    generation, ids = large

    found = semantic.candidates(a_vector(), Scope(generation, tuple(ids)), 100)

    assert len(found) == 100
    assert f"{generation.partition}_vectors" in plans[-1]
    assert "Seq Scan" not in plans[-1]


@pytest.mark.parametrize("place", [1, 2])
def test_few_visible_chunks_are_found_by_their_collection(large, plans, place):
    generation, ids = large
    scope = Scope(generation, (ids[place],))

    by_vector = semantic.candidates(a_vector(), scope, 100)
    by_term = lexical.candidates([query_term(FREQUENT, ROWS)], scope, 100)

    assert len(by_vector) == len(by_term) == min(100, visibility.count(scope, ROWS))
    for plan in plans:
        assert f"{generation.partition}_collection" in plan
        assert "Seq Scan" not in plan


def test_visible_chunks_are_counted_no_further_than_needed(large, plans):
    generation, ids = large

    assert visibility.count(Scope(generation, (ids[2],)), 1_000) == ROWS // 1_000
    assert f"{generation.partition}_collection" in plans[-1]
    assert visibility.count(Scope(generation, (ids[0],)), 1_000) == 1_001
