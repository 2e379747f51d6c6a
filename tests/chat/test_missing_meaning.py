"""An answer needs words only: the embedding model may be gone."""

import pytest
from asgiref.sync import async_to_sync

from chat import answering
from documents.failure_codes import FailureCode, IndexingFailure
from search import retrieval
from tests.factories import make_collection, make_user
from tests.index_rows import indexed_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_model(monkeypatch):
    def gone(_model):
        raise IndexingFailure(FailureCode.MODEL_MISSING)

    monkeypatch.setattr(retrieval, "embedder_of", gone)
    monkeypatch.setattr(answering, "embedder_for", gone)


@pytest.mark.usefixtures("no_model")
def test_an_answer_is_quoted_by_its_words_alone():
    alice = make_user("alice")
    indexed_rows(make_collection(readers=[alice]), ["Every employee receives 15 days of annual leave."])

    reply = async_to_sync(answering.ask)("How many days of annual leave?", alice)

    assert reply.text == "Every employee receives 15 days of annual leave. [1]"
