"""The lexical leg against BM25 written out plainly over the visible chunks."""

import random

import pytest

from documents.models import Chunk, Generation, Term
from documents.terms import idf, query_terms
from search import lexical, visibility
from search.scope import Scope
from tests.factories import make_collection
from tests.index_rows import indexed_rows


def weighted(query, generation):
    return lexical.weighted(query_terms(query), generation)


pytestmark = pytest.mark.django_db

WORDS = """
    연차 휴가 출장 여비 보안 서약서 재택근무 규정 신청 승인 부서장 급여 정산 기한 법인카드
    leave travel policy security budget claim approval manager vpn session audit invoice
    HR-104 FY2018 ISO-27001 1,200,000 hr@example.com
"""


def filled_shelves(seed, documents=14):
    """Three collections of random documents; word frequencies fall off as in real text."""
    dice = random.Random(seed)
    words = WORDS.split()
    dice.shuffle(words)
    shares = [1 / (rank + 1) for rank in range(len(words))]
    shelves = [make_collection(f"Shelf {number}") for number in range(3)]
    for _document in range(documents):
        texts = [" ".join(dice.choices(words, shares, k=dice.randint(3, 25))) for _window in range(dice.randint(1, 4))]
        indexed_rows(dice.choice(shelves), texts, title=" ".join(dice.choices(words, k=2)))
    return dice, words, [shelf.pk for shelf in shelves]


def plain_bm25(query, generation, collection_ids):
    """Chunk id -> score from the stored weights, summed term by term in Python."""
    counts = lexical._counts(query_terms(query))
    frequencies = dict(Term.objects.filter(generation=generation).values_list("id", "df"))
    weights = {
        key: idf(generation.chunk_count, frequencies[key]) * n for key, n in counts.items() if key in frequencies
    }
    scores = {}
    for chunk in Chunk.objects.filter(generation=generation, collection_id__in=collection_ids):
        vector = dict(zip((key + 1 for key in chunk.bm25.indices()), chunk.bm25.values(), strict=True))
        if score := sum(weight * vector.get(key, 0) for key, weight in weights.items()):
            scores[chunk.id] = score
    return scores


def assert_exact_top(found, scores, limit):
    best = sorted(scores.values(), reverse=True)[:limit]
    assert [score for _id, score in found] == pytest.approx(best, rel=1e-5)
    for chunk_id, score in found:
        assert scores[chunk_id] == pytest.approx(score, rel=1e-5)


@pytest.mark.parametrize("rows_of_first_round", [1, 8, 3000])
@pytest.mark.parametrize("seed", range(3))
def test_top_k_is_exact_for_any_query_and_visibility(monkeypatch, seed, rows_of_first_round):
    monkeypatch.setattr(lexical, "FIRST_ROUND_ROWS", rows_of_first_round)
    monkeypatch.setattr(lexical, "ROUND_GROWTH", 2)
    monkeypatch.setattr(lexical, "SCAN_LIMIT", 0)
    dice, words, shelves = filled_shelves(seed)
    generation = Generation.objects.active()
    for _query in range(12):
        query = " ".join(dice.choices([*words, "nowhere"], k=dice.randint(1, 8)))
        visible, limit = dice.sample(shelves, dice.randint(1, 3)), dice.choice([1, 3, 10, 100])

        found = lexical.candidates(weighted(query, generation), Scope(generation, tuple(visible)), limit)

        assert_exact_top(found, plain_bm25(query, generation, visible), limit)


def test_rounds_widen_only_until_common_words_cannot_matter(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(lexical, "FIRST_ROUND_ROWS", 1)
    monkeypatch.setattr(lexical, "SCAN_LIMIT", 0)
    shelf = make_collection()
    indexed_rows(shelf, ["common " * 3 + f"filler{number}" for number in range(30)])
    indexed_rows(shelf, ["rare rare rare rare"])
    generation = Generation.objects.active()
    scope = Scope(generation, (shelf.pk,))
    terms = weighted("common rare", generation)
    visibility.count(scope, lexical.SCAN_LIMIT)

    with django_assert_num_queries(1):
        (best,) = lexical.candidates(terms, scope, 1)
    with django_assert_num_queries(2):
        assert len(lexical.candidates(terms, scope, 5)) == 5

    assert Chunk.objects.get(id=best[0]).text.startswith("rare")


def test_ties_go_by_id():
    shelf = make_collection()
    indexed_rows(shelf, ["same words here"] * 6)
    generation = Generation.objects.active()

    found = lexical.candidates(weighted("words", generation), Scope(generation, (shelf.pk,)), 4)

    assert [row[0] for row in found] == sorted(Chunk.objects.values_list("id", flat=True))[:4]


@pytest.mark.parametrize("query", ["", "   ", "unknownword", "???", "은는이가"])
def test_query_that_the_library_does_not_know_finds_nothing(query):
    shelf = make_collection()
    indexed_rows(shelf, ["Leave is fifteen days."])
    generation = Generation.objects.active()

    assert lexical.candidates(weighted(query, generation), Scope(generation, (shelf.pk,)), 5) == []


def test_nobody_sees_anything_without_a_collection():
    indexed_rows(make_collection(), ["Leave is fifteen days."])
    generation = Generation.objects.active()

    assert lexical.candidates(weighted("leave", generation), Scope(generation, ()), 5) == []


def test_rare_terms_come_first_and_weigh_more():
    indexed_rows(make_collection(), ["leave policy", "leave rules", "leave days"])

    terms = weighted("leave policy", Generation.objects.active())

    by_text = {term.text: term for term in terms}
    assert [term.text for term in terms] == ["polici", "leav"]
    assert by_text["polici"].weight > by_text["leav"].weight > 0


def test_title_is_searched_too():
    shelf = make_collection()
    indexed_rows(shelf, ["nothing about it", "nor here"], title="Travel policy FY2026")
    indexed_rows(shelf, ["plain text about nothing"], title="Other")
    generation = Generation.objects.active()

    found = lexical.candidates(weighted("travel 2026", generation), Scope(generation, (shelf.pk,)), 10)

    assert len(found) == 2


def test_idf_of_words_for_others():
    indexed_rows(make_collection(), ["leave policy", "leave rules"])
    generation = Generation.objects.active()

    found = lexical.term_idf(generation, ["leav", "polici", "unknown"])

    assert found == pytest.approx({"leav": idf(2, 2), "polici": idf(2, 1), "unknown": idf(2, 0)})


def test_pasted_page_is_cut_to_its_rarest_terms():
    indexed_rows(make_collection(), [" ".join(f"word{number}" for number in range(300))])

    terms = weighted(" ".join(f"word{number}" for number in range(300)), Generation.objects.active())

    assert len(terms) == lexical.MAX_QUERY_TERMS


def test_counts_of_a_repeated_word_add_up():
    indexed_rows(make_collection(), ["leave policy"])
    generation = Generation.objects.active()
    once, twice = weighted("leave", generation), weighted("leave leave", generation)

    assert twice[0].weight == pytest.approx(2 * once[0].weight)


def test_coverage_is_the_share_of_the_words_that_the_index_knows():
    indexed_rows(make_collection(), ["annual leave policy", "travel policy"])
    generation = Generation.objects.active()

    def coverage(query):
        return lexical.coverage(query_terms(query), weighted(query, generation), generation)

    assert coverage("annual leave") == pytest.approx(1)
    assert coverage("quantum chromodynamics") == 0
    assert 0.2 < coverage("annual chromodynamics") < 0.8
    assert coverage("") == 1
