"""Related documents: nearest by what the model is trusted for, copies apart, nothing that the reader may not see."""

from datetime import timedelta

import numpy as np
import pytest
from django.urls import reverse

from documents import effective, index
from documents.models import Chunk, Document, Generation
from documents.sketches import sketch
from search import related
from search.scope import scope_for
from tests.factories import make_collection
from tests.index_rows import axes, indexed_rows

pytestmark = pytest.mark.django_db

LEAVE = "Annual leave of fifteen days is granted; unused annual leave is carried over."
HOLIDAY = "Who asks for annual leave in summer names a substitute; unused days are carried over."
GATEWAY = "The remote gateway is maintained on Tuesday nights after ten."
BADGE = "Visitors wear a yellow badge on the factory floor."
FILLERS = [f"Form {number} lists the machine parts of hall {number}." for number in range(12)]


@pytest.fixture
def leave(shelf):
    """A document in a library whose other one has nothing to do with it."""
    texts = [GATEWAY, BADGE, *FILLERS]
    others = indexed_rows(shelf, texts, vectors=axes(40)[20 : 20 + len(texts)])
    Document.objects.filter(pk=others.pk).update(chunk_count=len(texts), language="en")
    return placed(shelf, LEAVE, 0)


def placed(collection, text, axis, **values):
    document = indexed_rows(collection, [text], title=values.pop("title", ""), vectors=axes(40)[[axis]])
    language = "ko" if ord(text[0]) > 0x1100 else "en"
    Document.objects.filter(pk=document.pk).update(chunk_count=1, language=language, sketch=sketch([text]), **values)
    document.refresh_from_db()
    return document


def related_to(document, reader):
    return related.related_in(scope_for(reader), document)


def kin_of(document, reader):
    return [kin.document for kin in related_to(document, reader).kin]


def trusted(**figures):
    Generation.objects.update(calibration=figures)


def test_document_with_the_same_rare_words_is_related(shelf, leave, alice):
    holiday = placed(shelf, HOLIDAY, 1)
    trusted(en=0.0)

    found = related_to(leave, alice)

    assert [kin.document for kin in found.kin] == [holiday]
    assert {"annual", "carri", "unus"} <= set(found.kin[0].terms)


def test_document_near_in_meaning_is_related_where_the_model_is_trusted(shelf, leave, alice):
    vacation = placed(shelf, "Who rests keeps earning the usual wage.", 0)
    trusted(en=0.9)

    assert kin_of(leave, alice) == [vacation]


def test_vectors_alone_relate_nothing_where_the_model_is_not_trusted(shelf, leave, alice):
    placed(shelf, "Who rests keeps earning the usual wage.", 0)
    trusted(en=0.1)

    assert kin_of(leave, alice) == []


def test_words_decide_in_korean_when_the_model_does_not_know_it(shelf, leave, alice):
    trusted(en=0.9, ko=0.1)
    rule = placed(shelf, "연차 휴가는 열다섯 날이며 남은 연차 휴가는 이월됩니다.", 2)
    near = placed(shelf, "공장 방문객은 노란 출입증을 착용합니다.", 2)
    alike = placed(shelf, "여름에 연차 휴가를 신청하는 직원은 대리인을 정하며 남은 휴가는 이월됩니다.", 3)

    found = kin_of(rule, alice)

    assert found[0] == alike
    assert near not in found


def test_nothing_is_related_that_the_reader_may_not_see(shelf, leave, alice):
    trusted(en=0.9)
    hidden = make_collection("Board")
    placed(hidden, HOLIDAY, 0)
    placed(hidden, LEAVE, 0)

    found = related_to(leave, alice)

    assert (found.kin, found.copies) == ((), ())


def test_what_does_not_hold_today_or_was_replaced_is_left_out(shelf, leave, alice):
    trusted(en=0.9)
    placed(shelf, HOLIDAY, 0, effective_until=effective.today() - timedelta(days=1))
    placed(shelf, HOLIDAY + " More.", 0, state=Document.State.SUPERSEDED)

    assert kin_of(leave, alice) == []


def test_copies_are_apart_and_crowd_nothing_out(shelf, alice, leave, monkeypatch):
    trusted(en=0.9)
    holiday = placed(shelf, HOLIDAY, 0)
    text = f"{LEAVE} The personnel office answers all questions about it on Mondays."
    subject = placed(shelf, text, 0)
    copies = [placed(shelf, f"{text} Copy number {number}.", 0) for number in range(5)]
    monkeypatch.setattr(related, "DEPTH", 4)

    found = related_to(subject, alice)

    assert {copy.document for copy in found.copies} == {leave, *copies}
    assert all(copy.percent >= 50 for copy in found.copies)
    assert found.kin[0].document == holiday
    assert not {kin.document for kin in found.kin} & {leave, *copies}


def test_document_out_of_the_index_is_not_compared(shelf, leave, alice):
    lost = placed(shelf, LEAVE, 0)
    index.remove(lost, Generation.objects.active())

    assert not related_to(lost, alice).is_compared


def test_nearest_passages_are_named(shelf, alice, leave):
    trusted(en=0.0)
    long = indexed_rows(shelf, [GATEWAY, BADGE, HOLIDAY], vectors=axes(3))
    Document.objects.filter(pk=long.pk).update(chunk_count=3, language="en")

    kin = next(kin for kin in related_to(leave, alice).kin if kin.document == long)

    texts = dict(Chunk.objects.filter(id__in=[kin.own_chunk, kin.other_chunk]).values_list("id", "text"))
    assert (texts[kin.own_chunk], texts[kin.other_chunk]) == (LEAVE, HOLIDAY)


def test_as_many_queries_for_twice_as_many_documents(shelf, alice, leave, django_assert_num_queries):
    trusted(en=0.9)
    rng = np.random.default_rng(1)
    for number in range(8):
        placed(shelf, f"{HOLIDAY} Case {rng.integers(1000)}.", number % 3)
    scope = scope_for(alice)

    with django_assert_num_queries(8):
        related.related_in(scope, leave)


def test_page_says_why_and_links_both_passages(client, shelf, alice, leave):
    trusted(en=0.0)
    holiday = placed(shelf, HOLIDAY, 1, title="Summer leave")
    client.force_login(alice)

    page = client.get(reverse("search:related", args=[leave.pk])).content.decode()

    assert "Summer leave" in page
    assert "annual leave" in page
    assert f"{reverse('documents:document_detail', args=[leave.pk])}?start=0" in page
    assert f"{reverse('documents:document_detail', args=[holiday.pk])}?start=0" in page


def test_fragment_is_without_the_shell(client, shelf, alice, leave):
    client.force_login(alice)

    response = client.get(reverse("search:related", args=[leave.pk]), headers={"HX-Request": "true"})

    assert "<html" not in response.content.decode()
    assert "No other document" in response.content.decode()


def test_document_page_loads_them_and_has_a_plain_link(client, alice, leave):
    client.force_login(alice)

    page = client.get(leave.get_absolute_url()).content.decode()

    url = reverse("search:related", args=[leave.pk])
    assert f'hx-get="{url}"' in page
    assert f'href="{url}"' in page
