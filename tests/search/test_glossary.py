"""Words that mean the same: one form of a group finds the passages that use another, and drowns nothing."""

import pytest

from documents.models import Generation
from documents.terms import dimension, idf, query_terms
from search import lexical
from search.asking import asked
from search.glossary import Vocabulary
from search.retrieval import find_passages
from search.scope import Scope
from tests.factories import make_collection
from tests.index_rows import indexed_rows

GROUP = "VPN = 브이피엔 = 가상 사설망 = remote access tunnel"
TEXTS = [
    "VPN은 열 시간 뒤에 끊깁니다.",
    "브이피엔 접속 방법입니다.",
    "가상 사설망을 신청합니다.",
    "remote access tunnel rules",
]
FORMS = ["VPN", "브이피엔은", "가상  사설망이란?", "Remote  Access\ntunnel"]


def texts(query, reader, **options):
    return [hit.text for hit in find_passages(query, reader, mode="lexical", **options).hits]


@pytest.mark.django_db
def test_any_form_finds_all_in_the_same_order_and_is_known(alice):
    shelf = make_collection(readers=[alice], glossary=GROUP)
    indexed_rows(shelf, [*TEXTS, "연차 휴가 규정", "session rules"])
    scope = Scope(Generation.objects.active(), (shelf.pk,))

    found = [texts(f"{form} session", alice) for form in FORMS]

    assert set(found[0]) == {*TEXTS, "session rules"}
    assert found == [found[0]] * len(FORMS)
    assert [asked(form, scope).coverage for form in FORMS] == [1.0] * len(FORMS)


@pytest.mark.django_db
def test_only_glossaries_of_what_is_searched_are_used(alice):
    here = make_collection("Here", readers=[alice])
    there = make_collection("There", readers=[alice], glossary=GROUP)
    make_collection("Board", glossary="VPN = 연차")
    for shelf in (here, there):
        indexed_rows(shelf, [TEXTS[1], "연차 휴가 규정"])

    assert texts("VPN", alice, collections=[here.pk]) == []
    assert texts("VPN", alice, collections=[there.pk]) == [TEXTS[1]]
    assert texts("VPN", alice) == [TEXTS[1]]


@pytest.mark.django_db
def test_forms_share_one_idf_and_a_form_of_several_words_shares_it_among_them():
    shelf = make_collection(glossary="vpn = quantum tunnel")
    indexed_rows(shelf, ["vpn", "vpn", "vpn", "quantum tunnel", "quantum", "leave"])
    generation = Generation.objects.active()

    weights = {term.dimension: term.weight for term in asked("vpn", Scope(generation, (shelf.pk,))).terms}

    together = idf(6, 4)
    assert weights[dimension("words", "vpn")] == pytest.approx(together)
    assert weights[dimension("words", "quantum")] == pytest.approx(together / 2)
    assert weights[dimension("words", "tunnel")] == pytest.approx(together / 2)


@pytest.mark.django_db
def test_form_that_no_passage_has_leaves_the_query_as_it_was():
    shelf = make_collection(glossary="annual leave = sabbatical\nvpn = quantum tunnel")
    indexed_rows(shelf, ["annual report", "leave policy"])
    generation = Generation.objects.active()

    def weights(terms):
        return {term.dimension: pytest.approx(term.weight) for term in terms}

    plain = lexical.weighted(query_terms("annual session"), generation)
    assert weights(asked("annual session", Scope(generation, (shelf.pk,))).terms) == weights(plain)
    assert asked("vpn", Scope(generation, (shelf.pk,))).coverage == 0


def test_groups_that_share_a_form_are_one():
    vocabulary = Vocabulary([("a1 = b1", ""), ("b1 = c1\nd1 = e1", "")])

    (group,) = vocabulary.wording("about c1").synonyms

    assert group.texts == ("c1", "a1", "b1")
    assert vocabulary.wording("about f1").synonyms == ()


def test_form_takes_its_particles_with_it_and_leaves_the_rest():
    wording = Vocabulary([(GROUP, "")]).wording("브이피엔으로는 VPN을 못 쓰나요 session")

    (group,) = wording.synonyms
    assert (group.asked, group.texts[0]) == (2, "브이피엔")
    assert wording.other_forms() == ["가상 사설망", "remote access tunnel"]
    assert "session" in wording.terms.words
    assert not {"브이피엔", "vpn"} & set(wording.terms.words)


@pytest.mark.django_db
def test_own_word_is_found_as_a_whole_only_where_it_is_taught(alice):
    taught = make_collection("Taught", readers=[alice], own_words="연차왕")
    indexed_rows(taught, ["연차왕은 새 상품입니다.", "왕은 연차를 씁니다. 연차 연차 왕 왕"])
    generation = Generation.objects.active()

    assert texts("연차왕이 뭐죠", alice)[0] == "연차왕은 새 상품입니다."
    terms = {term.text for term in asked("연차왕이 뭐죠", Scope(generation, (taught.pk,))).terms}
    assert "연차왕" in terms
    other = make_collection("Other", readers=[alice])
    assert "연차왕" not in {term.text for term in asked("연차왕이 뭐죠", Scope(generation, (other.pk,))).terms}
