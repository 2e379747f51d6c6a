"""The index: chunks and term counts change together, whatever the order of additions and removals."""

import random

import pytest
from django.db import connection

from documents import generations, index, indexing, integrity, weighing
from documents.generations import Plan
from documents.models import Chunk, Generation, Term
from tests.documents.rows import document_row
from tests.factories import accepted_document, make_collection
from tests.index_rows import indexed_rows, passages, random_units

pytestmark = pytest.mark.django_db

TEXTS = [
    "Annual leave is fifteen days. Leave lapses in December.",
    "연차 휴가는 15일입니다. 연차는 소멸합니다.",
    "The VPN session lasts ten hours.",
    "보안 서약서 ISO-27001 제출",
    "Travel expenses are paid within ten days of the claim.",
]


@pytest.fixture
def generation():
    return Generation.objects.active()


def frequencies(generation):
    """Counted by hand from the chunks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT term, count(*) FROM documents_chunk, unnest(term_ids) AS term WHERE generation_id = %s GROUP BY 1",
            [generation.pk],
        )
        return dict(cursor.fetchall())


def weights_by_text(generation):
    """pgvector's Python side counts dimensions from 0, its text form from 1."""
    return {
        chunk.text: {key + 1: weight for key, weight in zip(chunk.bm25.indices(), chunk.bm25.values(), strict=True)}
        for chunk in Chunk.objects.filter(generation=generation)
    }


@pytest.mark.parametrize("seed", range(4))
def test_term_counts_are_right_after_any_order_of_additions_and_removals(generation, shelf, seed):
    dice, documents = random.Random(seed), []
    for _step in range(12):
        if documents and dice.random() < 0.4:
            index.remove(documents.pop(dice.randrange(len(documents))), generation)
        else:
            documents.append(indexed_rows(shelf, dice.choices(TEXTS, k=dice.randint(1, 4)), title=dice.choice(TEXTS)))

    generation.refresh_from_db()
    assert dict(Term.objects.values_list("id", "df")) == frequencies(generation)
    assert generation.chunk_count == Chunk.objects.filter(generation=generation).count()


def test_removing_everything_leaves_no_term_and_no_length(generation, shelf):
    for document in [indexed_rows(shelf, TEXTS), indexed_rows(shelf, TEXTS[:2])]:
        index.remove(document, generation)

    generation.refresh_from_db()
    assert not Term.objects.exists()
    assert (generation.chunk_count, generation.word_total, generation.bigram_total) == (0, 0, 0)


def test_removing_a_document_twice_is_harmless(generation, shelf):
    kept, gone = indexed_rows(shelf, TEXTS[:2]), indexed_rows(shelf, TEXTS[2:])
    index.remove(gone, generation)

    index.remove(gone, generation)

    assert set(Chunk.objects.values_list("document_id", flat=True)) == {kept.pk}
    assert dict(Term.objects.values_list("id", "df")) == frequencies(generation)


def test_largest_weight_of_a_term_is_never_below_a_chunks(generation, shelf):
    documents = [indexed_rows(shelf, TEXTS, title="Annual"), indexed_rows(shelf, TEXTS[:1] * 3)]
    index.remove(documents[0], generation)

    largest = dict(Term.objects.values_list("id", "max_weight"))
    for weights in weights_by_text(generation).values():
        assert all(weight <= largest[key] * 1.00001 for key, weight in weights.items())


def test_refreshed_weights_are_those_of_a_fresh_index(generation, shelf):
    indexed_rows(shelf, ["word " * 200])
    documents = [indexed_rows(shelf, [text] * 3, title="Rules") for text in TEXTS]

    assert weighing.refresh_pivots(generation)

    fresh = generations.create(Plan(generation.model))
    texts = [["word " * 200], *([text] * 3 for text in TEXTS)]
    generation.refresh_from_db()
    index.set_pivots(fresh, generation.pivots)
    for document, windows in zip([document_row(shelf), *documents], texts, strict=True):
        title = "Rules" if document in documents else ""
        indexed_rows(shelf, windows, title=title, generation=fresh, document=document)
    old, new = weights_by_text(generation), weights_by_text(fresh)
    assert old.keys() == new.keys()
    for text, weights in new.items():
        assert old[text] == pytest.approx(weights, rel=1e-5)
    assert statistics(generation) == pytest.approx(statistics(fresh), rel=1e-5)


def statistics(generation):
    rows = Term.objects.filter(generation=generation)
    return {
        key: value
        for id_, df, most in rows.values_list("id", "df", "max_weight")
        for key, value in [((id_, "df"), df), ((id_, "max"), most)]
    }


def test_pivots_stay_while_the_mean_length_does(generation, shelf):
    indexed_rows(shelf, TEXTS)
    weighing.refresh_pivots(generation)

    indexed_rows(shelf, TEXTS)

    assert not weighing.refresh_pivots(generation)


def test_empty_generation_needs_no_weighing(generation):
    assert not weighing.refresh_pivots(generation)


def test_document_has_its_own_chunks_in_each_generation(generation, shelf):
    document = indexed_rows(shelf, TEXTS)
    other = generations.create(Plan(generation.model))
    indexed_rows(shelf, TEXTS[:2], generation=other, document=document)

    index.remove(document, generation)

    assert set(Chunk.objects.values_list("generation_id", flat=True)) == {other.pk}
    other.refresh_from_db()
    assert other.chunk_count == 2
    assert dict(Term.objects.values_list("id", "df")) == frequencies(other)


def test_what_is_stored_is_what_was_given(generation, shelf):
    (vector,) = vectors = random_units(1, seed=1)
    document = indexed_rows(shelf, [TEXTS[1]], vectors=vectors)

    chunk = Chunk.objects.get(document=document)
    assert (chunk.text, chunk.language, chunk.ordinal, chunk.collection_id) == (TEXTS[1], "ko", 0, shelf.pk)
    assert chunk.embedding == pytest.approx(list(vector), abs=1e-3)
    assert sorted(weights_by_text(generation)[chunk.text]) == chunk.term_ids


def test_equal_texts_have_equal_hashes_whatever_their_white_space():
    assert index.text_hash("one  two\nthree") == index.text_hash(" one two three ")
    assert index.text_hash("one two") != index.text_hash("one twp")
    assert passages(["a"])[0].embedded_text == "a"


def test_lease_is_renewed_while_the_words_of_a_long_text_are_analysed(monkeypatch):
    document = accepted_document(make_collection(), "Every employee reads this rule once a year. " * 200)
    analyse, seen = index.analyse, []

    def watched(texts, contexts, own_words):
        job = document.jobs.get()
        seen.append((job.stage, job.progress_done))
        return analyse(texts, contexts, own_words)

    monkeypatch.setattr(index, "ANALYSE_STEP", 2)
    monkeypatch.setattr(index, "analyse", watched)
    indexing.run(document.jobs.get().pk)

    count = Chunk.objects.filter(document=document).count()
    assert count > 2
    assert seen == [("swap", done) for done in range(0, count, 2)]
    assert list(integrity.findings()) == []
