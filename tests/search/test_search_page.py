"""The search page: what it shows to whom, how it is narrowed, and that its address says it all."""

import re
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from documents.failure_codes import FailureCode, IndexingFailure
from documents.models import Collection, Document, Generation, Page
from search import retrieval
from search.wishes import Wish
from tests.documents.rows import document_row
from tests.factories import make_collection, make_user
from tests.index_rows import indexed_rows

pytestmark = pytest.mark.django_db

LEAVE = "Every employee receives fifteen days of annual leave. Unused leave lapses at the end of December."
SICK = "Sick leave is granted for thirty days, of which the first ten are paid in full by the company."
LEAVE_KO = "모든 직원은 연차 휴가 15일을 받습니다. 사용하지 않은 연차는 12월 말에 소멸합니다."
SECRET = "The board receives forty days of annual leave, which is a secret."
HTMX = {"HX-Request": "true"}


@pytest.fixture
def alice(client):
    alice = make_user("alice")
    client.force_login(alice)
    return alice


@pytest.fixture
def library(alice):
    """Rules in three documents of two collections that alice reads, and one that she does not."""
    rules = make_collection("Rules", readers=[alice])
    handbook = make_collection("Handbook", readers=[alice])
    indexed_rows(rules, [LEAVE, SICK], title="Leave rules")
    korean = document_row(rules, title="휴가 규정", media_type="text/plain", page_based=False)
    indexed_rows(rules, [LEAVE_KO], title="휴가 규정", document=korean)
    dated = document_row(handbook, title="Handbook of leave", effective_from=date(2020, 5, 1))
    indexed_rows(handbook, ["The handbook says: annual leave is asked for in writing."], document=dated)
    indexed_rows(make_collection("Board"), [SECRET], title="Board secret")
    return {"rules": rules, "handbook": handbook}


def found(client, query, **parameters):
    return client.get(reverse("search:results"), {"q": query, "mode": "lexical", **parameters})


def html_of(response):
    return response.content.decode()


def texts_of(html):
    """What stands in the results, without the marks."""
    shown = re.findall(r'<p class="hit__text"[^>]*>(.*?)</p>', html, re.DOTALL)
    return [re.sub(r"</?mark>", "", text).strip() for text in shown]


def titles_of(html):
    titles = re.findall(r'<h2 class="hits__title"[^>]*>(.*?)</h2>', html, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", title).strip() for title in titles]


def test_results_show_the_passage_with_its_words_marked_and_where_it_stands(client, library):
    html = html_of(found(client, "unused lapses"))

    assert texts_of(html)[0] == LEAVE
    assert "<mark>Unused</mark> leave <mark>lapses</mark> at" in html
    assert "page 1" in html
    assert "Rules" in html


def test_korean_words_are_marked_without_their_particles(client, library):
    html = html_of(found(client, "연차는 언제 소멸하나요?"))

    assert "<mark>연차</mark>는 12월 말에 <mark>소멸</mark>합니다" in html


def test_a_result_opens_the_document_at_what_is_shown(client, library):
    document = Document.objects.get(title="Leave rules")
    Page.objects.create(document=document, number=1, text=f"{LEAVE}\n{SICK}", offset=0)

    html = html_of(found(client, "thirty days granted"))
    url = re.search(r'hits__title"[^>]*><a href="([^"#]+)', html)[1].replace("&amp;", "&")
    opened = html_of(client.get(url))

    assert f'<mark id="passage">{SICK}</mark>' in opened


def test_nothing_of_a_collection_that_is_not_open_is_shown(client, library, alice):
    html = html_of(found(client, "annual leave secret"))

    assert "secret" not in "".join(texts_of(html))
    assert "Board" not in html


def test_choosing_a_collection_that_is_not_open_tells_nothing_of_it(client, library):
    board = Collection.objects.get(name="Board")

    html = html_of(found(client, "annual leave secret", collection=board.pk))

    assert "Board" not in html
    assert "secret" not in "".join(texts_of(html))


def test_passages_in_a_row_of_one_document_stand_together_and_keep_their_ranks(client, library):
    html = html_of(found(client, "leave paid granted lapses days"))

    assert titles_of(html).count("Leave rules") == 1
    assert re.findall(r'id="result-(\d+)"', html) == [str(rank) for rank in range(1, len(texts_of(html)) + 1)]


@pytest.mark.parametrize(
    ("parameters", "titles"),
    [
        ({"type": "text"}, {"휴가 규정"}),
        ({"type": "pdf"}, {"Leave rules", "Handbook of leave"}),
        ({"language": "ko"}, {"휴가 규정"}),
        ({"before": "2021-01-01"}, {"Handbook of leave"}),
        ({"after": "2021-01-01"}, {"Leave rules", "휴가 규정"}),
        ({"type": "nonsense", "after": "yesterday", "show": "9999"}, {"Leave rules", "휴가 규정", "Handbook of leave"}),
    ],
)
def test_choices_narrow_the_results(client, library, parameters, titles):
    assert set(titles_of(html_of(found(client, "annual leave 휴가", **parameters)))) == titles


def test_a_collection_is_chosen_by_the_address(client, library):
    html = html_of(found(client, "annual leave 휴가", collection=library["handbook"].pk))

    assert titles_of(html) == ["Handbook of leave"]


def test_choices_count_what_was_found_and_offer_what_else_there_is(client, library):
    html = html_of(found(client, "annual leave 휴가", type="text"))

    options = dict(re.findall(r'id="facet-type-(\w+)".*?facet__count">(\d+)<', html, re.DOTALL))
    assert options == {"pdf": "3", "text": "1"}
    assert re.search(r'id="facet-type-text"[^>]*aria-current="true"', html)


def test_what_is_chosen_can_be_taken_away(client, library):
    html = html_of(found(client, "annual leave 휴가", type="text", language="ko"))

    chips = re.findall(r'class="chip" href="([^"]+)"', html)
    left = [parse_qs(urlsplit(url.replace("&amp;", "&")).query) for url in chips]
    assert [("type" in query, "language" in query) for query in left] == [(False, True), (True, False)]


def test_a_chosen_collection_is_named_though_nothing_of_it_was_found(client, library):
    html = html_of(found(client, "thirty days of sick leave", collection=make_collection("Empty", readers=[]).pk))
    assert 'class="chip"' not in html

    html = html_of(found(client, "휴가 규정", collection=library["handbook"].pk, language="ko"))

    labels = re.findall(r'class="chip".*?</span>\s*(.*?)<svg', html, re.DOTALL)
    assert labels == ["Handbook", "Korean"]


def test_address_says_everything_that_is_wanted():
    wish = Wish("연차 휴가", ("pdf",), (3, 4), ("ko",), date(2026, 1, 1), date(2027, 1, 1), retrieval.Mode.LEXICAL, 20)

    assert parse_qs(urlsplit(wish.address).query) == {
        "q": ["연차 휴가"], "type": ["pdf"], "collection": ["3", "4"], "language": ["ko"],
        "after": ["2026-01-01"], "before": ["2027-01-01"], "mode": ["lexical"], "show": ["20"],
    }  # fmt: skip


def test_more_results_are_shown_ten_by_ten_up_to_fifty(client, alice):
    shelf = make_collection("Rules", readers=[alice])
    indexed_rows(
        shelf, [f"Rule {number} about leave: paragraph{number} item{number} of part{number}." for number in range(55)]
    )

    counts = [len(texts_of(html_of(found(client, "leave", show=show)))) for show in (10, 20, 50)]

    assert counts == [10, 20, 50]
    assert 'id="more"' in html_of(found(client, "leave", show=40))
    assert 'id="more"' not in html_of(found(client, "leave", show=50))


def test_htmx_gets_the_results_without_the_page_around_them(client, library):
    page = found(client, "annual leave")
    fragment = client.get(reverse("search:results"), {"q": "annual leave"}, headers=HTMX)
    history = client.get(
        reverse("search:results"), {"q": "annual leave"}, headers=HTMX | {"HX-History-Restore-Request": "true"}
    )

    assert "<html" in html_of(page)
    assert "<html" not in html_of(fragment)
    assert 'id="found"' in html_of(fragment)
    assert "<html" in html_of(history)
    assert "HX-Request" in fragment["Vary"]


def test_page_without_words_teaches(client, library):
    html = html_of(client.get(reverse("search:results")))

    assert html.count("Newest documents") == 1
    assert "Handbook of leave" in html
    assert "Board secret" not in html
    examples = re.findall(r'class="suggestion" href="([^"]+)"', html)
    assert len(examples) == 4
    assert texts_of(html_of(client.get(examples[0].replace("&amp;", "&"))))


def test_somebody_without_documents_is_told_so(client, alice):
    assert "There are no documents yet that you may read." in html_of(client.get(reverse("search:results")))


def test_finding_nothing_says_what_to_try(client, library):
    html = html_of(found(client, "xylophone", type="text"))

    assert "Nothing was found" in html
    assert "Use fewer words" in html
    assert "Look for the same words without what you chose" in html


def test_what_was_not_understood_is_named(client, library):
    assert "There is no collection called “Nowhere”." in html_of(found(client, "collection:Nowhere leave"))


def test_a_leg_that_is_missing_is_named(client, library, monkeypatch):
    def fail(model):
        raise IndexingFailure(FailureCode.MODEL_MISSING)

    monkeypatch.setattr(retrieval, "embedder_of", fail)

    html = html_of(found(client, "annual leave", mode="hybrid"))
    assert "The search by meaning is not available at the moment" in html
    assert texts_of(html)


def test_passages_without_any_word_of_the_query_are_not_passed_off_as_found(client, library):
    said = "Nothing that you typed stands in the documents that were searched."

    assert said in html_of(found(client, "xylophone", mode="hybrid"))
    assert said not in html_of(found(client, "xylophone", mode="semantic"))
    assert said not in html_of(found(client, "annual leave", mode="hybrid"))
    assert said not in html_of(found(client, "type:pdf", mode="hybrid"))


@pytest.mark.parametrize(
    "query", ["\x00", '"', "-", "title:", "((((", "😀", "ㅎㅎ", "%", "a" * 5000, "<script>alert(1)</script>"]
)
def test_any_words_are_answered(client, library, query):
    response = found(client, query)

    assert response.status_code == 200
    assert "<script>alert" not in html_of(response)


def test_the_same_words_can_be_asked_of_the_collections_that_were_found(client, library):
    html = html_of(found(client, "written handbook"))
    ask = re.search(r'<form class="found__ask".*?</form>', html, re.DOTALL)[0]

    assert 'name="question" value="written handbook"' in ask
    assert re.findall(r'name="collection" value="(\d+)"', ask) == [str(library["handbook"].pk)]


def test_number_of_queries_does_not_grow_with_the_results(client, library, django_assert_max_num_queries):
    found(client, "leave")
    for number in range(8):
        indexed_rows(library["rules"], [f"Leave of kind{number}: item{number} and part{number} of leave."])

    with django_assert_max_num_queries(25):
        assert len(texts_of(html_of(found(client, "leave")))) == 10


def test_ranking_is_explained_to_everybody(client, library):
    Generation.objects.update(calibration={"en": 0.9, "ko": 0.1})

    html = html_of(found(client, "annual leave", mode="hybrid"))

    assert html.count("Why this result?") == len(texts_of(html))
    assert "Meaning counts for 54 % and words for 46 %" in html
