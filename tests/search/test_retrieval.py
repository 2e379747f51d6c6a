"""The one door to the index: who finds what, in which language, and what happens when a leg fails."""

from functools import cache

import pytest

from documents import generations
from documents.embedding.embedders import embedder_for
from documents.failure_codes import FailureCode, IndexingFailure
from documents.generations import Plan
from documents.models import Generation
from search import retrieval
from search.calibration import calibrate
from search.retrieval import Mode, find_passages
from tests.factories import indexed_document, make_collection, make_user
from tests.index_rows import axes, indexed_rows

pytestmark = pytest.mark.django_db

LEAVE_EN = "Every employee receives fifteen days of annual leave. Unused leave lapses at the end of December."
VPN_EN = "A VPN session lasts ten hours. Maintenance of the remote access gateway is on Tuesday nights."
LEAVE_KO = "모든 직원은 연차 휴가 15일을 받습니다. 사용하지 않은 연차는 12월 말에 소멸합니다."
TRAVEL_KO = "출장비는 귀환 후 열흘 안에 정산합니다. 법인카드 영수증을 함께 제출합니다."
MODES = [mode.value for mode in Mode]


@pytest.fixture
def library(alice):
    """Four documents that alice reads, one that she does not."""
    shelf = make_collection("Rules", readers=[alice])
    for title, text in [("Leave", LEAVE_EN), ("VPN", VPN_EN), ("휴가", LEAVE_KO), ("출장", TRAVEL_KO)]:
        indexed_rows(shelf, [text], title=title, vectors=embedded(text))
    secret = "The board receives forty days of annual leave, which is a secret of the personnel department."
    indexed_rows(make_collection("Board"), [secret], vectors=embedded(secret))
    return shelf


@cache
def embedded(text):
    """Vectors of shape (1, d), computed once for all tests."""
    model = Generation.objects.active().model
    return embedder_for(model).embed_passages([text])


def titles(hits):
    return [hit.title for hit in hits.hits]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("How many days of annual leave do I get?", "Leave"),
        ("when is the remote access gateway maintained", "VPN"),
        ("연차는 며칠입니까?", "휴가"),
        ("출장비 정산 기한", "출장"),
        ("VPN 세션은 몇 시간입니까?", "VPN"),
        ("법인카드 receipts", "출장"),
    ],
)
def test_question_finds_its_passage_first(library, alice, query, title):
    calibrate(Generation.objects.active())

    assert titles(find_passages(query, alice))[0] == title


def test_words_that_do_not_occur_are_found_by_meaning(library, alice):
    found = find_passages("holiday entitlement of staff", alice, mode="semantic")

    assert titles(found)[0] == "Leave"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "query", ["annual leave secret", "연차", "VPN", "", "  ", "\x00", "?", "x" * 5000, "\ud800 leave"]
)
def test_nothing_invisible_is_ever_returned(library, alice, mode, query):
    charlie = make_user("charlie")

    assert {hit.collection_id for hit in find_passages(query, alice, mode=mode).hits} <= {library.pk}
    assert find_passages(query, charlie, mode=mode).hits == ()


def test_collections_only_narrow_what_the_reader_may_see(library, alice):
    board = make_collection("Other")
    indexed_rows(board, [LEAVE_EN], title="Board leave")

    assert find_passages("leave", alice, collections=[board.pk]).hits == ()
    assert find_passages("leave", alice, collections=[]).hits == ()
    assert len(find_passages("leave", alice, collections=[library.pk, board.pk]).hits) > 0


def test_staff_see_all_but_scratch_collections(library):
    scratch = make_collection("scratch", is_scratch=True)
    indexed_rows(scratch, [LEAVE_EN + " Scratch."], title="Scratch")

    found = find_passages("leave", make_user("root", staff=True))

    assert "Board" in {hit.collection for hit in found.hits}
    assert "Scratch" not in titles(found)


def test_index_of_another_generation_is_not_searched(library, alice):
    other = generations.create(Plan(Generation.objects.active().model))
    indexed_rows(library, ["Only in the other generation: parking."], generation=other)

    assert not any("parking" in hit.text for hit in find_passages("parking", alice).hits)


def test_hit_carries_everything_that_is_shown(library, alice):
    found = find_passages("remote access", alice, 1)

    (hit,) = found.hits
    assert (hit.text, hit.start, hit.end, hit.page, hit.language) == (VPN_EN, 0, len(VPN_EN), 1, "en")
    assert (hit.title, hit.collection, hit.collection_id) == ("VPN", "Rules", library.pk)
    assert (hit.lexical_rank, hit.semantic_rank) == (1, 1)
    assert hit.lexical > 0
    assert 0 < hit.semantic <= 1
    assert (found.query_language, found.degraded) == ("en", "")
    assert found.milliseconds > 0


def test_near_identical_passages_are_shown_once(alice):
    shelf = make_collection(readers=[alice])
    text = f"{LEAVE_EN} {VPN_EN}"
    for title in ("First", "Copy"):
        indexed_rows(shelf, [text], title=title)
    indexed_rows(shelf, [text.replace("fifteen", "FIFTEEN")], title="Almost")
    indexed_rows(shelf, [TRAVEL_KO + " Annual leave."], title="Different")

    found = titles(find_passages("annual leave days", alice, mode="lexical"))

    assert len(found) == 2
    assert "Different" in found


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_no_more_passages_than_asked(library, alice, limit):
    assert len(find_passages("leave VPN 연차 출장비", alice, limit).hits) == limit


@pytest.mark.parametrize("mode", ["hybrid", "rrf"])
def test_failing_model_leaves_the_lexical_ranking(library, alice, mode, monkeypatch):
    expected = titles(find_passages("annual leave VPN", alice, mode="lexical"))

    def fail(model):
        raise IndexingFailure(FailureCode.MODEL_MISSING)

    monkeypatch.setattr(retrieval, "embedder_of", fail)

    found = find_passages("annual leave VPN", alice, mode=mode)
    assert (titles(found), found.degraded) == (expected, "semantic")
    with pytest.raises(retrieval.SearchFailed):
        find_passages("annual leave", alice, mode="semantic")


def test_model_without_trust_cannot_change_the_ranking(alice):
    shelf = make_collection(readers=[alice])
    indexed_rows(shelf, ["leave leave policy", "leave policy and travel", "travel"], vectors=axes(3))
    Generation.objects.update(calibration={"en": 0.0, "ko": 0.0})

    hybrid, lexical = (find_passages("leave policy", alice, mode=mode) for mode in ("hybrid", "lexical"))

    assert [hit.text for hit in hybrid.hits][: len(lexical.hits)] == [hit.text for hit in lexical.hits]


def test_search_through_the_real_pipeline(alice):
    shelf = make_collection(readers=[alice])
    text = "\n\n".join([LEAVE_KO, *[f"기타 조항 {number}. 해당 사항이 없습니다." for number in range(60)], VPN_EN])
    indexed_document(shelf, text, title="규정집", file_name="rules.md")

    (hit, *_others) = find_passages("VPN session hours", alice).hits

    assert "VPN session lasts ten hours" in hit.text
    assert hit.title == "규정집"
    assert hit.start > 0


def test_number_of_queries_does_not_grow_with_the_library(library, alice, django_assert_max_num_queries):
    find_passages("annual leave", alice)
    with django_assert_max_num_queries(12):
        few = find_passages("annual leave", alice)
    for number in range(12):
        indexed_rows(
            library, [f"{LEAVE_EN} Appendix {number} of {number * 7} pages about item{number} and part{number}."]
        )
    with django_assert_max_num_queries(12):
        many = find_passages("annual leave", alice)

    assert len(many.hits) > len(few.hits)
