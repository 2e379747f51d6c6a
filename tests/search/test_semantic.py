"""The semantic leg against brute force, and the index of nearest neighbours under filters."""

import numpy as np
import pytest
from django.db import connection

from documents.models import Chunk, Collection, Generation
from search import semantic
from search.scope import Scope
from tests.documents.rows import document_row
from tests.factories import make_collection
from tests.index_rows import axes, indexed_rows, random_units

ROWS = 3000


@pytest.fixture
def generation(db):
    return Generation.objects.active()


def cosines(query, collection_ids):
    """Chunk id -> cosine, by the vectors as they are stored."""
    rows = list(Chunk.objects.filter(collection_id__in=collection_ids).values_list("id", "embedding"))
    similar = np.array([vector for _id, vector in rows]) @ query
    return {row[0]: float(one) for row, one in zip(rows, similar, strict=True)}


@pytest.mark.parametrize("limit", [1, 7, 500])
def test_exact_way_is_brute_force(generation, limit):
    shelves = [make_collection(name) for name in "ABC"]
    for seed, shelf in enumerate(shelves):
        indexed_rows(shelf, [f"text {number}" for number in range(40)], vectors=random_units(40, seed))
    visible = [shelf.pk for shelf in shelves[:2]]
    for query in random_units(5, seed=9):
        found = semantic.candidates(query, Scope(generation, tuple(visible)), limit)

        right = cosines(query, visible)
        best = sorted(right.values(), reverse=True)[:limit]
        assert [row[1] for row in found] == pytest.approx(best, abs=1e-3)
        assert [right[row[0]] for row in found] == pytest.approx(best, abs=1e-4)


def test_ties_go_by_id(generation):
    shelf = make_collection()
    indexed_rows(shelf, ["same"] * 5, vectors=np.repeat(axes(1), 5, axis=0))

    found = semantic.candidates(axes(1)[0], Scope(generation, (shelf.pk,)), 3)

    assert [row[0] for row in found] == sorted(Chunk.objects.filter(collection=shelf).values_list("id", flat=True))[:3]


def test_nobody_sees_anything_without_a_collection(generation):
    indexed_rows(make_collection(), ["text"])

    assert semantic.candidates(axes(1)[0], Scope(generation, ()), 5) == []


def test_index_looks_at_more_neighbours_among_more_chunks():
    sizes = [0, 100_000, 300_000, 1_000_000, 5_000_000]

    looked_at = [semantic.ef_search(chunks) for chunks in sizes]

    assert looked_at[0] == looked_at[1] == semantic.EF_SEARCH < looked_at[2] < looked_at[3] == looked_at[4]


@pytest.fixture(scope="module")
def many(django_db_setup, django_db_blocker):
    """Rows enough for the indexes to pay, committed once, in collections of very different size."""
    from tests import leavings

    with django_db_blocker.unblock(), leavings.removed():
        shelves = [make_collection(name) for name in ("most", "some", "few", "one")]
        insert_cheaply(shelves, ROWS)
        yield [shelf.pk for shelf in shelves]
        Collection.objects.filter(pk__in=[shelf.pk for shelf in shelves]).delete()


def insert_cheaply(shelves, rows):
    """Vectors and term numbers only; every tenth row has term 7, every row has term 1."""
    generation = Generation.objects.active()
    documents = [document_row(shelf) for shelf in shelves]
    places = np.random.default_rng(5).choice(4, size=rows, p=[0.89, 0.10, 0.009, 0.001])
    places[:4] = range(4)
    columns = (
        'generation_id, document_id, collection_id, ordinal, start, "end", page, language, text_hash, term_ids, bm25,'
        " text, heading, terms, embedding"
    )
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY documents_chunk ({columns}) FROM STDIN") as copy:
            for number, vector in enumerate(random_units(rows, seed=4)):
                document = documents[places[number]]
                terms = [1, 7] if number % 10 == 0 else [1]
                copy.write_row((
                    generation.pk, document.pk, document.collection_id, number, 0, 4, 1, "en", number, terms,
                    "{" + ",".join(f"{term}:1" for term in terms) + "}/1000000000", "text", "", "{}",
                    semantic.vector_literal(vector),
                ))  # fmt: skip
        cursor.execute("ANALYZE documents_chunk")


@pytest.fixture
def nearest_first(monkeypatch):
    monkeypatch.setattr(semantic, "EXACT_LIMIT", 0)


@pytest.mark.usefixtures("nearest_first")
@pytest.mark.parametrize("quantisation", Generation.Quantisation.values)
def test_index_is_told_no_more_than_it_takes(generation, many, django_assert_max_num_queries, quantisation):
    generation.quantisation = quantisation
    generation.chunk_count = 5_000_000
    # Those that are visible may have been counted before.
    with django_assert_max_num_queries(2) as asked:
        found = semantic.candidates(axes(1)[0], Scope(generation, tuple(many)), 300)

    assert len(found) == 300
    assert "set_config('hnsw.ef_search', '1000', true)" in asked[-1]["sql"]


@pytest.mark.usefixtures("nearest_first")
@pytest.mark.parametrize("places", [(0, 1, 2, 3), (0,), (1,), (2,), (3,), (2, 3)])
def test_index_never_returns_fewer_rows_than_there_are(generation, many, places):
    visible = tuple(many[place] for place in places)
    there_are = Chunk.objects.filter(collection_id__in=visible).count()
    for query in random_units(3, seed=8):
        found = semantic.candidates(query, Scope(generation, visible), 100)

        assert len(found) == min(100, there_are)
        assert len({row[0] for row in found}) == len(found)
        places_found = Chunk.objects.filter(id__in=[row[0] for row in found]).values_list("collection_id", flat=True)
        assert set(places_found) <= set(visible)
        assert [row[1] for row in found] == sorted((row[1] for row in found), reverse=True)


@pytest.mark.usefixtures("nearest_first")
def test_index_finds_most_of_the_nearest(generation, many):
    """Random directions are the hardest case there is: all of them are nearly equally far away."""
    (query,) = random_units(1, seed=8)
    by_cosine = cosines(query, many)
    nearest = sorted(by_cosine, key=by_cosine.get, reverse=True)[:50]

    found = {row[0] for row in semantic.candidates(query, Scope(generation, tuple(many)), 50)}

    assert len(found & set(nearest)) >= 35
