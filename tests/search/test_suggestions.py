"""What is offered while somebody types: of which documents, to whom, and from half a syllable on."""

from datetime import date

import pytest
from django.urls import reverse

from documents.models import Document, Page
from search.models import Suggestion
from search.suggestions import renew, suggest
from search.typing_keys import initials, keys, typed_initials
from tests.documents.rows import document_row
from tests.factories import make_collection, make_user

pytestmark = pytest.mark.django_db


def with_headings(collection, title, *headings, **facts):
    document = document_row(collection, title=title, **facts)
    entries = [{"start": index, "level": 1, "text": text} for index, text in enumerate(headings)]
    Page.objects.create(document=document, number=1, text="text", offset=0, headings=entries)
    return document


def offered(typed, reader):
    return [suggested.text for suggested in suggest(typed, reader)]


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("연", "연차"), ("여", "연차"), ("연ㅊ", "연차"), ("ㅇ", "연차"), ("갑", "가방"), ("고", "과장"),
        ("값", "갑사"), ("Annu", "annual"), ("ＡＢ", "abc"), ("café", "Café Paris"), ("연차  유", "연차 유급"),
    ],
)  # fmt: skip
def test_what_is_half_typed_is_a_prefix(typed, whole):
    assert keys(whole).startswith(keys(typed))


@pytest.mark.parametrize(("typed", "other"), [("연", "여차"), ("각", "가방"), ("b", "abc")])
def test_what_differs_is_no_prefix(typed, other):
    assert not keys(other).startswith(keys(typed))


@pytest.mark.parametrize(
    ("typed", "letters"), [("ㅇㅊ", "ㅇㅊ"), ("ㅇ ㅊ", "ㅇㅊ"), ("ㅇ", ""), ("ㅇ차", ""), ("ab", ""), ("ㅏㅏ", "")]
)
def test_first_letters_alone_are_known(typed, letters):
    assert typed_initials(typed) == keys(letters)


def test_first_letters_of_a_text():
    assert initials("제14조 연차 휴가") == typed_initials("ㅈㅈㅇㅊㅎㄱ")


@pytest.mark.parametrize("typed", ["연", "연차", "여", "연ㅊ", "ㅇㅊ", "유급", "연차 유", "  연차"])
def test_a_heading_is_found_by_any_of_its_words(shelf, alice, typed):
    with_headings(shelf, "취업규칙", "제14조 (연차 유급휴가)")
    renew()

    assert offered(typed, alice) == ["연차 유급휴가"]


def test_titles_come_before_headings_and_what_begins_with_it_before_the_rest(shelf, alice):
    with_headings(shelf, "Leave rules", "Leave in advance", "Sick leave", "Leave rules")
    renew()

    assert offered("lea", alice) == ["Leave rules", "Leave in advance", "Sick leave"]


def test_a_title_that_is_also_a_heading_stands_where_the_title_does(shelf, alice):
    with_headings(shelf, "Leave rules")
    with_headings(shelf, "Handbook", "Leave", "Leave rules")
    renew()

    assert offered("lea", alice) == ["Leave rules", "Leave"]


@pytest.mark.parametrize("typed", ["", "  ", "\x00", "%", "_", "'", "x" * 5000, "\ud800", "ㅏ", "😀"])
def test_anything_may_be_typed(shelf, alice, typed):
    with_headings(shelf, "Leave rules")
    renew()

    assert offered(typed, alice) == []


def test_only_what_may_be_read_is_offered(shelf, alice):
    with_headings(shelf, "Leave rules")
    with_headings(make_collection("Board", glossary="leave plan = LP"), "Leave of the board", "Leave taken in secret")
    renew()

    assert offered("leave", alice) == ["Leave rules"]
    assert offered("leave", make_user("charlie")) == []
    assert len(offered("leave", make_user("root", staff=True))) == 4


@pytest.mark.parametrize(
    "facts",
    [
        {"state": Document.State.FAILED},
        {"state": Document.State.SUPERSEDED},
        {"effective_from": date(2999, 1, 1)},
        {"effective_until": date(2000, 1, 1)},
    ],
)
def test_what_cannot_be_found_is_not_offered(shelf, alice, facts):
    document = with_headings(shelf, "Leave rules", "Leave in advance")
    renew()
    Document.objects.filter(pk=document.pk).update(**facts)

    assert offered("leave", alice) == []


def test_glossary_words_are_offered_as_people_wrote_them(shelf, alice):
    shelf.glossary = "VPN = 브이피엔 = 가상사설망\nalone"
    shelf.save()

    assert offered("vp", alice) == ["VPN"]
    assert offered("가상", alice) == ["가상사설망"]
    assert offered("alo", alice) == []


def test_suggestions_are_made_once_for_each_searchable_document(shelf):
    with_headings(shelf, "Leave rules", "Sick leave")
    with_headings(shelf, "!!")
    with_headings(shelf, "Not yet", state=Document.State.READING)

    assert [renew(), renew()] == [2, 0]
    Document.objects.filter(title="Not yet").update(state=Document.State.READY)
    assert renew() == 1


def test_suggestions_go_with_their_document(shelf):
    document = with_headings(shelf, "Leave rules", "Sick leave")
    renew()
    document.delete()

    assert not Suggestion.objects.exists()


def test_the_field_gets_them_with_their_kind(client, shelf, alice):
    with_headings(shelf, "Leave rules", "Leave in advance")
    renew()
    client.force_login(alice)

    response = client.get(reverse("search:suggestions"), {"q": "leave"})

    assert response.json() == {
        "suggestions": [{"text": "Leave rules", "kind": "Title"}, {"text": "Leave in advance", "kind": "Heading"}]
    }
    assert "no-store" in response["Cache-Control"]
