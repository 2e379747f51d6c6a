"""Both legs against the plainest way of doing the same: BM25 from its formula, and every vector compared."""

import math
import random
from collections import Counter

import numpy as np
import pytest

from documents.models import Chunk, Generation
from documents.terms import query_terms
from search import lexical, semantic
from search.scope import Scope
from tests.factories import make_collection
from tests.index_rows import indexed_rows

pytestmark = pytest.mark.django_db

K1, B = 1.2, 0.75
# Words that no stemmer touches, and that are none of the function words.
WORDS = [first + second + "u" for first in ("bak", "dor", "gim", "lun", "pez", "tav") for second in ("am", "ek", "or")]
VECTORS = 900


class PlainBM25:
    """Every document as words and title; scores are summed straight from the formula."""

    def __init__(self, pivot):
        self.pivot = pivot
        # (collection id, text, title, windows of its document)
        self.rows = []

    def add(self, collection_id, texts, title):
        self.rows += [(collection_id, text, title, len(texts)) for text in texts]

    def best(self, query, visible):
        """Scores of the visible rows that hold a word of the query, best first."""
        asked = Counter(query.split())
        scores = [self._score(asked, row) for row in self.rows if row[0] in visible]
        return sorted((score for score in scores if score > 0), reverse=True)

    def _score(self, asked, row):
        _collection, text, title, windows = row
        words, context = Counter(text.split()), Counter(title.split())
        norm = K1 * (1 - B + B * words.total() / self.pivot)
        score = 0.0
        for word, count in asked.items():
            score += count * self._idf(word, 1) * words[word] * (K1 + 1) / (words[word] + norm)
            factor = 0.25 + 0.35 * math.log(windows)
            score += count * self._idf(word, 2) * factor * context[word] * (K1 + 1) / (context[word] + K1)
        return score

    def _idf(self, word, column):
        df = sum(word in row[column].split() for row in self.rows)
        return math.log(1 + (len(self.rows) - df + 0.5) / (df + 0.5))


@pytest.mark.parametrize("ways", ["one scan", "many rounds", "one round and branches"])
@pytest.mark.parametrize("seed", range(3))
def test_lexical_leg_is_bm25_over_the_visible_rows(monkeypatch, seed, ways):
    monkeypatch.setattr(lexical, "SCAN_LIMIT", 1_000 if ways == "one scan" else 0)
    monkeypatch.setattr(lexical, "FIRST_ROUND_ROWS", 1)
    monkeypatch.setattr(lexical, "ROUND_GROWTH", 2)
    monkeypatch.setattr(lexical, "LAST_ROUND_GROWTH", 0 if ways == "many rounds" else 10_000)
    dice = random.Random(seed)
    shares = [1 / (rank + 1) for rank in range(len(WORDS))]
    shelves = [make_collection(f"Shelf {number}") for number in range(4)]
    plain = filled(dice, shares, shelves)
    generation = Generation.objects.active()
    for _query in range(15):
        query = " ".join(dice.choices([*WORDS, "unknownu"], k=dice.randint(1, 7)))
        visible = [shelf.pk for shelf in dice.sample(shelves, dice.randint(1, 4))]
        limit = dice.choice([1, 5, 20, 500])

        terms = lexical.weighted(query_terms(query), generation)
        found = lexical.candidates(terms, Scope(generation, tuple(visible)), limit)

        right = plain.best(query, visible)[:limit]
        assert [score for _id, score in found] == pytest.approx(right, rel=1e-4)
        places = Chunk.objects.filter(id__in=[row[0] for row in found]).values_list("collection_id", flat=True)
        assert set(places) <= set(visible)
        assert len({row[0] for row in found}) == len(found)


def filled(dice, shares, shelves):
    """Random documents, in the index and in the plain list."""
    for place in range(25):
        texts = [" ".join(dice.choices(WORDS, shares, k=dice.randint(2, 30))) for _window in range(dice.randint(1, 4))]
        shelf, title = dice.choice(shelves), " ".join(dice.choices(WORDS, k=2))
        indexed_rows(shelf, texts, title=title)
        if not place:
            plain = PlainBM25(Generation.objects.active().word_pivot)
        plain.add(shelf.pk, texts, title)
    return plain


def themed_vectors(count, seed):
    """Directions that crowd around some themes, as those of texts do."""
    dice = np.random.default_rng(seed)
    themes = dice.normal(size=(30, 384))
    vectors = themes[dice.integers(30, size=count)] + 0.7 * dice.normal(size=(count, 384))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("exact_limit", [0, semantic.EXACT_LIMIT])
def test_semantic_leg_finds_the_nearest_at_every_visibility(monkeypatch, exact_limit):
    monkeypatch.setattr(semantic, "EXACT_LIMIT", exact_limit)
    generation = Generation.objects.active()
    shelves = [make_collection(f"Shelf {number}") for number in range(3)]
    parts = np.split(themed_vectors(VECTORS, seed=1), [VECTORS * 9 // 10, VECTORS * 99 // 100])
    for shelf, vectors in zip(shelves, parts, strict=True):
        indexed_rows(shelf, ["text"] * len(vectors), vectors=vectors)
    recalls = []
    for visible in ((0, 1, 2), (0,), (1,), (2,), (1, 2)):
        rows = np.concatenate([parts[place] for place in visible]).astype(np.float16).astype(np.float32)
        scope = Scope(generation, tuple(shelves[place].pk for place in visible))
        for query in themed_vectors(4, seed=2):
            found = semantic.candidates(query, scope, 100)

            nearest = np.sort(rows @ query / np.linalg.norm(rows, axis=1))[::-1]
            assert len(found) == min(100, len(rows))
            recalls.append(np.mean([cosine >= nearest[:10][-1] - 1e-4 for _id, cosine in found[:10]]))
    assert np.mean(recalls) >= (0.98 if exact_limit == 0 else 1)
