"""Corpora of any size that keep the statistics of the text they were made from."""

from collections import Counter

import numpy as np
import pytest
from django.db import connection

from documents.models import Chunk, Generation, Term
from documents.terms import Pivots, Terms, query_terms, weights
from portal import recombination, synthetic_index
from portal.real_text import RealText, SourceDocument
from portal.recombination import WINDOWS_OF_A_DOCUMENT
from search import lexical
from search.scope import Scope

THEMES = ("leave", "travel", "audit", "연차", "laptop", "budget", "보안", "training")


class RandomEmbedder:
    def embed_passages(self, texts):
        vectors = np.random.default_rng(len(texts)).normal(size=(len(texts), 384))
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def source():
    documents = [
        SourceDocument(
            f"{theme} rules",
            "en",
            tuple(
                f"The {theme} rule {number} asks everybody for {theme} of item{theme}{number}." for number in range(12)
            ),
            (3, 5, 4),
        )
        for theme in THEMES
    ]
    return recombination.material(RealText(tuple(documents), ()), RandomEmbedder())


def names_of(words, block, window):
    """Dimension -> (field, count) of one window."""
    low, high = block.starts[window], block.starts[window + 1]
    places = block.places[low:high]
    counts = zip(words.fields[places], block.counts[low:high], strict=True)
    return dict(zip(words.dimensions[places].tolist(), counts, strict=True))


def test_weights_are_those_of_the_product(source):
    words = recombination.vocabulary(source, 100)
    (block,) = recombination.blocks(source, words, 100, 100)
    pivots = Pivots(40.0, 7.0)
    found = recombination.weighed(block, words, pivots)
    texts = dict(zip(words.dimensions.tolist(), words.texts, strict=True))
    for window in range(0, 100, 9):
        content = Terms(Counter(), Counter(), Counter())
        for key, (field, count) in names_of(words, block, window).items():
            getattr(content, recombination.FIELDS[field])[texts[key]] = int(count)

        right = weights(content, pivots, WINDOWS_OF_A_DOCUMENT)

        mine = slice(block.starts[window], block.starts[window + 1])
        assert dict(zip(words.dimensions[block.places[mine]].tolist(), found[mine].tolist(), strict=True)) == (
            pytest.approx(right, rel=1e-5)
        )


def frequencies(source, chunks):
    words = recombination.vocabulary(source, chunks)
    found = Counter()
    for block in recombination.blocks(source, words, chunks, 500):
        found.update(words.texts[place] for place in block.places if words.fields[place] == 0)
    return found


def test_frequent_words_keep_their_share_and_rare_ones_get_new_names(source):
    few, many = frequencies(source, 500), frequencies(source, 8_000)

    assert few["rule"] / 500 == pytest.approx(many["rule"] / 8_000, rel=0.1)
    assert 2 * len(few) < len(many) < 10 * len(few)
    rare = sorted(count for name, count in many.items() if name.partition("~")[0] not in ("the", "rule", "for", "of"))
    assert rare[len(rare) // 2] < 8 * np.median(list(few.values()))


def test_same_size_gives_the_same_corpus(source):
    assert frequencies(source, 700) == frequencies(source, 700)


@pytest.mark.usefixtures("transactional_db")
def test_index_is_one_that_the_product_can_search(source):
    built = synthetic_index.build(source, Generation.objects.active(), 1_000, lambda line: None)

    generation, chunks = built.generation, Chunk.objects.filter(generation=built.generation)
    assert generation.chunk_count == chunks.count() == 1_000
    sizes = {share: chunks.filter(collection=key).count() for share, key in built.collections.items()}
    assert sizes == {0.001: 8, 0.01: 8, 0.1: 96, 1.0: 888}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, count(*) FROM documents_chunk, unnest(term_ids) AS key WHERE generation_id = %s GROUP BY 1",
            [generation.pk],
        )
        assert dict(cursor.fetchall()) == dict(Term.objects.filter(generation=generation).values_list("id", "df"))
    scope = Scope(generation, tuple(built.collections.values()))
    ((best, _score), *_others) = lexical.candidates(
        lexical.weighted(query_terms("travel rule"), generation), scope, 100
    )
    assert "travel" in chunks.get(id=best).text
    synthetic_index.drop(built)
    assert not Generation.objects.filter(pk=generation.pk).exists()
