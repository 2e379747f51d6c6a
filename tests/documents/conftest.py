"""Who visits the pages of the library, a collection, the generation that answers, a service that computes vectors."""

import pytest

from documents.embedding import endpoint
from documents.models import Generation
from tests.embedding_server import ENDPOINT_KEY, EmbeddingServer, Script, endpoint_row
from tests.factories import make_collection, make_user


@pytest.fixture
def alice(client):
    alice = make_user("alice")
    client.force_login(alice)
    return alice


@pytest.fixture
def shelf():
    return make_collection()


@pytest.fixture
def first():
    """The generation that the portal begins with."""
    return Generation.objects.active()


@pytest.fixture(scope="session")
def running_endpoint():
    with EmbeddingServer() as server:
        yield server


@pytest.fixture
def server(running_endpoint, settings, monkeypatch):
    settings.MODEL_KEYS = {ENDPOINT_KEY: "secret"}
    monkeypatch.setattr(endpoint, "BACK_OFF_S", 0.01)
    running_endpoint.script = Script()
    running_endpoint.requests.clear()
    running_endpoint.keys.clear()
    return running_endpoint


@pytest.fixture
def make_model(server):
    return lambda **facts: endpoint_row(server, **facts)
