"""Words that mean the same: one form of a group finds the passages that use another."""

import pytest

from documents.models import Collection
from search.retrieval import find_passages
from tests.factories import make_collection, make_user
from tests.index_rows import indexed_rows

pytestmark = pytest.mark.django_db

GROUP = "VPN = 브이피엔 = 가상사설망 = remote access tunnel"
TEXTS = ["VPN은 열 시간 뒤에 끊깁니다.", "브이피엔 접속 방법입니다.", "가상사설망을 신청합니다.", "remote access tunnel rules", "연차 휴가 규정"]


@pytest.fixture
def alice():
    return make_user("alice")


def taught(name, alice, **fields):
    collection = make_collection(name, readers=[alice])
    Collection.objects.filter(pk=collection.pk).update(**fields)
    return Collection.objects.get(pk=collection.pk)


def texts(query, alice, **options):
    return [hit.text for hit in find_passages(query, alice, mode="lexical", **options).hits]


@pytest.mark.parametrize("query", ["VPN", "브이피엔은", "가상사설망이란?", "Remote  Access\ntunnel"])
def test_any_form_finds_all(alice, query):
    for text in TEXTS:
        indexed_rows(taught(f"Shelf of {text}", alice, glossary=GROUP), [text])

    assert set(texts(query, alice)) == set(TEXTS[:4])
