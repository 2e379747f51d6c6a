"""What filters let through: exactly what holds for the passage and its document, in every mode."""

import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.models import Chunk, Document
from search import narrowing
from search.queries import understood
from search.retrieval import find
from tests.documents.rows import document_row
from tests.factories import make_collection, make_user
from tests.index_rows import indexed_rows

pytestmark = pytest.mark.django_db

STANDING = [
    ("annual leave", "Every ANNUAL\n  Leave counts."),
    ("Annual leave", "Ａｎｎｕａｌ ｌｅａｖｅ"),
    ("연차 휴가", "모든 연차휴가를 씁니다."),
    ("연차휴가", "모든 연차 휴가를 씁니다."),
    ("재택근무규정", "재택근무 규정입니다."),
    ("여비 정산", unicodedata.normalize("NFD", "여비 정산은")),
    ("VPN 접속", "VPN접속 방법"),
    ("VPN접속", "vpn 접속 방법"),
    ("AB-123", "Part AB–123."),
    ("don't", "You don’t say."),
    ("company's rules", "The company’s rules hold."),
    ("v2.3", "Release v2.3 is out."),
    ("C++", "Written in C++."),
    ("5%", "up to 5% more"),
    ("policies", "Our policies."),
    ("2027", "2027년 1월 5일"),
    ("일", "매 일 합니다"),
    ("100%_\\d", "keep 100%_\\d here"),
]
NOT_STANDING = [
    ("yearly leave", "leave, yearly"),
    ("yearly pay", "yearlypay"),
    ("the rapist", "therapist"),
    ("art", "start artful"),
    ("policy", "policies"),
    ("병가", "질병 가족"),
    ("병가 신청", "신청과 질병"),
    ("a.c", "abc"),
    ("a*", "aaa"),
]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def rules(alice):
    return make_collection("Rules", readers=[alice])


def shelved(collection, *texts, **facts):
    indexed_rows(collection, texts, document=document_row(collection, **facts))


def texts(raw, reader, mode="lexical", limit=50):
    return {hit.text for hit in find(understood(raw, reader), reader, limit, mode).hits}


def test_phrase_is_found_whatever_its_spacing_case_and_width(alice, rules):
    shelved(rules, *[text for _phrase, text in STANDING])

    for phrase, text in STANDING:
        assert text in texts(f'"{phrase}"', alice), phrase


def test_phrase_has_to_stand_there_word_for_word(alice, rules):
    shelved(rules, *[text for _phrase, text in NOT_STANDING])

    assert {phrase: texts(f'"{phrase}"', alice) for phrase, _text in NOT_STANDING if texts(f'"{phrase}"', alice)} == {}


def test_what_is_left_out(alice, rules):
    shelved(rules, "rules and a policy", "rules about cars", "연차를 쓰는 규정", "출장 규정", "자연 차단 규정")

    assert texts("rules -policies", alice) == {"rules about cars"}
    assert texts("rules -cars", alice) == {"rules and a policy"}
    assert texts('rules -"a policy"', alice) == {"rules about cars"}
    assert texts('rules -"policy a"', alice) == {"rules about cars", "rules and a policy"}
    assert texts("규정 -연차", alice) == {"출장 규정", "자연 차단 규정"}
    assert texts("규정 -출장", alice) == {"연차를 쓰는 규정", "자연 차단 규정"}


def test_filters_of_documents(alice, rules):
    shelved(rules, "english word", title="Travel rules 2025", effective_from=date(2025, 2, 10))
    shelved(rules, "korean word", "규정에 관한 word", title="여비 규정", media_type=DOCX)
    Document.objects.filter(title="여비 규정").update(created_at=datetime(2025, 3, 4, 20, tzinfo=UTC))
    english, korean = {"english word"}, {"korean word", "규정에 관한 word"}

    for filters, kept in {
        "title:travel": english,
        "제목:여비규정": korean,
        'title:"travel  RULES"': english,
        "title:rules title:2025": english,
        "title:rules title:규정": set(),
        "type:pdf": english,
        "type:docx type:pdf": english | korean,
        "type:mail": set(),
        "after:2025-03": korean,
        "before:2025-03": english,
        "before:2025": set(),
        "after:2025-02-10 before:2025-02-11": english,
        # Uploaded in the evening of the 4th by universal time, in the morning of the 5th in Seoul.
        "after:2025-03-05 before:2025-03-06": korean,
        "language:ko": {"규정에 관한 word"},
        "-english": korean,
    }.items():
        assert texts(f"word {filters}", alice) == kept, filters


def test_filters_alone_list_the_newest_documents_first_passages(alice, rules):
    for number in range(3):
        shelved(rules, f"first of {number}", f"second of {number}", title=f"Travel {number}")
    shelved(rules, "other", title="Other")

    listed = [hit.text for hit in find(understood("title:travel", alice), alice, 5).hits]

    assert listed == ["first of 2", "first of 1", "first of 0", "second of 2", "second of 1"]


@pytest.mark.parametrize("mode", ["hybrid", "lexical", "semantic", "rrf"])
def test_filters_hold_in_every_mode(alice, rules, mode):
    shelved(rules, "annual leave is long", title="Leave")
    shelved(rules, "annual leave is short", title="Travel")
    shelved(make_collection("Board"), "annual leave is secret", title="Leave")

    assert texts('annual leave title:leave -short "annual leave"', alice, mode=mode) == {"annual leave is long"}


def test_nothing_is_lost_among_many_documents(alice, rules, monkeypatch):
    monkeypatch.setattr(narrowing, "FEW_DOCUMENTS", 3)
    for number in range(6):
        shelved(rules, f"leave in case {number}", title=f"Case {number}", media_type=DOCX)
    shelved(rules, "leave elsewhere")

    for mode in ("hybrid", "lexical", "semantic"):
        assert len(texts("leave type:docx", alice, mode=mode)) == 6


def test_collection_that_is_named_only_narrows(alice, rules):
    other = make_collection("Other rules", readers=[alice])
    shelved(rules, "leave here")
    shelved(other, "leave there")

    assert texts('leave collection:"other rules"', alice) == {"leave there"}
    assert texts("leave collection:rules", alice) == {"leave here"}
    assert texts("leave collection:rules", make_user("charlie")) == set()


def test_filters_are_no_way_to_write_sql(alice, rules):
    shelved(rules, "leave")

    for raw in (
        "title:');--",
        '"x\'); DROP TABLE y; --"',
        "-a'%s%(a)s",
        'title:"x{}" "x{0}" -"{x}"',
        '"x\\"',
        "-x\\",
        '"x("',
    ):
        assert texts(f"leave {raw}", alice) <= {"leave"}
    assert Chunk.objects.count() == 1


PIECES = [
    '"',
    "-",
    "title:",
    '-"',
    "연차 휴가",
    "AB-12",
    "v2.3",
    "C++",
    "(a",
    "[b",
    "\\",
    "*",
    "{2}",
    "%s",
    " ",
    "ㅎ",
    "\u1112",
    "일",
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_with_operators_finds_something_or_nothing(alice, rules, pieces):
    raw = "".join(pieces)

    assert find(understood(raw, alice), alice, 5, "lexical").hits == ()
    assert find(understood(f'leave "{raw}" -{raw} title:{raw}', alice), alice, 5, "lexical").hits == ()
