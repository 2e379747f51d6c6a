"""What a collection teaches the search: how it is written, found in texts, saved and learned."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from documents import indexing, integrity
from documents.models import Chunk, Collection, IndexJob
from documents.terms import analyse, query_terms
from documents.vocabulary import (
    Spotter,
    folded,
    glossary,
    lines_that_are_no_groups,
    lines_that_are_no_words,
    own_words,
    spotter_of,
)
from tests.factories import indexed_document, make_collection, make_user

WORDS = Spotter(own_words("챗봇왕\n챗봇\nAcme Cloud\nC++\nvpn\n가상사설망"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("챗봇왕", ["챗봇왕"]),
        ("챗봇왕은 챗봇왕입니다", ["챗봇왕", "챗봇왕"]),
        ("AI챗봇왕에서는", ["챗봇왕"]),
        ("챗봇들이", ["챗봇"]),
        ("챗봇왕설정", []),
        ("사내챗봇왕", []),
        ("ＡＣＭＥ \n cloud를 쓰는", ["acme cloud"]),
        ("acme cloudy", []),
        ("C++로", ["c++"]),
        ("VPN접속, vpns", ["vpn"]),
        ("", []),
    ],
)
def test_words_are_found_whole_with_particles_behind_them(text, words):
    assert WORDS.words_in(text) == words


@given(st.text(alphabet=st.one_of(st.sampled_from("챗봇왕은 vpn+c"), st.characters()), max_size=200))
def test_any_text_can_be_looked_through(text):
    plain, end = folded(text), 0
    for spot in WORDS.spots(plain):
        assert end <= spot.start < spot.end <= len(plain)
        assert plain[spot.start :].startswith(spot.form)
        end = spot.end


def test_groups_and_words_are_read_and_bad_lines_numbered():
    groups = "VPN = 브이피엔 = 가상사설망\r\n\r\nonly one\nA1=B2 =\nx1 = X1\nok = fine"

    assert glossary(groups) == (("vpn", "브이피엔", "가상사설망"), ("a1", "b2"), ("ok", "fine"))
    assert lines_that_are_no_groups(groups) == [3, 4, 5]
    assert own_words("챗봇왕\nx\n챗봇왕\n" + "y" * 61 + "\n--") == ("챗봇왕",)
    assert lines_that_are_no_words("챗봇왕\n\nx\n" + "y" * 61 + "\n--") == [3, 4, 5]


def test_own_word_is_one_more_term_and_never_counted_twice():
    own = spotter_of("챗봇왕\n연차").words_in

    (terms,) = analyse(["챗봇왕은 연차를 모릅니다."], ["챗봇왕 설명서"], own)

    assert (terms.words["챗봇왕"], terms.words["연차"], terms.context["챗봇왕"]) == (1, 1, 1)
    assert query_terms("챗봇왕이란?", own).words["챗봇왕"] == 1
    assert "챗봇왕" not in query_terms("챗봇왕이란?").words


def saved(client, collection, **fields):
    client.force_login(make_user("admin", staff=True))
    return client.post(
        reverse("documents:collection_edit", args=[collection.pk]),
        {"name": collection.name, "description": "", "glossary": "", "own_words": "", **fields},
    )


@pytest.mark.django_db
def test_changed_words_are_learned_with_the_vectors_kept(client, monkeypatch):
    collection = make_collection()
    document = indexed_document(collection, "챗봇왕은 사내 안내 로봇입니다. " * 30)
    vectors = list(Chunk.objects.order_by("ordinal").values_list("embedding", flat=True))

    saved(client, collection, own_words="챗봇왕")
    job = document.jobs.get()
    assert job.state == IndexJob.State.QUEUED
    assert Chunk.objects.exists()

    monkeypatch.setattr(indexing, "embedded", lambda passages, embedder: iter([]))
    indexing.run(job.pk)

    assert all("챗봇왕" in chunk.terms["words"] for chunk in Chunk.objects.all())
    again = list(Chunk.objects.order_by("ordinal").values_list("embedding", flat=True))
    assert again == vectors
    assert list(integrity.findings()) == []


@pytest.mark.django_db
def test_documents_rest_when_no_word_has_changed(client):
    collection = make_collection()
    document = indexed_document(collection, "One sentence.")
    Collection.objects.filter(pk=collection.pk).update(own_words="one\ntwo")

    response = saved(client, collection, own_words="two\r\none", glossary="one = two")

    assert response.status_code == 302
    assert document.jobs.get().state == IndexJob.State.DONE


@pytest.mark.django_db
def test_page_names_bad_lines_and_says_how_many_documents_are_indexed_again(client):
    collection = make_collection()
    indexed_document(collection, "One sentence.")

    response = saved(client, collection, glossary="VPN = 브이피엔\nalone", own_words="x")

    page = response.content.decode()
    assert set(response.context["form"].errors) == {"glossary", "own_words"}
    assert [" 2 " in response.context["form"].errors["glossary"][0], "alone" in page] == [True, True]
    assert " 1" in response.context["form"].fields["own_words"].help_text
