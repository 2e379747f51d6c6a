"""Why a result stands where it stands: the figures add up, and the words say what they say."""

import pytest
from django.utils import translation

from documents.models import Generation
from search.explanation import explain
from search.queries import Query, parse
from search.retrieval import Mode, find
from tests.factories import make_collection, make_user
from tests.index_rows import indexed_rows

pytestmark = pytest.mark.django_db

LEAVE = "Every employee receives fifteen days of annual leave. Unused leave lapses at the end of December."
VPN = "A VPN session lasts ten hours. The gateway is maintained on Tuesday nights."
LEAVE_KO = "모든 직원은 연차 휴가 15일을 받습니다. 사용하지 않은 연차는 12월 말에 소멸합니다."


@pytest.fixture
def alice():
    alice = make_user("alice")
    shelf = make_collection("Rules", readers=[alice])
    for title, text in (("Days off", LEAVE), ("Remote access", VPN), ("휴가", LEAVE_KO)):
        indexed_rows(shelf, [text], title=title)
    Generation.objects.update(calibration={"en": 0.8, "ko": 0.1})
    return alice


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def explained(query, reader, mode=Mode.HYBRID):
    """(hit, explanation) of each result."""
    found = find(Query(query, query), reader, 10, mode)
    explanations = explain(found, found.hits, query, mode)
    return [(hit, explanations[hit.chunk_id]) for hit in found.hits]


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("query", ["annual leave days", "연차 휴가 소멸", "VPN 연차"])
def test_what_the_legs_add_is_the_score(alice, query, mode):
    rows = explained(query, alice, mode)

    assert rows
    for hit, why in rows:
        assert sum(leg.points for leg in why.legs) == pytest.approx(hit.score)
        assert 0 <= sum(why.bar) <= 101
    assert sum(rows[0][1].bar) == pytest.approx(100, abs=1)


@pytest.mark.parametrize("query", ["annual leave days", "연차 휴가 소멸"])
def test_shares_of_the_words_are_the_whole_lexical_score(alice, query):
    for hit, why in explained(query, alice):
        if hit.lexical:
            assert sum(word.percent for word in why.words) == pytest.approx(100, abs=len(why.words))
        else:
            assert why.words == ()


def test_words_are_named_as_they_were_typed_and_with_their_place(alice):
    (_hit, why), *_others = explained("employees days", alice)

    assert {(word.text, word.where) for word in why.words} == {
        ("employees", "in the passage"),
        ("days", "in the passage"),
        ("days", "in title or headings"),
    }
    assert why.reasons[0] == "The passage has “days”, “employees”."


def test_words_that_are_missing_are_named(alice):
    (_hit, why), *_others = explained("annual xylophone", alice)

    assert "Not in it: “xylophone”." in why.reasons
    assert any("does not know all words" in reason for reason in why.reasons)


def test_what_was_found_by_meaning_alone_says_so(alice):
    by_meaning = [why for hit, why in explained("annual", alice) if not hit.lexical]

    assert by_meaning
    assert all("It has none of the words that matter in your question." in why.reasons for why in by_meaning)
    assert all("by its words it is not among the first hundred" in " ".join(why.reasons) for why in by_meaning)


@pytest.mark.parametrize(
    ("trust", "says"),
    [
        (
            0.9,
            "Meaning counts for 54 % and words for 46 %: the model was measured to understand this library's English"
            " well (0.90 of 1)",
        ),
        (0.5, "English only in part (0.50 of 1)"),
        (0.05, "Words count for 97 % and meaning for 3 %"),
    ],
)
def test_weights_are_explained_by_the_measured_trust(alice, trust, says):
    Generation.objects.update(calibration={"en": trust, "ko": trust})

    (_hit, why), *_others = explained("annual leave", alice)

    assert any(says in reason for reason in why.reasons), why.reasons


def test_the_weaker_language_is_named(alice):
    korean = [why for hit, why in explained("annual leave days", alice) if hit.language == "ko"]

    assert any("Korean (0.10 of 1)" in reason for why in korean for reason in why.reasons)


def test_an_order_by_one_leg_says_so(alice):
    lexical = explained("annual leave", alice, Mode.LEXICAL)[0][1].reasons
    semantic = explained("annual leave", alice, Mode.SEMANTIC)[0][1].reasons

    assert lexical[1:] == ("By its words it is number 1.", "You asked for an order by words alone.")
    assert semantic[-1] == "You asked for an order by meaning alone."


@pytest.mark.parametrize("query", ["language:en", "! language:en"])
def test_filters_without_words_need_no_figures(alice, query):
    asked = parse(query)
    found = find(asked, alice, 10)

    reasons = {why.reasons for why in explain(found, found.hits, asked.text, Mode.HYBRID).values()}

    assert reasons == {("You gave filters and no words, so the newest documents come first.",)}
