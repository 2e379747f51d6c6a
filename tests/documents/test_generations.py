"""Generations: partitions with their own indexes, one of them active."""

import pytest
from django.db import IntegrityError, connection, transaction

from documents import generations
from documents.generations import Plan
from documents.models import Chunk, EmbeddingModel, Generation, IndexJob, Term
from tests.factories import make_collection
from tests.index_rows import indexed_rows, random_units

pytestmark = pytest.mark.django_db


@pytest.fixture
def small_model():
    return EmbeddingModel.objects.create(
        provider="sentence-transformers", name="/models/small", dimensions=8, max_tokens=128, licence="open-source"
    )


def indexes(generation):
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [generation.partition])
        return "\n".join(row[0] for row in cursor.fetchall())


def test_new_generation_takes_documents_and_gets_indexes_of_its_own_when_it_is_full(small_model):
    generation = generations.create(Plan(small_model))
    assert generation.state == Generation.State.BUILDING
    assert "document_id, ordinal" in indexes(generation)
    assert "hnsw" not in indexes(generation)

    generations.create_indexes(generation)

    assert "halfvec(8)" in indexes(generation)
    assert "USING gin (term_ids)" in indexes(generation)
    assert generation in Generation.objects.live()


def test_scratch_generation_gets_its_indexes_later_and_takes_no_documents(small_model):
    generation = generations.create(Plan(small_model), is_scratch=True)

    assert "hnsw" not in indexes(generation)
    assert generation not in Generation.objects.live()


def test_vectors_can_be_found_by_one_bit_for_each_number_and_cut_to_a_shorter_size(small_model):
    generation = generations.create(Plan(small_model, dimensions=4, quantisation=Generation.Quantisation.BINARY))
    generations.create_indexes(generation)

    assert "binary_quantize(embedding))::bit(4)) bit_hamming_ops" in indexes(generation)


def test_first_generation_has_the_same_indexes_as_a_new_one():
    first = Generation.objects.active()
    new = generations.create(Plan(first.model))
    generations.create_indexes(new)

    renamed = indexes(new).replace(new.partition, first.partition)
    assert set(renamed.splitlines()) == set(indexes(first).splitlines())
    assert (new.window_tokens, new.overlap_tokens, new.analyser) == (
        first.window_tokens,
        first.overlap_tokens,
        first.analyser,
    )


def test_new_generation_is_bound_to_documents_like_the_first():
    first = Generation.objects.active()
    new = generations.create(Plan(first.model))

    assert rules(new) == rules(first)
    assert "ON DELETE CASCADE" in rules(new)


def rules(generation):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass ORDER BY 1",
            [generation.partition],
        )
        return "\n".join(row[0] for row in cursor.fetchall())


def test_activating_keeps_the_one_before_to_go_back_to(small_model):
    first, second = Generation.objects.active(), generations.create(Plan(small_model))

    generations.activate(second)

    assert Generation.objects.active() == second
    first.refresh_from_db()
    assert first.state == Generation.State.READY
    generations.activate(first)
    assert Generation.objects.active() == first


def test_two_active_generations_are_impossible(small_model):
    second = generations.create(Plan(small_model))

    with pytest.raises(IntegrityError), transaction.atomic():
        Generation.objects.filter(pk=second.pk).update(state=Generation.State.ACTIVE)


def test_dropping_removes_everything_of_it_and_nothing_else(small_model):
    shelf = make_collection()
    document = indexed_rows(shelf, ["one", "two"])
    generation = generations.create(Plan(small_model))
    indexed_rows(shelf, ["one"], generation=generation, document=document, vectors=random_units(1, 1, dimensions=8))

    generations.drop(generation)

    assert Chunk.objects.count() == 2
    assert set(Term.objects.values_list("generation", flat=True)) == {Generation.objects.active().pk}
    assert IndexJob.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [generation.partition])
        assert cursor.fetchone() == (None,)
